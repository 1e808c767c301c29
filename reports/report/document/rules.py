"""The report as a Word document. The same report gives the same bytes.

Everything is in a style: of Word's own by name (Title, Heading 1, List Number, Table Grid, ...), and two of ours for the boxes of
the front sheet. The top right and the bottom centre of each page stay clear for the stamps of an agenda pack.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from display.formats import contrast_with_white, long_moment
from printing.look import Look
from reports.report.queries import CommitteeReport, ShownBox
from reports.report.summary.rules import SummaryTable, table_of

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip file can bear: every part bears it, so that the same report gives the same bytes."""

NOT_STATED = "Not stated"
A4 = Mm(210), Mm(297)
SIDE = Mm(22)
LABEL, TEXT = "Front sheet label", "Front sheet text"
PLAIN = Look()


def render(report: CommitteeReport, look: Look = PLAIN) -> bytes:
    """The finished document, in the council's colour and with its logo."""
    document = docx.Document()
    _name(document, report)
    (section,) = document.sections
    section.page_width, section.page_height = A4
    section.left_margin = section.right_margin = SIDE
    _styles(document, look)
    _margins(section, report)
    _logo(document, look)
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
    """Each label, and its text below it."""
    for box in (each for each in boxes if each.is_printed):
        document.add_paragraph(box.box.label, style=LABEL)
        for text in [line.plain for line in box.lines] or [NOT_STATED]:
            document.add_paragraph(text, style=TEXT)


def _styles(document: Any, look: Look) -> None:
    """Ours, and those of Word's own that are changed: the colour is for words only where it can be read on white."""
    styles = document.styles
    normal = styles["Normal"]
    label, text = styles.add_style(LABEL, WD_STYLE_TYPE.PARAGRAPH), styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH)
    label.base_style = text.base_style = normal
    label.font.bold, label.paragraph_format.keep_with_next = True, True
    label.paragraph_format.space_before, label.paragraph_format.space_after = Pt(6), Pt(0)
    text.paragraph_format.left_indent, text.paragraph_format.space_after = Mm(6), Pt(2)
    styles["Caption"].paragraph_format.keep_with_next = True
    for edge in styles["Title"].element.xpath("w:pPr/w:pBdr"):
        edge.getparent().remove(edge)  # LibreOffice makes of a rule under the title a picture that nothing describes
    if contrast_with_white(look.colour) >= 4.5:  # not money: a contrast ratio
        for name in ("Title", "Heading 1", "Heading 2"):
            styles[name].font.color.rgb = RGBColor.from_string(look.colour[1:].upper())


def _margins(section: Any, report: CommitteeReport) -> None:
    """Whose report it is above, page and date below: both from the left, the date to the right edge."""
    sheet = {each.box.label: " ".join(line.plain for line in each.lines) for each in report.about}
    number, part = sheet.get("Report no.", ""), sheet.get("Part", "")
    said = [report.schedule.council, f"Report no. {number}" if number else "", part]
    section.header.paragraphs[0].text = " | ".join(filter(None, said))
    foot = section.footer.paragraphs[0]
    foot.style = "Normal"  # the footer of Word's own has a tab at the bottom centre
    foot.paragraph_format.tab_stops.add_tab_stop(section.page_width - 2 * SIDE, WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run("Page ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    foot.add_run(f"\tFigures as at {long_moment(report.as_at)}")


def _field(paragraph: Any, instruction: str) -> None:
    """What Word fills in by itself on each page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _logo(document: Any, look: Look) -> None:
    if look.logo:
        picture = document.add_picture(io.BytesIO(look.logo), height=Mm(12))
        if picture.width > Mm(60):
            picture.height, picture.width = picture.height * Mm(60) // picture.width, Mm(60)
        picture._inline.docPr.set("descr", look.called)


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
    for cell in table.rows[0].cells[1:]:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
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
    table.autofit = False
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    properties.append(OxmlElement("w:tblHeader"))
    return table


def _share(document: Any, table: Any, shares: Sequence[int]) -> None:
    """Gives each column its share of the width of the text. Word reads it from every cell, LibreOffice from the columns."""
    (section,) = document.sections
    width = section.page_width - section.left_margin - section.right_margin
    for column, share in zip(table.columns, shares, strict=True):
        column.width = width * share // sum(shares)
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
