"""Kinds of files: which are read and how, and a sentence of its own for each that is not. Nothing here needs a database."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.importing.cells.rules import Manner, read_fte, read_money
from posts.importing.dates.rules import read_day
from posts.importing.file.rules import read_file
from posts.importing.matching.rules import mended, spelling
from posts.importing.table.rules import cells_of, table_of
from posts.importing.text.rules import Unreadable
from posts.importing.years.rules import year_named

ROW = "Phase,Post,Comment\r\nPhase Three,Reviewer,Café – “vacant”\r\n"


def package(*names: str, mimetype: str = "") -> bytes:
    """A zip file with parts of these names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        if mimetype:
            written.writestr("mimetype", mimetype)
        for name in names:
            written.writestr(name, "<x/>")
    return content.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            package("word/document.xml"),
            "This is a Word document: copy its table and paste it here. To check a draft, use Check a draft.",
        ),
        (package("xl/workbook.xml", "xl/vbaProject.bin"), "This is an Excel workbook with macros (.xlsm)"),
        (package("xl/workbook.bin"), "This is an Excel binary workbook (.xlsb)"),
        (package("ppt/presentation.xml"), "This is a presentation"),
        (package(mimetype="application/vnd.oasis.opendocument.text"), "This is an OpenDocument text"),
        (package("a.csv"), "This is an archive"),
        (OLD + "Workbook".encode("utf-16-le"), "This is an old Excel workbook (.xls)"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "This workbook is protected by a password"),
        (OLD + "WordDocument".encode("utf-16-le"), "This is a Word document (.doc)"),
        (b"%PDF-1.7 ...", "This is a PDF"),
        (b"{\\rtf1 x}", "This is a Rich Text document"),
        (b"\x89PNG\r\n", "This is a picture"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "This is a workbook saved as XML",
        ),
        (b"MIME-Version: 1.0\n", "This is a web archive (.mht)"),
        (b"\xff\xfe\x00", "This file is not text"),
        (b"<html><body><p>No table</p></body></html>", "This is a web page without a table"),
    ],
)
def test_each_kind_of_file_that_is_not_read_has_a_sentence_of_its_own(content: bytes, message: str):
    with pytest.raises(Unreadable) as refused:
        read_file(content)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_read_in_every_usual_encoding(encoding: str):
    assert cells_of(read_file(ROW.encode(encoding)).text)[1] == ["Phase Three", "Reviewer", "Café – “vacant”"]


def test_one_byte_that_is_damaged_is_read_and_named_by_its_row_and_column():
    decoded = read_file(ROW.encode().replace("é".encode(), b"\xe9"))
    assert "Café – “vacant”" in decoded.text
    assert decoded.said == ("Row 2, column 3: one character is damaged (byte E9) and is read as é. Check it.",)


def test_a_web_page_is_read_by_its_table_whatever_its_name_with_merged_cells_blank():
    page = (
        b"<html><head><title>x</title><style>td { color: red }</style></head><body><table><tr><th>Phase<th>Team<th>Post</tr>"
        b'<tr><td rowspan="2">Phase&nbsp;Three</td><td rowspan=2>'
        b"<!-- -->Alpha<br>Team</td><td>Reviewer</td></tr><tr><td>Analyst</td></tr>"
        b'<tr><td colspan="2">Note</td><td>x</td></tr></table></body></html>'
    )
    decoded = read_file(page)
    assert [cells for cells in cells_of(decoded.text) if cells] == [
        ["Phase", "Team", "Post"],
        ["Phase Three", "Alpha Team", "Reviewer"],
        ["", "", "Analyst"],
        ["Note", "", "x"],
    ]
    assert decoded.said == ("This file is a web page, whatever its name ends in: its tables are read.",)


@pytest.mark.parametrize("separator", ["\t", ",", ";", "|"])
def test_cells_are_parted_by_what_gives_the_headings(separator: str):
    text = separator.join(("Phase", "Post", "FTE")) + "\n" + separator.join(("Phase Three", "Reviewer", "1")) + "\n"
    assert cells_of(text)[1] == ["Phase Three", "Reviewer", "1"]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters='"\ufeff'), max_size=6),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_written_quoted_is_read_back(rows: list[list[str]]):
    text = "\n".join("\t".join(f'"{cell}"' for cell in ["x", *cells]) for cells in rows)
    wanted = [["x", *(cell.strip() for cell in cells)] for cells in rows]
    for cells in wanted:
        while not cells[-1]:
            cells.pop()
    found = table_of(text).rows
    assert [[mended(cell)[0].lstrip("'") for cell in cells] for cells in found] == [
        [mended(cell)[0].lstrip("'") for cell in cells] for cells in wanted
    ]


@pytest.mark.parametrize(
    ("heading", "starts"), [("2010/11", 2010), ("99/00", 1999), ("FYE 31 March 2030", 2029), ("2016/18", None)]
)
def test_a_year_in_a_heading_is_one_year(heading: str, starts: int | None):
    found = year_named(heading)
    assert (found and found.starts_in) == starts


@pytest.mark.parametrize(
    "heading", ["2016/17 FTE", "2016/17 to 2017/18", "2016/17 variance", "FY17", "2017", "Reviewer 16/17 intake"]
)
def test_a_heading_that_is_not_of_the_amounts_of_one_year_names_none(heading: str):
    assert year_named(heading) is None


def test_spellings_of_one_title_are_one():
    one = spelling("Children's Social Care - Placement & Support")
    assert {
        spelling(said)
        for said in ("CHILDREN’S social care – placement and support", "Childrens Social Care: Placement & Support*")
    } == {one}
    assert spelling("Social Worker (2)") != spelling("Social Worker")


@pytest.mark.parametrize(
    ("damaged", "right"), [("Childrenâ€™s", "Children’s"), ("Â£5", "£5"), ("CafÃ©", "Café"), ("â€œvacantâ€\x9d", "“vacant”")]
)
def test_characters_that_were_read_in_another_encoding_are_put_right(damaged: str, right: str):
    assert mended(damaged)[0] == right


@pytest.mark.parametrize("said", ["18 months", "18 mth post", "18m", "for 18 months"])
def test_a_term_in_words_is_one_in_months(said: str):
    assert read_day(said, which="end").term == 18


@pytest.mark.parametrize(
    ("said", "unit", "step"), [("83.3", 1000, 100), ("83", 1000, 1000), ("1.25", 1_000_000, 10_000), ("£83k", 1, 1000)]
)
def test_an_amount_is_known_to_its_last_digit(said: str, unit: int, step: int):
    assert read_money(said, Manner(unit)).precision == step


@pytest.mark.parametrize(("said", "asks"), [("37 hrs", "hours"), ("0", "nought"), ("-0.5", "fewer"), ("TBC", "unknown")])
def test_what_an_fte_does_not_say_is_asked(said: str, asks: str):
    assert read_fte(said).asks == asks


@pytest.mark.parametrize(
    "rows",
    [
        [["Alpha", "Reviewer", "1"], ['"', "Analyst", "2"], ['"', "Clerk", "3"]],  # ditto marks
        [["Alpha", "Reviewer", "1", '"'], ["Beta", "Analyst", "2", '"'], ["Beta", "Clerk", "3"]],
        [["Alpha", '"Signs of Safety', "1", 'says "yes"'], ["Beta", "Analyst", "2", 'a 15" screen']],
        [["Alpha", '"Reviewer', "1", 'half"'], ["Beta", "Analyst", "2"]],
    ],
)
def test_a_mark_by_itself_joins_no_cells_of_a_clipboard(rows: list[list[str]]) -> None:
    heading = ["Team", "Post", "FTE", "Comment"]
    assert cells_of("\n".join("\t".join(row) for row in [heading, *rows])) == [heading, *rows]


def test_a_quoted_cell_of_a_clipboard_may_hold_marks_and_line_breaks() -> None:
    text = 'Team\tPost\tComment\nAlpha\t"""Signs"" trainer"\t"One\ntwo"\nBeta\t"Clerk"\tx'
    assert cells_of(text)[1:] == [["Alpha", '"Signs" trainer', "One\ntwo"], ["Beta", "Clerk", "x"]]
