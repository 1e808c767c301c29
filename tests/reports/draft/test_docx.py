"""Word documents: read with their automatic numbers, tables and notes; hostile ones refused in words."""

import io
import os
import re
import subprocess
import sys
import zipfile
from itertools import pairwise

import pytest

from reports.draft.rules import documents, package, reading, word_body
from reports.draft.rules.reading import Unreadable, read_pasted, read_upload
from reports.draft.rules.text import Kind
from tests.reports.draft.documents import W, document, packed, paragraph, parts_of, relation, run, table

MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


def read(body: str, relations: str = "") -> list[tuple[str, str]]:
    return [(each.number, each.text) for each in read_upload(document(body, relations)).paragraphs]


def refusal(content: bytes) -> str:
    """What the reader of documents says, run here: a process of its own for each would take the test a minute."""
    with pytest.raises(package.Refused) as refused:
        documents.read(content)
    return str(refused.value)


def upload_refused(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_upload(content)
    return str(refused.value)


def changed(**parts: str | bytes) -> bytes:
    """A good document with some parts replaced or added; "word__document_xml" names word/document.xml."""
    named = {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    return packed(parts_of(paragraph("6.1 On it.")) | named)  # type: ignore[arg-type]


def test_automatic_numbers_are_those_that_word_shows():
    body = (
        paragraph("REASON FOR REPORT", list_id=5)
        + paragraph("First", list_id=5, level=1)
        + paragraph("Second", list_id=5, level=1)
        + paragraph("RECOMMENDATIONS", list_id=5)
        + paragraph("Third", list_id=5, level=1)
        + paragraph("Within it", list_id=5, level=2)
        + paragraph("And this", list_id=5, level=2)
        + paragraph("Fourth", list_id=5, level=1)
        + paragraph("A bullet", list_id=6)
    )
    assert read(body) == [
        ("1", "REASON FOR REPORT"),
        ("1.1", "First"),
        ("1.2", "Second"),
        ("2", "RECOMMENDATIONS"),
        ("2.1", "Third"),
        ("i", "Within it"),
        ("ii", "And this"),
        ("2.2", "Fourth"),
        ("", "A bullet"),
    ]


def test_numbers_come_from_styles_too_and_from_what_those_are_based_on():
    body = paragraph("Reason", style="Section") + paragraph("First", style="Numbered") + paragraph("Second", style="Inner")
    draft = read_upload(document(body))
    assert [each.number for each in draft.paragraphs] == ["1", "1.1", "1.2"]
    assert draft.paragraphs[0].kind is Kind.HEADING


def test_a_list_can_start_where_it_is_told_and_a_style_be_overruled():
    body = (
        paragraph("Finance", list_id=7) + paragraph("First", list_id=7, level=1) + paragraph("Plain", style="Numbered", list_id=0)
    )
    assert read(body) == [("6", "Finance"), ("6.1", "First"), ("", "Plain")]


def test_typed_numbers_are_read_as_well():
    assert read(paragraph(runs=f"{run('6.4')}<w:r><w:tab/></w:r>{run('Officers')}")) == [("6.4", "Officers")]


def test_words_of_links_fields_content_controls_and_tracked_changes_are_read_and_deleted_ones_are_not():
    runs = (
        f"<w:hyperlink>{run('One ')}</w:hyperlink><w:fldSimple>{run('two ')}</w:fldSimple><w:ins>{run('three')}</w:ins>"
        f"<w:del><w:r><w:delText>four</w:delText></w:r></w:del><w:r><w:instrText>HYPERLINK</w:instrText></w:r>"
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>five</w:t></w:r>"
    )
    draft = read_upload(document(f"<w:sdt><w:sdtContent>{paragraph(runs=runs)}</w:sdtContent></w:sdt>"))
    assert [each.text for each in draft.paragraphs] == ["One two three"]
    assert draft.left_out == ("What tracked changes delete is left out; what they add is read.", "Hidden text is left out.")


def test_tables_stand_in_their_place_and_merged_cells_keep_the_columns():
    wide = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraph("Both")}</w:tc><w:tc>{paragraph("3")}</w:tc></w:tr>'
    figures = table([["Post", "FTE", "2016/17"], ["One", "1", "83"], ["Two", "2", "90"]]).replace("</w:tbl>", wide + "</w:tbl>")
    draft = read_upload(document(paragraph("6.3 Below:") + figures + paragraph("6.4 Above.")))
    assert draft.tables[0].rows[-1] == ("Both", "", "3")
    assert [getattr(block, "number", "table") for block in draft.blocks] == ["6.3", "table", "6.4"]


def test_a_paper_laid_out_as_a_table_is_read_as_paragraphs_with_their_automatic_numbers():
    cells = f"<w:tc>{paragraph('Reason', list_id=5)}{paragraph('First', list_id=5, level=1)}</w:tc>"
    assert read(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>") == [("1", "Reason"), ("1.1", "First")]


def test_footnotes_are_read_and_headers_said_to_be_left_out():
    between = f'<w:footnote w:type="separator">{paragraph("--")}</w:footnote>'
    notes = f"<w:footnotes {W}>{between}<w:footnote>{paragraph('See £69k.')}</w:footnote></w:footnotes>"
    links = relation("footnotes", "footnotes.xml") + relation("header", "header1.xml", number=2)
    draft = read_upload(packed(parts_of(paragraph("6.1 On it."), links) | {"word/footnotes.xml": notes}))
    assert [(each.kind, each.text) for each in draft.paragraphs] == [(Kind.PARAGRAPH, "On it."), (Kind.NOTE, "See £69k.")]
    assert draft.left_out == ("Headers and footers are not read.",)


def test_a_text_box_is_read_once_though_word_writes_it_twice():
    box = f"<w:txbxContent>{paragraph('In a box')}</w:txbxContent>"
    drawn, older = f"<w:drawing>{box}</w:drawing>", f"<w:pict>{box}</w:pict>"
    either = f"<mc:Choice>{drawn}</mc:Choice><mc:Fallback>{older}</mc:Fallback>"
    runs = f"<w:r><mc:AlternateContent xmlns:mc='mc'>{either}</mc:AlternateContent></w:r>"
    assert [text for _, text in read(paragraph(runs=run("Beside it") + runs))] == ["Beside it", "In a box"]


def test_links_and_the_councils_own_template_are_no_danger():
    links = relation("hyperlink", "https://example.org/", external=True)
    assert read(paragraph("6.1 On it."), links) == [("6.1", "On it.")]
    template = relation("attachedTemplate", "file:///C:\\Templates\\Report.dotx", external=True)
    assert read(paragraph("6.1 On it."), template) == [("6.1", "On it.")]


LAUGHS = (f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in pairwise("abcdefgh"))
BOMB = f'<!DOCTYPE b [<!ENTITY a "ha">{"".join(LAUGHS)}]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE, "<!DOCTYPE d>"])
@pytest.mark.parametrize("part", ["word__document_xml", "word__numbering_xml", "[Content_Types]_xml"])
def test_entities_are_refused_in_every_part(part: str, declared: str):
    text = f"<w:document {W}><w:body><w:p><w:r><w:t>&h;&x;</w:t></w:r></w:p></w:body></w:document>"
    assert "declares entities of its own" in refusal(changed(**{part: declared + text}))


def test_a_part_that_unpacks_to_a_thousand_times_its_size_is_refused():
    assert "more than a hundred times its size" in refusal(changed(word__document_xml=b" " * (12 * 1024 * 1024)))


def test_a_zip_bomb_is_refused_by_its_directory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(package, "MOST_UNPACKED", 2 * package.MEGABYTE)
    assert refusal(changed(media__a=b"\0" * (3 * package.MEGABYTE))).startswith("This document unpacks to 3 MB")


def test_a_part_larger_than_its_directory_says_is_refused():
    content = bytearray(changed(word__styles_xml="<styles>" + "a" * 5000 + "</styles>"))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = package.getinfo("word/styles.xml").file_size.to_bytes(4, "little")
    assert content.count(size) == 2
    lying = bytes(content).replace(size, (40).to_bytes(4, "little"))
    assert "damaged" in refusal(lying)


def test_a_document_without_end_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word_body, "MOST_BLOCKS", 100)
    assert "more than 100 paragraphs" in refusal(document(paragraph("On it.") * 101))
    monkeypatch.setattr(word_body, "MOST_CHARACTERS", 500)
    assert "more than 500 characters" in refusal(document(paragraph("On it.") * 90))
    monkeypatch.setattr(package, "MOST_XML", 1000)
    assert "at most 16 MB is read" in refusal(document(paragraph("On it.") * 90))


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MOST_SECONDS", 0.001)
    assert "more memory or time" in upload_refused(document(paragraph("6.1")))


def test_a_reader_out_of_memory_is_answered_in_words(monkeypatch: pytest.MonkeyPatch):
    less = f"sys.modules[{package.__name__!r}].MOST_MEMORY = 32 * {package.MEGABYTE}; main()"
    monkeypatch.setattr(reading, "_PROGRAM", reading._PROGRAM.replace("main()", less))
    assert "more memory or time" in upload_refused(document("".join(paragraph(os.urandom(20).hex()) for _ in range(15_000))))


def test_elements_nested_without_end_are_refused():
    deep = "<w:sdt>" * 5_000 + "</w:sdt>" * 5_000
    assert "nested deeper" in refusal(document(deep))


def test_too_many_parts_are_refused():
    assert "2,105 parts" in refusal(changed(**{f"media__{number}": "" for number in range(2_099)}))


def test_two_parts_of_one_name_are_refused():
    file = io.BytesIO(changed())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as package:
        package.writestr("word/document.xml", "<x/>")
    assert "two parts of one name" in refusal(file.getvalue())


def test_macros_are_refused_by_part_and_by_kind():
    assert "holds macros" in refusal(changed(**{"word__vbaProject.bin": b"x"}))
    assert "may hold macros" in refusal(packed(parts_of(paragraph("6.1"), content_type=MACROS)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "older Word (.doc)"),
        (b"%PDF-1.7 ...", "This PDF is damaged"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (document(paragraph("6.1 On it."))[:-200], "damaged"),
        (
            packed(parts_of("", content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")),
            "not a Word document",
        ),
        (changed(word__document_xml="<w:document"), "damaged"),
        (changed(word__document_xml="<html/>"), "not a Word document"),
        (b"\xff\xfe\x00\x80 picture", "not a Word document"),
        (b"", "empty"),
        (b"{\\rtf1 hello}", "not the plain text"),
        (document(paragraph("")), "no text in this document"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_word_document_is_refused_in_words(content: bytes, message: str):
    assert message in upload_refused(content)


def test_an_encrypted_part_is_refused():
    content = bytearray(changed())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "protected by a password" in refusal(bytes(content))


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_opened():
    assert upload_refused(b"PK\x03\x04" + b"\0" * (50 * 1024 * 1024)).startswith("This file is 50 MB: at most 10 MB is read.")


def test_a_text_is_taken_as_a_file_too_and_has_its_own_limit():
    assert read_upload("6.1 It costs £83k.".encode()).paragraphs[0].number == "6.1"
    with pytest.raises(Unreadable, match="at most"):
        read_pasted("a" * (reading.MOST_CHARACTERS + 1))
    with pytest.raises(Unreadable, match="more than 10,000 figures"):
        read_pasted("£1k " * 10_001)
    with pytest.raises(Unreadable, match="paste the text"):
        read_pasted("  \n ")


def test_the_reader_is_out_of_reach_of_packages_and_of_our_own_code():
    """It runs isolated, and when it begins to read nothing more can be imported but the standard library."""
    look = "print([each for each in sys.modules if each.startswith('reports.draft.rules.')], sys.path)"
    program = reading._PROGRAM.format("reports.draft.rules.documents").replace("main()", look)
    said = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True).stdout
    ours = ("package", "word_lists", "word_styles", "word_body", "docx", "odt", "documents")
    assert sorted(re.findall(r"'reports\.draft\.rules\.(\w+)'", said)) == sorted(ours)
    assert str(reading._ROOT) not in said
    assert "site-packages" not in said
