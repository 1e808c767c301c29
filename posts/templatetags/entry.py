"""The cells of the table of inputs. Written as strings: a row has twelve of them, a page up to 2,400."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from costing.financial_year import FinancialYear
from posts.entry.rows.forms import EntryRow
from posts.entry.table.forms import EntryPage
from posts.lines.cells.rules import field_name, year_field

register = template.Library()

_LONG = {"title": 200, "team": 120, "comment": 500, "reason": 300}


@register.simple_tag
def year_cell(row: EntryRow, year: FinancialYear) -> SafeString:
    return cell(row, year_field(year))


@register.simple_tag
def cell(row: EntryRow, name: str) -> SafeString:
    """One cell: its input with an own label, the message about it, and beside a stated figure the calculated one."""
    identity = f"{row.prefix}-{name}"
    label = f"{field_name(name)} of {row.name}"
    error = row.errors.get(name)
    notes, described = "", []
    if error:
        described.append(f"{identity}-error")
        notes += (
            f'<p class="govuk-error-message" id="{identity}-error">'
            f'<span class="govuk-visually-hidden">Error:</span> {escape(error)}</p>'
        )
    stated = name in row.stated
    if stated:
        described.append(f"{identity}-note")
        beside = f" (calculated: {row.calculated[name]})" if name in row.calculated else ""
        notes += f'<p class="cell-note" id="{identity}-note">typed{escape(beside)}</p>'
    attributes = f'id="{identity}" name="{identity}" aria-label="{escape(label)}" data-cell="{name}"'
    if described:
        attributes += f' aria-describedby="{" ".join(described)}"'
    if error:
        attributes += ' aria-invalid="true"'
    if name == "paperwork":
        checked = " checked" if row.cells.get(name) else ""
        return mark_safe(f'<input type="checkbox" class="entry-check" value="yes" {attributes}{checked}>{notes}')
    value = escape(row.cells.get(name, ""))
    extra = ' list="teams"' if name == "team" else ""
    extra += ' placeholder="Add a post or other cost"' if name == "title" and not row.line_id else ""
    if name == "reason":
        needed = row.stated or error or row.cells.get("reason")
        return mark_safe(
            f'<details class="reason"{"" if needed else " hidden"}{" open" if error else ""}>'
            f'<summary class="cell-note">Reason'
            f'<span class="govuk-visually-hidden"> ({escape(row.name)})</span></summary>'
            f'<input class="govuk-input" value="{value}" autocomplete="off" {attributes}>{notes}</details>'
        )
    kind = " stated" if stated else ""
    mode = ' inputmode="text"' if name not in _LONG else ""
    return mark_safe(f'<input class="govuk-input{kind}" value="{value}" autocomplete="off"{extra}{mode} {attributes}>{notes}')


register.filter("column_name", field_name)


@register.filter
def figures_of(names: list[str], totals: dict[str, str]) -> list[tuple[str, str]]:
    """Each figure's name with its total, in the order of the columns."""
    return [(name, totals[name]) for name in names]


@register.filter
def cells_read(row: EntryRow, page: EntryPage) -> list[tuple[str, str]]:
    """A row as text, for those who read it only: each cell's class and what stands in it."""
    words = {**row.cells, "paperwork": "Yes" if row.cells["paperwork"] else "No"}
    return [(css, words[name]) for name, css in page.read_columns]


@register.filter
def totals_read(totals: dict[str, str], page: EntryPage) -> list[tuple[str, str]]:
    """A total under the columns of a table that is only read."""
    return [(css, totals.get(name, "")) for name, css in page.read_columns[1:]]
