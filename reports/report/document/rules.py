"""The report as a Word document. The same report gives the same bytes.

Everything is in a style of Word's own, by name (Title, Heading 1, List Number, Table Grid, ...): in the council's template the
report takes its looks.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from display.formats import long_moment
from reports.report.queries import CommitteeReport, ShownBox
from reports.report.summary.rules import SummaryTable, table_of

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can bear: every part bears it, so that the same report gives the same bytes."""

NOT_STATED = "Not stated"
A4 = Mm(210), Mm(297)


def render(report: CommitteeReport) -> bytes:
    """The finished document."""
    document = docx.Document()
    _name(document, report)
    (section,) = document.sections
    section.page_width, section.page_height = A4
    document.add_paragraph(report.schedule.council)
    document.add_heading(report.title, 0)
    _boxes(document, report.about)
    document.add_heading("Reason for report", 1)
    _texts(document, [line.plain for line in report.reason])
    document.add_heading("Recommendations", 1)
    for asked in report.recommendations:
        document.add_heading(f"{asked.body.at_the_start} is asked to:", 2)
        _numbered(document, [each.plain for each in asked.paragraphs])
    if not report.recommendations:
        _texts(document, [])
    for group, boxes in report.grouped:
        document.add_heading(group, 1)
        _boxes(document, boxes)
    document.add_heading("Financial implications", 1)
    _summary(document, table_of(report.schedule))
    _numbered(document, [each.plain for each in report.finance])
    document.add_heading("Documents", 1)
    _boxes(document, report.end)
    return _same_bytes(document)


def _name(document: Any, report: CommitteeReport) -> None:
    """Title, author, moment and language."""
    about = document.core_properties
    about.title, about.author, about.language = report.title, report.schedule.council, "en-GB"
    about.subject, about.comments, about.keywords = report.schedule.programme, f"As at {long_moment(report.as_at)}", ""
    about.last_modified_by, about.revision = report.schedule.council, 1
    about.created = about.modified = report.as_at.astimezone(UTC)  # it is written as UTC whatever its zone
    (defaults,) = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(name), "en-GB")


def _texts(document: Any, texts: Sequence[str]) -> None:
    for text in texts or [NOT_STATED]:
        document.add_paragraph(text)


def _boxes(document: Any, boxes: Sequence[ShownBox]) -> None:
    """Two columns, label and text, under a row of headings that is repeated on every page."""
    table = _table(document, ["Box", "Text"])
    for box in (each for each in boxes if each.is_printed):
        label, text = table.add_row().cells
        label.text = box.box.label
        text.text = "\n".join(line.plain for line in box.lines) or NOT_STATED
    _share(document, table, [1, 2])


def _numbered(document: Any, texts: Iterable[str]) -> None:
    """A list that counts from 1."""
    number = None
    for text in texts:
        paragraph = document.add_paragraph(text, style="List Number")
        if number is None:
            number = _new_list(document)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = number


def _new_list(document: Any) -> int:
    """Another list of the kind that List Number is, which starts again at 1."""
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    numbering = document.part.numbering_part.element
    abstract = next(each.abstractNumId.val for each in numbering.num_lst if each.numId == style)
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def _summary(document: Any, summary: SummaryTable) -> None:
    document.add_paragraph(summary.caption, style="Caption")
    table = _table(document, [f"{heading} {unit}".strip() for heading, unit in summary.headings])
    for row in summary.rows:
        cells = table.add_row().cells
        for place, text in enumerate(row):
            cells[place].text = text
            if place:
                cells[place].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _share(document, table, [3, *[1] * (len(summary.headings) - 1)])
    for note in summary.notes:
        document.add_paragraph(f"Note: {note}")


def _table(document: Any, headings: Sequence[str]) -> Any:
    """A table with a header row that Word knows as one."""
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.text = heading
        cell.paragraphs[0].runs[0].bold = True
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    return table


def _share(document: Any, table: Any, shares: Sequence[int]) -> None:
    """Gives each column its share of the width of the text. Word reads it from every cell."""
    (section,) = document.sections
    width = section.page_width - section.left_margin - section.right_margin
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = width * share // sum(shares)


def _same_bytes(document: Any) -> bytes:
    """The file, its parts in their order and without the moment at which they were packed."""
    packed, made = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts.infolist():
            archive.writestr(zipfile.ZipInfo(part.filename, EARLIEST), parts.read(part), zipfile.ZIP_DEFLATED)
    return made.getvalue()
