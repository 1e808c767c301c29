"""The rows of the table of inputs. Written as strings: a row has twelve cells and more, a page up to 2,400 of them."""

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from costing.typed import DONE
from posts.entry.columns.rules import Column
from posts.entry.rows.forms import EntryRow
from posts.entry.since.queries import Change
from posts.entry.table.forms import EntryPage
from posts.lines.cells.rules import field_name

register = template.Library()


@register.simple_tag
def entry_row(row: EntryRow, page: EntryPage) -> SafeString:
    """One line as a group of rows: its cells, and below them what somebody else saved in them first."""
    title, *others = page.frame.shown
    classes = [name for name, is_so in (("wrong", row.errors or row.conflict), ("blank", not row.line_id)) if is_so]
    cells = "".join(
        f'<td class="{column.css}" data-label="{escape(field_name(column.name))}">{_inside(row, column, page)}</td>'
        for column in others
    )
    called = f' aria-label="{escape(row.name)}"' if row.line_id else ""
    below = render_to_string("posts/entry/_conflict_row.html", {"row": row, "page": page}) if row.conflict else ""
    return mark_safe(
        f'<tbody class="entry-row" data-row="{row.prefix}"><tr class="{" ".join(classes)}">'
        f'<th scope="row" class="title" data-label="{escape(field_name(title.name))}"{called}>'
        f"{_made_on(row)}{_beside_title(row)}{_cell(row, title)}"
        f'<span class="row-state" data-state></span>{_drawn(row)}{_notes(row, page)}</th>{cells}</tr>{below}</tbody>'
    )


def _inside(row: EntryRow, column: Column, page: EntryPage) -> str:
    """What stands in a cell: its input, or for From and To of several intakes a link to where they are."""
    if row.several_intakes and column.name in ("start", "end"):
        if column.name == "end":
            return ""
        address = reverse("line", args=[page.programme.slug, row.line_id])
        return f'<a class="govuk-link computed" href="{address}" data-details>{row.several_intakes} intakes</a>'
    return _cell(row, column)


def _made_on(row: EntryRow) -> str:
    if row.before:
        return f'<input type="hidden" name="{row.prefix}-before" value="{row.before}">'
    if not row.version or not row.state:
        return ""
    return (
        f'<input type="hidden" name="{row.prefix}-version" value="{row.version}">'
        f'<input type="hidden" name="{row.prefix}-phase" value="{row.state.phase}">'
    )


def _unseen(row: EntryRow, page: EntryPage) -> str:
    """What is wrong in cells whose columns the person has left out."""
    wrong = [(name, message) for name, message in row.errors.items() if name in page.frame.hidden]
    return "".join(f'<p class="govuk-error-message">{escape(field_name(name))}: {escape(message)}</p>' for name, message in wrong)


def _drawn(row: EntryRow) -> str:
    since = [_changed(row.changed)] if row.changed else []
    return "".join(f'<span class="row-drawn">{escape(words)}</span>' for words in (*row.drawn, *since, *row.found))


def _changed(change: Change) -> str:
    at = timezone.localtime(change.at)
    return f"{'Added' if change.added else 'Changed'} by {change.by or 'the system'}, {at.day} {at:%B} {at:%H:%M}"


def _notes(row: EntryRow, page: EntryPage) -> str:
    if not row.notes:
        return ""
    address = reverse("line_comments", args=[page.programme.slug, row.line_id])
    of = f'<span class="govuk-visually-hidden"> of {escape(row.name)}</span>'
    return f'<a class="govuk-link row-notes" href="{address}">Comments and files{of}: {row.notes}</a>'


def _beside_title(row: EntryRow) -> str:
    """What marks a line, and what opens its acts: one menu for all rows where there is a script, else the line's own page."""
    if not row.line_id:
        return ""
    called = escape(row.name)
    return (
        f'<input type="checkbox" class="row-tick" name="tick" value="{row.line_id}" aria-label="Tick {called}">'
        f'<button class="row-more" name="do" value="more:{row.line_id}" aria-label="More about {called}">⋯</button>'
    )


def _cell(row: EntryRow, column: Column) -> str:
    """One cell: its input with an own label, the message about it, and beside a typed figure the calculated one."""
    name = column.name
    identity = f"{row.prefix}-{name}"
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
        differs = row.calculated.get(name)
        notes += f'<p class="{"cell-note" if differs else "govuk-visually-hidden"}" id="{identity}-note">{_typed(differs)}</p>'
    if question := row.questions.get(name):
        described.append(f"{identity}-question")
        notes += f'<p class="cell-note cell-note--question" id="{identity}-question">{escape(question)}</p>'
    label = escape(f"{field_name(name)} of {row.name}")
    attributes = f'id="{identity}" name="{identity}" aria-label="{label}" data-cell="{name}"'
    if described:
        attributes += f' aria-describedby="{" ".join(described)}"'
    if error:
        attributes += ' aria-invalid="true"'
    value = row.cells.get(name, "")
    if column.is_check:
        checked = " checked" if value.strip().lower() in DONE else ""
        return f'<input type="checkbox" class="entry-check" value="yes" {attributes}{checked}>{notes}'
    if name == "team":
        attributes += ' list="teams"'
    elif name == "title" and not row.line_id:
        attributes += ' placeholder="Add a post or other cost"'
    stated_too = " stated" if stated else ""
    return f'<input class="govuk-input{stated_too}" value="{escape(value)}" {attributes}>{notes}'


def _typed(calculated: str | None) -> str:
    """What is said of a typed figure; where the rules give another, only that one takes room on screen."""
    if calculated is None:
        return "typed"
    hidden = '<span class="govuk-visually-hidden">{}</span>'
    return f"{hidden.format('typed (')}calculated: {escape(calculated)}{hidden.format(')')}"


@register.filter
def cells_read(row: EntryRow, page: EntryPage) -> list[tuple[str, str]]:
    """A row as text, for those who read it only: each cell's class and what stands in it."""
    words = {**row.cells, "paperwork": "Yes" if row.cells["paperwork"] else "No"}
    return [(column.css, words[column.name]) for column in page.read_columns]


@register.filter
def totals_under(totals: dict[str, str], columns: list[Column]) -> list[tuple[Column, str]]:
    """A row of totals under these columns, but the first, which holds its name."""
    return [(column, totals.get(column.name, "")) for column in columns[1:]]
