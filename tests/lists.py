"""Reading lists back: from the page, from the CSV and from the workbook."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any

import openpyxl
from django.db import connection
from django.test import Client


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """Rows copied by thousands, of which nothing is to be proved but that a list is long. The tables are the tests' own."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def rows_of(text: str) -> list[list[str]]:
    """The cells of the rows of the list on a page, as text."""
    body = re.search(r'<tbody role="rowgroup">(.*?)</tbody>', text, re.DOTALL)
    found = re.findall(r'<tr role="row">(.*?)</tr>', body[1], re.DOTALL) if body else []
    return [[_text(cell) for cell in re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in found]


def headings_of(text: str) -> dict[str, str]:
    """Each heading of the list, and how the list is sorted by it."""
    found = re.findall(r'<th scope="col" role="columnheader"([^>]*)>(.*?)</th>', text, re.DOTALL)
    return {_text(words): "".join(re.findall(r'aria-sort="(\w+)"', attributes)) for attributes, words in found}


def sort_links_of(text: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'<a class="sort" href="([^"]*)"', text)]


def pages_of(text: str) -> dict[str, str]:
    """The links of the pager: prev and next."""
    return {rel: unescape(href) for href, rel in re.findall(r'href="([^"]*)" rel="(prev|next)"', text)}


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def csv_of(client: Client, address: str, **asked: Any) -> list[list[str]]:
    """The headings and rows of the CSV."""
    response = client.get(address, asked | {"format": "csv"})
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    content = response.getvalue()
    assert content.startswith(codecs.BOM_UTF8), "Excel would read it in an older encoding"
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_of(client: Client, address: str, **asked: Any) -> list[list[Any]]:
    """The headings and rows of the workbook, as numbers, dates and texts; None is an empty cell."""
    response = client.get(address, asked | {"format": "xlsx"})
    assert response.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def as_in_csv(value: Any) -> str:
    """A cell of the workbook as the CSV writes it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == datetime.min.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int | float | Decimal):
        return f"{Decimal(str(value)).normalize():f}"
    return "" if value is None else str(value)
