"""What is in the repository works on any machine: no path of one of them, no host that only some can reach."""

import re

from tests.structure.house import named, tracked

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".yaml",
    ".yml",
    ".json",
    ".html",
    ".scss",
    ".js",
    ".svg",
    ".txt",
    ".csv",
    ".css",
    ".vtt",
    ".ics",
}
TEXT_WITHOUT_SUFFIX = {"Makefile", "Dockerfile", "LICENSE", "run", ".env.example", ".gitignore", ".dockerignore"}
PATHS = re.compile(r"(?<![\w.$}>/-])/(?:work|tmp|home|Users|root|private|mnt|opt)/[\w.-]")
IN_A_CONTAINER = {"Dockerfile", "compose.yaml", "docs/operations.md", ".env.example"}  # their paths are the image's own
HOSTS = re.compile(
    r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])"
    r"|(?:://|@)(?:[\w-]+\.)+(?:internal|intranet|corp|lan|local)\b"
)


def texts() -> dict[str, str]:
    found = [path for path in tracked() if path.suffix in TEXT or path.name in TEXT_WITHOUT_SUFFIX]
    return {named(path): path.read_text() for path in found if named(path) != "tests/structure/test_tracked.py"}


def test_every_kind_of_file_is_known_as_text_or_not() -> None:
    """A new kind must not slip past the tests below."""
    pictures = {".webp", ".png", ".jpg", ".woff2", ".ico", ".mp3"}
    unknown = {
        path for path in tracked() if path.suffix not in TEXT | pictures and path.name not in TEXT_WITHOUT_SUFFIX
    }
    assert {named(path) for path in unknown} == set()


def test_no_path_of_somebodys_machine() -> None:
    lines = _lines_with(PATHS, {name: text for name, text in texts().items() if name not in IN_A_CONTAINER})
    assert lines == []


def test_no_host_of_a_private_network() -> None:
    assert _lines_with(HOSTS, texts()) == []


def _lines_with(pattern: re.Pattern[str], files: dict[str, str]) -> list[str]:
    assert len(files) > 200
    return [
        f"{name}:{number} {match.group()}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]
