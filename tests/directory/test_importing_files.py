"""Reading files: what becomes of every form of bad input before any row is looked at."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.importing.faults import Refused
from directory.importing.files import BYTES_LIMIT, read_path, read_rows, read_tree
from tests.speed import processor_time

SIZE_RULE = "the file: it has {} MB; at most 5 MB are read. Split it."


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read_rows(name, data)
    return str(refused.value)


def test_the_three_formats_say_the_same() -> None:
    as_csv = read_rows("a.csv", b"slug,sectors\nnpic,Diagnostics;Oncology\n")
    as_json = read_rows("a.json", b'[{"slug": "npic", "sectors": "Diagnostics;Oncology"}]')
    as_yaml = read_rows("a.yaml", b"- slug: npic\n  sectors: Diagnostics;Oncology\n")

    assert as_csv == as_json == as_yaml == [{"slug": "npic", "sectors": "Diagnostics;Oncology"}]


def test_rows_know_their_line() -> None:
    as_csv = read_rows("a.csv", b'slug,summary\none,"two\nlines"\n\nthree,x\n')
    as_json = read_rows("a.json", b'[\n  {"slug": "one"},\n\n  {"slug": "two"}\n]')
    as_yaml = read_rows("a.yml", b"# comment\n- slug: one\n\n- slug: two\n  summary: x\n")

    assert [row.line for row in as_csv] == [2, 5]
    assert [row.line for row in as_json] == [2, 4]
    assert [row.line for row in as_yaml] == [2, 4]
    assert as_yaml[1].line_of("summary") == 5


def test_scalars_stay_as_they_were_written() -> None:
    written = b"- {companies_house: 01234567, on: yes, founded: 2020, empty: , none: null, quoted: 'null'}"

    (row,) = read_rows("a.yaml", written)

    assert row == {
        "companies_house": "01234567",
        "on": "yes",
        "founded": "2020",
        "empty": None,
        "none": None,
        "quoted": "null",
    }
    assert read_rows("a.json", b'[{"n": 01}]'.replace(b"01", b"1.50"))[0] == {"n": "1.50"}


def test_byte_order_mark_is_read_over() -> None:
    assert read_rows("a.csv", "\ufeffslug,name\nnpic,Café\n".encode()) == [{"slug": "npic", "name": "Café"}]


def test_list_may_stand_under_its_name() -> None:
    assert read_rows("a.yaml", b"events: []\norganisations: [{slug: a}]", under="organisations") == [{"slug": "a"}]
    assert read_rows("a.json", b'{"anything": [{"slug": "a"}]}') == [{"slug": "a"}]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "the file: it is empty. Nothing was changed."),
        ("a.csv", b" \n\n", "the file: it is empty. Nothing was changed."),
        ("a.csv", b"slug,name\n", "the file: it has no rows. Nothing was changed."),
        ("a.txt", b"x", "the file: “a.txt” is not CSV, JSON or YAML: its name must end in .csv, .json or .yaml."),
        (
            "a.csv",
            b"slug;name\na;b\n",
            "line 1: the columns are separated by semicolons. Save the file with commas between the columns.",
        ),
        (
            "a.csv",
            b"slug\tname\na\tb\n",
            "line 1: the columns are separated by tabs. Save the file with commas between the columns.",
        ),
        ("a.csv", b"slug,name,Slug\n", "line 1, Slug: two columns have this name. Keep one."),
        ("a.csv", b"slug,,name\n", "line 1: column 2 has no name. Name it, or take it out."),
        (
            "a.csv",
            b"slug,name\na,b,c\nd,e\nf\n",
            "line 2: there are 3 cells under 2 columns. A comma inside a cell needs double quotes around the cell.\n"
            "line 4: there are 1 cells under 2 columns. A comma inside a cell needs double quotes around the cell.",
        ),
        (
            "a.csv",
            b'slug,name\na,"b\n',
            "line 2: this is not CSV: unexpected end of data. Put a cell with commas, quotes or line breaks in double quotes.",
        ),
        (
            "a.csv",
            b"slug,name\nnpic,NPIC\ncafe,Caf\xe9\n",
            "line 3: the byte 0xE9 is not UTF-8. The file was probably saved as Windows-1252 or Latin-1: open it where it was "
            "made and save it as UTF-8 (in a spreadsheet: “CSV UTF-8”).",
        ),
        (
            "a.csv",
            "slug\nnpic".encode("utf-16"),
            "the file: it is not a text file but saved as UTF-16. Save it again as UTF-8 (in a spreadsheet: “CSV UTF-8”).",
        ),
        (
            "a.csv",
            b"PK\x03\x04rest of a spreadsheet",
            "the file: it is not a text file but a spreadsheet or another packed file. In the spreadsheet choose “Save as”, "
            "then “CSV UTF-8”.",
        ),
        (
            "a.csv",
            b"slug\nnp\0ic\n",
            "line 2: there is a NUL byte, so this is not a text file. Save it again as UTF-8 text.",
        ),
        ("a.json", b'[{"a": 1},\n {"a": 1 "b": 2}]', "line 2: this is not JSON: Expecting ',' delimiter."),
        ("a.json", b'[{"a": 1, "a": 2}]', "the file, a: an entry has this field twice. Keep one."),
        ("a.json", b'[{"a": NaN}]', "line 1: this is not JSON: NaN is not a number."),
        ("a.json", b'[{"a": 1}] x', "line 1: this is not JSON: there is something after the closing ]."),
        ("a.json", b"[" * 100_000, "the file: it is nested more than 20 levels deep. Write it flatter."),
        ("a.json", b"[1]", "line 1: an entry must name its fields, such as “slug: npic”."),
        (
            "a.json",
            b'{"a": 1, "b": 2}',
            "line 1: this is not a list. Begin each entry with “- ” (YAML) or put all of them in [ ] (JSON).",
        ),
        ("a.yaml", b"- a: 1\n  a: 2\n", "line 2, a: this field is given twice in one entry. Keep one."),
        (
            "a.yaml",
            b"- a: [1, 2\n- b\n",
            "line 3: this is not YAML: did not find expected ',' or ']'. Look at the indentation, colons and quotes.",
        ),
        (
            "a.yaml",
            b"a: &a [x, x]\nb: &b [*a, *a]\n",
            "line 1: anchors (&) and aliases (*) are not read here. Write the value out, or quote it.",
        ),
        (
            "a.yaml",
            b"- !!python/object/apply:os.system [ls]",
            "line 1: tags such as “tag:yaml.org,2002:python/object/apply:os.system” are not read here. Take it out, or quote "
            "the value.",
        ),
        ("a.yaml", b"- a: 1\n---\n- b: 2\n", "line 3: it holds more than one document. Take out the line “---”."),
        ("a.yaml", b"? [a, b]\n: c\n", "line 1: a field needs a plain name."),
        (
            "a.yaml",
            b"- {a: {b: " + b"[" * 30 + b"]" * 30 + b"}}",
            "line 1: it is nested more than 20 levels deep. Write it flatter.",
        ),
    ],
)
def test_bad_file_is_refused_with_line_and_remedy(name: str, data: bytes, words: str) -> None:
    assert refusal(name, data) == words


@pytest.mark.parametrize("name", ["junk.csv", "junk.json", "junk.yaml"])
def test_ten_megabytes_are_refused_by_their_size(name: str) -> None:
    said: list[str] = []

    assert processor_time(lambda: said.append(refusal(name, b"x,y\n" * 2_500_000))) < 1
    assert said == [SIZE_RULE.format("9.5")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rows.csv", b"slug\n" + b"a\n" * 2_000_000),
        ("rows.yaml", b"- a: b\n" * 600_000),
        ("rows.json", b"[" + b"{},\n" * 1_000_000 + b"{}]"),
    ],
)
def test_too_many_rows_are_refused_early(name: str, data: bytes) -> None:
    assert len(data) < BYTES_LIMIT
    said: list[str] = []

    assert processor_time(lambda: said.append(refusal(name, data))) < 3
    assert "it has more than 20,000 rows; so many are not read at once. Split it." in said[0]


def test_size_is_looked_at_before_the_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024**3)  # takes no room on the disk

    with pytest.raises(Refused, match="at most 5 MB are read"):
        read_path(path)
    with pytest.raises(Refused, match="No such file or directory"):
        read_path(path.with_name("none.csv"))


# ---- files that nobody thought of -----------------------------------------------------------------------------------
FORMATS = st.sampled_from(["f.csv", "f.json", "f.yaml"])
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)


@given(name=FORMATS, data=st.binary(max_size=400))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_bytes_are_read_or_refused_in_words(name: str, data: bytes) -> None:
    _read_or_refuse(name, data)


@given(name=FORMATS, text=st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_in_words(name: str, text: str) -> None:
    _read_or_refuse(name, text.encode("utf-8", "surrogatepass"))


@given(tree=TREES)
@settings(max_examples=200, deadline=None)
def test_any_json_is_read(tree: object) -> None:
    _read_or_refuse("f.json", json.dumps(tree).encode())


def _read_or_refuse(name: str, data: bytes) -> None:
    faults = None
    try:
        read_tree(name, data)
    except Refused as refused:
        faults = refused.faults

    if faults is not None:
        assert faults
        assert all(fault.line >= 0 and fault.words.endswith(".") for fault in faults)
