#!/usr/bin/env bash
# python-calamine 0.9.1 with XlsxWriter 3.3.1
# Good guess: a cell that shows #DIV/0! or #REF! is read as something that can be told from an empty cell.
# What happens: `to_python` gives "" for a cell of the type "error" (t="e"), as it does for a cell in which nothing stands.
# Why it matters: a table whose costs could not be worked out is taken in as a table that states no costs, without a word.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet python-calamine==0.9.1 XlsxWriter==3.3.1
venv/bin/pip list 2>/dev/null | grep -iE '^(python-calamine|xlsxwriter) '
venv/bin/python - <<'PY'
import xlsxwriter
from python_calamine import CalamineWorkbook

book = xlsxwriter.Workbook("costs.xlsx")
sheet = book.add_worksheet()
sheet.write_row("A1", ["Post", "Cost", "Note"])
sheet.write("A2", "Reviewer")
sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
sheet.write("C2", "the cell before is an error")
sheet.write("A3", "Analyst")
sheet.write("C3", "the cell before is empty")
book.close()

rows = CalamineWorkbook.from_path("costs.xlsx").get_sheet_by_index(0).to_python()
for row in rows:
    print(row)
assert rows[1][1] == rows[2][1] == "", "CHANGED: an error can be told from an empty cell"
PY
