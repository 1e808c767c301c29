"""OpenDocument texts: read as Word documents are, with their lists, tables, notes and frames."""

import pytest

from reports.draft.rules import documents, package
from reports.draft.rules.reading import read_upload
from reports.draft.rules.text import Draft, Kind, from_blocks
from tests.reports.draft.documents import packed

STYLES = """<style:style style:name="Up"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="Gone"><style:text-properties text:display="none"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."
text:start-value="6"/><text:list-level-style-number text:level="2" style:num-format="1" text:display-levels="2"/>
<text:list-level-style-bullet text:level="3"/></text:list-style>"""
OUTLINE = '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/></text:outline-style>'
NAMES = " ".join(f'xmlns:{name}="{name}"' for name in ("office", "text", "table", "draw", "style", "xlink", "svg"))


def odt(body: str, styles: str = "", **parts: str) -> bytes:
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    own = f"<office:document-styles {NAMES}>{styles}</office:document-styles>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "styles.xml": own, **parts})


def read(body: str, styles: str = "") -> Draft:
    answer = documents.read(odt(body, styles))
    return from_blocks(answer["blocks"], tuple(answer["left_out"]))  # type: ignore[arg-type]


def words(body: str, styles: str = "") -> list[tuple[str, str]]:
    return [(each.number, each.text) for each in read(body, styles).paragraphs]


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{p(text)}</table:table-cell>"


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(each if each.startswith('<') else cell(each) for each in cells)}</table:table-row>"


def table(*rows: str) -> str:
    return f"<table:table>{''.join(rows)}</table:table>"


ROWS = (row("Post", "FTE", "2016/17"), row("One", "1", "83"), row("Two", "2", "90"))


def test_an_upload_of_one_is_read_in_the_bounded_process():
    draft = read_upload(odt(p("6.1 It costs £141k.") + table(*ROWS)))
    assert draft.paragraphs[0].text == "It costs £141k."
    assert draft.tables[0].rows == (("Post", "FTE", "2016/17"), ("One", "1", "83"), ("Two", "2", "90"))


def test_words_of_spans_links_fields_tabs_and_spaces_are_read():
    text = 'It<text:s text:c="1"/><text:span>costs</text:span> <text:a>£141k</text:a><text:tab/>in <text:date>2016/17</text:date>'
    assert words(p(text)) == [("", "It costs £141k in 2016/17")]


def test_numbers_of_lists_and_headings_are_those_that_are_shown():
    items = [p("First"), p("Second") + p("more")]
    inner = f"<text:list>{''.join(f'<text:list-item>{item}</text:list-item>' for item in items)}</text:list>"
    one = f'<text:list text:style-name="L"><text:list-item>{p("FINANCE")}{inner}</text:list-item></text:list>'
    on = (
        f'<text:list text:style-name="L" text:continue-numbering="true"><text:list-item>{p("STAFF")}</text:list-item></text:list>'
    )
    anew = f'<text:list text:style-name="L"><text:list-item>{p("AGAIN")}</text:list-item></text:list>'
    assert words(one + on + anew) == [
        ("6", "FINANCE"),
        ("6.1", "First"),
        ("6.2", "Second"),
        ("", "more"),
        ("7", "STAFF"),
        ("6", "AGAIN"),
    ]
    heading = '<text:h text:outline-level="1">Reason</text:h>'
    draft = read(heading * 2, OUTLINE)
    assert [(each.number, each.kind) for each in draft.paragraphs] == [("1", Kind.HEADING), ("2", Kind.HEADING)]


def test_the_mark_of_a_note_is_no_digit_and_its_text_is_read_at_the_end():
    note = f"<text:note><text:note-citation>1</text:note-citation><text:note-body>{p('See £69k.')}</text:note-body></text:note>"
    draft = read(p(f"£950,000{note} for it") + p('£141k<text:span text:style-name="Up">2</text:span> too'))
    assert [(each.kind, each.text) for each in draft.paragraphs] == [
        (Kind.PARAGRAPH, "£950,000 for it"),
        (Kind.PARAGRAPH, "£141k too"),
        (Kind.NOTE, "See £69k."),
    ]


def test_merged_and_repeated_cells_keep_the_columns():
    wide = row(cell("Cost", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>", "3")
    down = row("<table:covered-table-cell/>", "4", "5")
    repeated = row("Same", cell("7", 'table:number-columns-repeated="2"'))
    (made,) = read(table(*ROWS, wide, down, repeated)).tables
    assert made.rows[3:] == (("Cost", "", "3"), ("", "4", "5"), ("Same", "7", "7"))
    assert made.covered == {(3, 1)}


def test_a_table_within_a_table_and_rows_of_headings_are_read_in_place():
    inner = table(f"<table:table-header-rows>{ROWS[0]}</table:table-header-rows>", *ROWS[1:])
    outer = table(
        f"<table:table-row><table:table-cell>{p('6.1 On it.')}{inner}{p('6.2 And.')}</table:table-cell></table:table-row>"
    )
    assert [getattr(each, "number", "table") for each in read(outer).blocks] == ["6.1", "table", "6.2"]


def test_frames_are_read_once_and_pictures_counted_and_named_where_they_lie_elsewhere():
    box = f"<draw:frame><draw:text-box>{p('£796k in a box')}</draw:text-box></draw:frame>"
    assert words(p(f"Beside it {box}")) == [("", "Beside it"), ("", "£796k in a box")]
    picture = '<draw:frame><draw:image xlink:href="{}"/></draw:frame>'
    draft = read(p("On it." + picture.format("Pictures/1.png") + picture.format("https://example.org/x.png")))
    assert draft.left_out == (
        "2 pictures are not read: figures in them are not compared.",
        "Linked and not fetched: a picture at https://example.org/x.png.",
    )


def test_what_is_deleted_hidden_or_said_in_the_margin_is_left_out_and_said():
    deleted = f"<text:changed-region><text:deletion>{p('£9k')}</text:deletion></text:changed-region>"
    tracked = f"<text:tracked-changes>{deleted}</text:tracked-changes>"
    margin = f"<office:annotation>{p('£8k?')}</office:annotation>"
    hidden = '<text:span text:style-name="Gone">£7k</text:span>'
    contents = f"<text:table-of-content>{p('6.1 Finance 3')}</text:table-of-content>"
    header = f"<style:master-page><style:header>{p('DRAFT')}</style:header></style:master-page>"
    draft = read(tracked + contents + p(f"It costs £141k{margin}{hidden}."), header)
    assert [each.text for each in draft.paragraphs] == ["It costs £141k."]
    assert set(draft.left_out) == {
        "What tracked changes delete is left out; what they add is read.",
        "Comments in the margin are not read.",
        "Hidden text is left out.",
        "The table of contents is not read.",
        "Headers and footers are not read.",
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (odt("", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "protected by a password"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "damaged"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), "damaged"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), "not a Word document"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<!DOCTYPE x><x/>"}), "entities"),
    ],
)
def test_what_is_none_is_refused_in_words(content: bytes, message: str):
    with pytest.raises(package.Refused, match=message):
        documents.read(content)
