"""Measuring leaves what is kept for the next measurement as it was."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench import __main__ as bench
from tests.bench import parts, sizes


def test_making_an_index_anew_is_measured_on_a_copy_of_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer of that measurement changes records and takes some away."""

    def run(module: str, arguments: list[str], environment: dict[str, str]) -> dict[str, Any]:
        database = Path(environment["VAR_DIR"]) / "village.sqlite3"
        assert environment["DATABASE_URL"] == f"sqlite:///{database}"
        if module == "at_size":
            assert not environment["ELASTICSEARCH_URL"]
            database.write_text("as it was")
            return {}
        assert database.read_text() == "as it was"
        database.write_text("changed")
        counted = dict.fromkeys(("documents", "writes", "searches", "drifted"), 1)
        return {**counted, "lost": [], "answered_otherwise": [], "seconds": 1.0, "slowest": 1.0}

    monkeypatch.setattr(parts, "run", run)

    bench._rebuilding(tmp_path, "http://127.0.0.1:9")

    assert [folder.name for folder in tmp_path.iterdir()] == [f"at-{sizes.JUDGED}"]
    assert (tmp_path / f"at-{sizes.JUDGED}" / "village.sqlite3").read_text() == "as it was"
