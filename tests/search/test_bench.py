"""Measuring leaves what is kept for the next measurement as it was, and takes what it is told to take."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench import __main__ as bench
from tests.bench import known_items, parts, sizes
from tests.bench.figures import times


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


# ---- what is measured -----------------------------------------------------------------------------------------------
def test_known_items_are_a_part_where_there_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "companies.jsonl"
    file.touch()
    assert bench._chosen([]).wanted == set(bench.PARTS)
    assert bench._chosen(["--known-items", str(file)]).wanted == {*bench.PARTS, "known-items"}
    assert bench._chosen(["--only", "known-items", "--known-items", str(file)]).wanted == {"known-items"}
    for wrong, words in (
        (["--only", "known-items"], "add --known-items FILE"),
        (["--known-items", str(tmp_path / "none")], "there is no file"),
        (["--only", "known"], "there is no part known; the parts are answering"),
    ):
        with pytest.raises(SystemExit):
            bench._chosen(wrong)
        assert words in capsys.readouterr().err


def test_known_items_stand_beside_plain_full_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"ours": [1, 3, 0, 2], "plain": [1, 0, 0, 4]}
    held_out = [True, False, True, False]
    answer = {"places": places, "held_out": held_out, "plain": "FTS5 with bm25()"}
    monkeypatch.setattr(parts, "run", lambda *_: answer)

    share, more, half, more_of_half = known_items.figures(tmp_path / "companies.jsonl", ["sqlite"])

    assert (share.value, share.note) == (75.0, "FTS5 with bm25(): 50.0 %; asked 4")
    assert (more.value, more.passes) == (1, True)
    assert (half.value, more_of_half.value, more_of_half.passes) == (50.0, 0, None)  # told, not judged


def test_a_slow_machine_may_be_slow_and_no_more() -> None:
    seconds = [0.050] * 20
    assert times("p95", seconds, most=30.0).passes is False
    assert times("p95", seconds, most=30.0, slower=1.5).passes is False
    on_a_slow_one = times("p95", seconds, most=30.0, slower=2.0)
    assert (on_a_slow_one.passes, on_a_slow_one.value) == (True, 50.0)
    assert on_a_slow_one.note.startswith("25 on a usual machine, this one is 2.0 times slower")
