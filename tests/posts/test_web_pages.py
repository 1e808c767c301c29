"""Tables of web pages and of the clipboard: what programs write beside the look of a cell, and where it is taken."""

import pytest
from django.test import Client

from posts.importing.file.rules import read_file
from posts.importing.webpage.rules import as_text, exact, with_exact_values
from tests.making import make_officer, make_phase, make_programme
from tests.posts.paste_page import fields, send

EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table>
<tr><td>Phase</td><td>Post</td><td>FTE</td><td>2016/17</td><td>From</td></tr>
<tr><td>Phase Three</td><td>Reviewer</td><td x:num="0.8108108">0.81</td><td x:num="12345.67"> 12,346 </td>
<td x:num="42736">01/01/2017</td></tr></table></body></html>"""
SHEETS = """<meta charset='utf-8'><google-sheets-html-origin><table>
<tr><td data-sheets-value='{"1":2,"2":"Post"}'>Post</td><td data-sheets-value='{"1":2,"2":"2016/17"}'>2016/17</td></tr>
<tr><td>Reviewer</td><td data-sheets-value='{"1":3,"3":12345.67}' data-sheets-numberformat='{"1":4}'>£12,346</td></tr></table>"""
LIBREOFFICE = """<!DOCTYPE html><html><body><table><tr><td>Post</td><td>2016/17</td></tr>
<tr><td>Income</td><td sdval="-5000.4" sdnum="2057;0;#,##0;(#,##0)">(5,000)</td></tr></table></body></html>"""


def rows(page: str) -> list[list[str]]:
    return [line.split("\t") for line in as_text(page).splitlines() if line.strip()]


def test_excel_sheets_and_libreoffice_each_say_the_exact_value_behind_a_rounded_look():
    assert rows(EXCEL)[1] == ["Phase Three", "Reviewer", "0.810811", "12345.67", "01/01/2017"]
    assert rows(SHEETS)[1] == ["Reviewer", "12345.67"]
    assert rows(LIBREOFFICE)[1] == ["Income", "-5000.4"]


@pytest.mark.parametrize(
    ("look", "value", "read"),
    [
        ("12", "12345.67", "12.34567"),  # a look in thousands, under a heading that says so
        ("12.3", "12345670", "12.34567"),
        ("12,345.67", "12345.67", "12,345.67"),
        ("50%", "0.5", "50%"),
        ("01/01/2017", "42736", "01/01/2017"),
        ("Jan-17", "42736", "Jan-17"),
        ("-", "0", "-"),
        ("99", "12", "99"),  # no look of this value: what is seen is read
        ("10", "9.5", "9.5"),
        ("2", "2.5", "2.5"),
        ("12,346", "nonsense", "12,346"),
        ("12,346", "Infinity", "12,346"),
        ("", "12", ""),
    ],
)
def test_the_value_is_taken_only_where_it_is_what_the_cell_shows(look: str, value: str, read: str):
    assert exact(look, {"sdval": value}) == read


def test_a_broken_note_of_a_value_is_passed_over():
    assert exact("12", {"data-sheets-value": "{1:"}) == "12"
    assert exact("12", {"data-sheets-value": "[3]"}) == "12"
    assert exact("12", {"data-sheets-value": '{"1":2,"2":"12"}'}) == "12"


def test_an_xls_that_is_a_web_page_is_read_with_its_exact_values():
    decoded = read_file(EXCEL.encode())
    assert "12345.67" in decoded.text
    assert decoded.said == ("This file is a web page, whatever its name ends in: its tables are read.",)


PASTED = [["Post", "2016/17"], ["Reviewer", "£12,346"]]


def test_the_clipboard_gives_its_exact_values_to_the_same_table_and_to_no_other():
    assert with_exact_values(PASTED, SHEETS).splitlines()[1] == "Reviewer\t12345.67"
    assert with_exact_values([*PASTED, ["Typed since", "1"]], SHEETS) == ""
    assert with_exact_values(PASTED, SHEETS.replace("12345.67", "12346")) == "", "nothing is more exact than what was pasted"
    assert with_exact_values(PASTED, "<p>Post</p>") == ""


@pytest.mark.django_db
def test_the_page_reads_and_says_exact_values_and_keeps_them():
    make_phase(make_programme(slug="ours"), 1)
    client = Client()
    client.force_login(make_officer())
    page = send(client, "ours", text="Post\t2016/17\r\nReviewer\t£12,346", clipboard=SHEETS, do="preview")
    assert "Cells that were copied in a rounded look are read with their exact values." in page.content.decode()
    assert fields(page)["text"].splitlines()[1] == "Reviewer\t12345.67"
