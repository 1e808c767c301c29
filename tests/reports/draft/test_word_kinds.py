"""Word documents as they come: other packages, links, tracked changes, boxes, fields, tables in tables. Each is read, or said."""

import io
import zipfile

import pytest

from reports.draft.rules import documents
from reports.draft.rules.reading import Unreadable, read_upload
from reports.draft.rules.text import Draft, from_blocks
from tests.reports.draft.documents import W, document, packed, paragraph, parts_of, relation, run, table

DELETED = "What tracked changes delete is left out; what they add is read."


def read_bytes(content: bytes) -> Draft:
    """What the reader makes of a document, run here: a process of its own for each would take the tests a minute."""
    answer = documents.read(content)
    return from_blocks(answer["blocks"], tuple(answer["left_out"]))  # type: ignore[arg-type]


def read(body: str, relations: str = "") -> Draft:
    return read_bytes(document(body, relations))


def words(body: str, relations: str = "") -> list[tuple[str, str]]:
    return [(each.number, each.text) for each in read(body, relations).paragraphs]


def zipped(parts: dict[str, str], *folders: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for folder in folders:
            package.writestr(zipfile.ZipInfo(folder), "")
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def ended(text: str, how: str, *, live: str = "", level: int = 1) -> str:
    """A numbered paragraph whose end and words are deleted or moved away, but for the `live` ones."""
    gone = f"<w:{how}><w:r><w:delText>{text}</w:delText></w:r></w:{how}>"
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr><w:rPr><w:{how}/></w:rPr>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(live) if live else ''}{gone}</w:p>"


SECTION = paragraph("FINANCE", list_id=5)


def numbered(text: str) -> str:
    return paragraph(text, list_id=5, level=1)


def test_a_package_that_lists_its_folders_and_has_no_numbering_is_sound():
    parts = parts_of(paragraph("It costs £141k."))
    del parts["word/numbering.xml"], parts["word/styles.xml"]
    parts["word/_rels/document.xml.rels"] = "<Relationships/>"
    for folders in (("word/", "_rels/"), ("word/", "word/_rels/", "docProps/"), ()):
        assert read_bytes(zipped(parts, *folders)).paragraphs[0].text == "It costs £141k."


def test_part_names_may_have_other_capitals_and_slashes():
    parts = parts_of(paragraph("It costs £141k."))
    odd = {name.replace("word/document.xml", "Word\\Document.xml"): content for name, content in parts.items()}
    odd = {name.replace("word/_rels/Word\\Document.xml.rels", "word/_rels/document.xml.rels"): each for name, each in odd.items()}
    assert read_bytes(zipped(odd)).paragraphs[0].text == "It costs £141k."


def test_the_kind_of_the_text_may_be_said_of_all_parts_at_once():
    parts = parts_of(paragraph("It costs £141k."))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts["[Content_Types].xml"] = f'<Types><Default Extension="xml" ContentType="{kind}"/></Types>'
    assert read_bytes(packed(parts)).paragraphs[0].text == "It costs £141k."


@pytest.mark.parametrize(
    ("kind", "target", "said"),
    [
        ("image", "https://example.org/pixel.png", "a picture at https://example.org/pixel.png"),
        ("oleObject", "file:///share/book.xlsx", "an object at file:///share/book.xlsx"),
        ("attachedTemplate", "https://example.org/a.dotm", "the template at https://example.org/a.dotm"),
        ("attachedTemplate", r"\\server\templates\a.dotx", r"the template at \\server\templates\a.dotx"),
        ("subDocument", "other.docx", "a document at other.docx"),
        ("video", "https://example.org/v.mp4", "a part (video) at https://example.org/v.mp4"),
    ],
)
def test_what_lies_elsewhere_is_named_and_the_rest_is_read(kind: str, target: str, said: str):
    draft = read(paragraph("6.1 It costs £141k."), relation(kind, target, external=True))
    assert draft.paragraphs[0].text == "It costs £141k."
    assert draft.left_out == (f"Linked and not fetched: {said}.",)


@pytest.mark.parametrize("part", ["settings", "header"])
def test_links_of_other_parts_are_named_too(part: str):
    template = relation("attachedTemplate", "https://example.org/a.dotm", external=True)
    parts = parts_of(paragraph("6.1"), relation(part, f"{part}.xml")) | {
        f"word/{part}.xml": f"<w:settings {W}/>",
        f"word/_rels/{part}.xml.rels": f"<Relationships>{template}</Relationships>",
    }
    assert read_bytes(packed(parts)).left_out[0] == "Linked and not fetched: the template at https://example.org/a.dotm."


def test_another_document_within_it_is_said_and_the_rest_is_read():
    draft = read(paragraph("6.1 On it.") + '<w:altChunk xmlns:r="r" r:id="rId1"/>')
    assert draft.left_out == ("Another document within this one is not read: figures in it are not compared.",)


@pytest.mark.parametrize("how", ["del", "moveFrom"])
def test_a_deleted_numbered_paragraph_has_no_number(how: str):
    draft = read(SECTION + numbered("One") + ended("gone", how) + ended("too", how) + numbered("Two"))
    assert [(each.number, each.text) for each in draft.paragraphs] == [("1", "FINANCE"), ("1.1", "One"), ("1.2", "Two")]
    assert draft.left_out == (DELETED,)


def test_words_of_a_paragraph_whose_end_is_deleted_join_the_next():
    assert words(SECTION + ended("", "del", live="It costs ") + numbered("£141k.")) == [
        ("1", "FINANCE"),
        ("1.1", "It costs £141k."),
    ]
    assert words(SECTION + ended("", "del", live="It costs £1k.")) == [("1", "FINANCE"), ("", "It costs £1k.")]


def test_a_deleted_paragraph_of_a_cell_has_no_number():
    cell = f"<w:tc>{SECTION}{numbered('One')}{ended('gone', 'del')}{numbered('Two')}</w:tc>"
    assert words(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>") == [("1", "FINANCE"), ("1.1", "One"), ("1.2", "Two")]


def test_a_deleted_section_does_not_count():
    assert words(ended("gone", "del", level=0) + SECTION + numbered("One")) == [("1", "FINANCE"), ("1.1", "One")]


ROWS = [["Post", "FTE", "2016/17"], ["One", "1", "83"], ["Two", "2", "90"]]


def test_a_deleted_row_is_left_out():
    gone = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:del><w:r><w:delText>9</w:delText></w:r></w:del></w:p></w:tc></w:tr>"
    draft = read(table(ROWS).replace("</w:tbl>", gone + "</w:tbl>"))
    assert draft.tables[0].rows == tuple(map(tuple, ROWS))
    assert draft.left_out == (DELETED,)


def test_rows_that_begin_further_right_keep_their_columns():
    row = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("5", "6"))
    before = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{row}</w:tr>'
    after = f'<w:tr><w:trPr><w:gridAfter w:val="1"/></w:trPr>{row}</w:tr>'
    draft = read(table(ROWS).replace("</w:tbl>", before + after + "</w:tbl>"))
    assert draft.tables[0].rows[-2:] == (("", "5", "6"), ("5", "6", ""))


def test_cells_merged_downwards_and_across_hold_their_words_once():
    first = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{paragraph("Phase One")}</w:tc>'
    on = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr>{paragraph('stale')}</w:tc>"
    rows = "".join(
        f"<w:tr>{cell}<w:tc>{paragraph(text)}</w:tc><w:tc>{paragraph('3')}</w:tc></w:tr>"
        for cell, text in ((first, "1"), (on, "2"))
    )
    assert read(f"<w:tbl>{rows}</w:tbl>").tables[0].rows == (("Phase One", "1", "3"), ("", "2", "3"))


def test_a_table_within_a_table_stands_by_itself_in_its_place():
    layout = f"<w:tbl><w:tr><w:tc>{paragraph('6.1 Above.')}{table(ROWS)}{paragraph('6.2 Below.')}</w:tc></w:tr></w:tbl>"
    for body in (layout, f"<w:tbl><w:tr><w:tc>{layout}</w:tc><w:tc>{paragraph()}</w:tc></w:tr></w:tbl>"):
        draft = read(body)
        assert [getattr(block, "number", "table") for block in draft.blocks] == ["6.1", "table", "6.2"]
        assert draft.tables[0].rows == tuple(map(tuple, ROWS))


def test_rows_and_cells_in_content_controls_are_read():
    cells = "".join(f"<w:sdt><w:sdtContent><w:tc>{paragraph(text)}</w:tc></w:sdtContent></w:sdt>" for text in ROWS[1])
    row = f"<w:sdt><w:sdtContent><w:tr>{cells}</w:tr></w:sdtContent></w:sdt>"
    assert read(table([ROWS[0]]).replace("</w:tbl>", row + row + "</w:tbl>")).tables[0].rows[1:] == (("One", "1", "83"),) * 2


RAISED = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{}</w:t></w:r>'


@pytest.mark.parametrize("mark", ["1", "12", "*", "(1)", "1, 2"])
def test_the_mark_of_a_note_is_no_digit_of_the_figure(mark: str):
    assert words(paragraph(runs=run("£950,000") + RAISED.format(mark) + run(" for it"))) == [("", "£950,000 for it")]


def test_a_mark_raised_by_its_style_is_none_either_and_raised_letters_are_words():
    raised = '<w:name w:val="r"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    styles = f'<w:styles {W}><w:style w:styleId="Ref">{raised}</w:style></w:styles>'
    mark = '<w:r><w:rPr><w:rStyle w:val="Ref"/></w:rPr><w:t>1</w:t></w:r>'
    body = paragraph(runs=run("£141k") + mark + run(" on the 20") + RAISED.format("th"))
    draft = read_bytes(packed(parts_of(body) | {"word/styles.xml": styles}))
    assert draft.paragraphs[0].text == "£141k on the 20th"


BOX = f"<w:txbxContent>{paragraph('6.2 £796k in a box')}</w:txbxContent>"


@pytest.mark.parametrize(
    "drawn",
    [
        f"<w:pict><v:shape xmlns:v='v'><v:textbox>{BOX}</v:textbox></v:shape></w:pict>",
        f"<w:drawing><wps:wsp xmlns:wps='s'><wps:txbx>{BOX}</wps:txbx></wps:wsp></w:drawing>",
        f"<w:drawing><wpg:wgp xmlns:wpg='g'><wps:wsp xmlns:wps='s'><wps:txbx>{BOX}</wps:txbx></wps:wsp></wpg:wgp></w:drawing>",
        f"<mc:AlternateContent xmlns:mc='m'><mc:Choice><w:drawing>{BOX}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent>",
    ],
    ids=["older", "shape", "group", "both"],
)
def test_a_text_box_is_read_once_wherever_it_hangs_and_is_no_picture(drawn: str):
    hanging = paragraph(runs=f"<w:r>{drawn}</w:r>")
    for body in (hanging, f"<w:tbl><w:tr><w:tc>{hanging}</w:tc></w:tr></w:tbl>"):
        draft = read(body)
        assert [(each.number, each.text) for each in draft.paragraphs] == [("6.2", "£796k in a box")]
        assert draft.left_out == ()


def test_a_drawn_line_is_no_picture_and_pictures_and_charts_are_counted():
    line = "<w:r><w:pict><v:line xmlns:v='v'/></w:pict></w:r><w:r><w:drawing><wps:wsp xmlns:wps='s'/></w:drawing></w:r>"
    assert read(paragraph(runs=run("On it.") + line)).left_out == ()
    blip = "<w:r><w:drawing><a:blip xmlns:a='a'/></w:drawing></w:r>"
    one = read(paragraph(runs=run("On it.") + blip))
    assert one.left_out == ("1 picture is not read: figures in it are not compared.",)
    more = read(paragraph(runs=run("On it.") + blip * 2 + "<w:r><w:drawing><c:chart xmlns:c='c'/></w:drawing></w:r>"))
    assert more.left_out == ("2 pictures and 1 chart are not read: figures in them are not compared.",)


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def said_to_word(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_of_a_field_its_result_is_read_and_not_what_it_says_to_word():
    inner = field("begin") + said_to_word("DOCPROPERTY x") + field("separate") + run("£9k") + field("end")
    nested = (
        field("begin") + said_to_word("IF ") + inner + said_to_word(' = "1"') + field("separate") + run("£141k") + field("end")
    )
    assert words(paragraph(runs=run("It costs ") + nested + run("."))) == [("", "It costs £141k.")]
    empty = field("begin") + said_to_word("=SUM(ABOVE)") + field("end")
    assert words(paragraph(runs=run("In all ") + empty + run("."))) == [("", "In all .")]


@pytest.mark.parametrize("which", ["simple", "complex"])
def test_a_field_that_takes_words_from_another_file_is_named(which: str):
    code = r'LINK Excel.Sheet.12 "\\\\server\\Budget.xlsx" "Sheet1!R1C1" \a'
    simple = f"<w:fldSimple w:instr='{code}'>{run('£141k')}</w:fldSimple>"
    draft = read(
        paragraph(runs=simple if which == "simple" else field("begin") + said_to_word(code) + field("separate") + run("£141k"))
    )
    assert draft.paragraphs[0].text == "£141k"
    assert draft.left_out == (r"Linked and not fetched: words or figures from \\server\Budget.xlsx.",)


def test_the_table_of_contents_is_not_the_text():
    styles = f'<w:styles {W}><w:style w:styleId="C"><w:name w:val="toc 2"/></w:style></w:styles>'
    body = paragraph("6.1 Finance 12", style="C") + paragraph("6.1 It costs £141k.")
    draft = read_bytes(packed(parts_of(body) | {"word/styles.xml": styles}))
    assert [each.number for each in draft.paragraphs] == ["6.1"]
    assert draft.left_out == ("The table of contents is not read.",)


def test_an_equation_is_read():
    runs = "<m:oMath xmlns:m='m'><m:r><m:t>£141k + £795k</m:t></m:r></m:oMath>"
    assert words(paragraph(runs=run("This is ") + runs)) == [("", "This is £141k + £795k")]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("2016\N{NON-BREAKING HYPHEN}17", "2016-17"),
        ("2016\N{HYPHEN}17", "2016-17"),
        ("2016\N{MINUS SIGN}17", "2016-17"),
        ("2016\N{FRACTION SLASH}17", "2016/17"),
        ("20\N{SOFT HYPHEN}16/17", "2016/17"),
        ("2016\N{ZERO WIDTH SPACE}/17", "2016/17"),
        ("£142\N{NO-BREAK SPACE}k", "£142 k"),
        ("£1\N{NO-BREAK SPACE}090k", "£1,090k"),
        ("£1\N{NARROW NO-BREAK SPACE}090\N{THIN SPACE}000", "£1,090,000"),
        ("14\N{NO-BREAK SPACE}September 2016", "14 September 2016"),
        ("£950,000\N{SUPERSCRIPT ONE}", "£950,000"),
        ("\N{FULLWIDTH POUND SIGN}\N{FULLWIDTH DIGIT ONE}k", "£1k"),
    ],
)
def test_characters_that_look_alike_are_alike(written: str, plain: str):
    assert read_upload(written.encode()).paragraphs[0].text == plain
    assert words(paragraph(written)) == [("", plain)]


@pytest.mark.parametrize("page", ["<!DOCTYPE html><p>£141k", "  <html><body>£141k", "<HTML>\n<p>", "<!-- saved --><html>"])
def test_a_web_page_is_refused_as_one(page: str):
    with pytest.raises(Unreadable, match="This is a web page: open it in Word"):
        read_upload(page.encode())
