"""A log says what failed and where, and nothing of whom it was about. Links are left out in ``tests/matrix/test_links.py``."""

import logging
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.logs import Plain
from core.tasks import durable
from search.alerts.models import Subscriber

ADA = "ada.o'connor+news@mail.example.org"
TOLD = """new row for relation "people" violates check constraint "grown_up"
DETAIL:  Failing row contains (7, Ada, Thoresby Place
Leeds, 12)."""


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Any:
    """As it is written in production."""
    [plain] = {type(one.formatter) for one in logging.getLogger().handlers if isinstance(one.formatter, Plain)}
    return lambda: "\n".join(plain().format(record) for record in caplog.records)


@durable
def write(to: str) -> None:
    mail.send_mail("Hello", "Hello", None, [to])


@pytest.mark.django_db
def test_an_address_that_a_mail_server_refuses_is_not_logged(logged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*said: Any) -> None:
        raise SMTPRecipientsRefused({ADA: (550, f"5.1.1 <{ADA}>: no such mailbox".encode())})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
    write.enqueue(to=ADA)
    assert "SMTPRecipientsRefused" in logged()
    assert "no such mailbox" in logged()
    for part in ("ada.", "connor", "mail.example.org"):
        assert part not in logged()


def test_what_a_database_does_not_take_is_not_repeated(logged: Any) -> None:
    """Only what came of it, and of each error that follows."""
    log = logging.getLogger("core")
    try:
        try:
            raise IntegrityError(TOLD)
        except IntegrityError as error:
            raise RuntimeError("It was not kept.") from error
    except RuntimeError:
        log.exception("Not done.")
    assert "grown_up" in logged()
    assert "RuntimeError: It was not kept." in logged()
    for word in ("Ada", "Thoresby", "Leeds"):
        assert word not in logged()


@pytest.mark.postgres
@pytest.mark.django_db
def test_nor_is_it_by_postgresql_itself(logged: Any) -> None:
    address = "ADA"  # no line of the traceback says it
    with pytest.raises(IntegrityError, match=address) as refused, transaction.atomic():
        Subscriber.objects.create(email=address, wanted_at=timezone.now())
    logging.getLogger("core").error("Not done.", exc_info=refused.value)
    assert "search_subscriber_email_is_lower_case" in logged()
    assert address not in logged()
