from email import message_from_bytes
from email.policy import default

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection

BACKEND = "core.mail.EmlFileBackend"


def test_each_letter_is_a_file_of_its_own(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    letters = [
        EmailMultiAlternatives(f"Cödes {n}", "Line one\nLine two", "a@village.example", ["b@village.example"])
        for n in (1, 2)
    ]
    letters[0].attach_alternative("<p>Line</p>", "text/html")

    sent = get_connection(BACKEND).send_messages(letters)

    files = sorted((tmp_path / "mail").iterdir())
    assert sent == len(files) == 2
    assert {file.suffix for file in files} == {".eml"}
    read = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    assert [letter["Subject"] for letter in read] == ["Cödes 1", "Cödes 2"]
    assert read[0].get_body(("plain",)).get_content().splitlines() == ["Line one", "Line two"]
    assert read[0].get_body(("html",)).get_content().strip() == "<p>Line</p>"


def test_missing_folder_names_the_setting(settings):
    settings.EMAIL_FILE_PATH = None

    with pytest.raises(ImproperlyConfigured, match="EMAIL_FILE_PATH is not set"):
        get_connection(BACKEND)
