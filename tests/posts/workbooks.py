"""A table of cells as workbooks: numbers as numbers, all else as text."""

import io
import re
import zipfile
from collections.abc import Sequence
from html import escape

import xlsxwriter

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?")
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text"))
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>'
)


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    sheet = made.add_worksheet("Lines")
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if _NUMBER.fullmatch(text):
                sheet.write_number(row, column, float(text))
            elif text:
                sheet.write_string(row, column, text)
    made.close()
    return content.getvalue()


def as_ods(rows: Sequence[Sequence[str]]) -> bytes:
    def cell(text: str) -> str:
        if not text:
            return "<table:table-cell/>"
        said = f'office:value-type="float" office:value="{text}"' if _NUMBER.fullmatch(text) else 'office:value-type="string"'
        lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
        return f"<table:table-cell {said}>{lines}</table:table-cell>"

    body = "".join(f"<table:table-row>{''.join(map(cell, cells))}</table:table-row>" for cells in rows)
    table = f'<table:table table:name="Lines">{body}</table:table>'
    table = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        written.writestr("mimetype", _ODS)
        written.writestr("META-INF/manifest.xml", _MANIFEST)
        written.writestr("content.xml", f"<office:document-content {_NAMES}>{table}</office:document-content>")
    return content.getvalue()
