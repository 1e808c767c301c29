"""Copying a programme or a phase: its lines with intakes, teams and typed figures; never what was decided about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit.actions import record
from accounts.models import User
from accounts.permissions.rules import Permission, require
from costing.frozen import canonical, digest
from phases.funding.actions import save_excluded_item, save_funding_source
from phases.models import FundingSource, Phase, Programme
from phases.programmes.actions import locked, save_phase, save_programme
from posts.copies.models import CopiedLine, Copy
from posts.copying.queries import lines_to_copy
from posts.copying.rules import Wanted, copy_of
from posts.exempt.actions import copy_exemptions
from posts.lines.actions import LineChange, change_lines
from posts.lines.queries import teams_of
from posts.lines.rules import state_of
from posts.models import CostLine, LineRevision, Team

DETAILS = (
    "table_unit",
    "table_total",
    "table_fte",
    "table_without",
    "table_title",
    "total_wording",
    "basis",
    "abbreviations",
    "committee",
    "assumptions",
)
"""What a copy has in common with its programme."""

OF_ITS_OWN = ("slug", "name", "first_year", "last_year", "appendix", "report_number", "meeting_date")
"""What it has not: its years are moved, and its papers go to another meeting."""

USED_OTHERWISE = "This form has already been sent with different content: reload the page and start again."


@transaction.atomic
def copy_programme(*, source: Programme, wanted: Wanted, by: User, at: datetime) -> Copy:
    """A new programme of this name and slug with the phases, teams and lines of `source`, moved by whole years.

    The same key again gives the copy that it made. Raises ValidationError at a field of the values that cannot be.
    """
    _allowed(by)
    source = locked(source)
    values, years, _ = wanted
    said = {"programme": source.pk, "years": years, "by": by.pk, **values}
    if done := _done_before(wanted.key, said):
        return done
    given = {field: getattr(source, field) for field in DETAILS}
    given |= {"first_year": source.first_year + years, "last_year": source.last_year + years}
    made = save_programme(values={**given, **values}, by=by, at=at)
    phases = {
        phase.pk: save_phase(programme=made, values={"number": phase.number, "name": phase.name}, by=by, at=at)
        for phase in source.phases.order_by("number")
    }
    Team.objects.bulk_create(Team(programme=made, name=team.name, position=team.position) for team in teams_of(source))
    sources = _copied_sources(source, made, by=by, at=at)
    for item in source.excluded_items.order_by("pk"):
        given = {"title": item.title, "amount": item.amount, "funding_source": sources[item.funding_source_id], "note": item.note}
        save_excluded_item(programme=made, values=given, by=by, at=at)
    copied = _copied_lines(lines_to_copy(source, None), Into(made, phases, sources), years, by=by, at=at)
    copy = Copy(key=wanted.key, body=_body(said), source_programme=source, source=source.name, programme=made, years=years)
    return _noted(copy, copied, by=by, at=at)


@transaction.atomic
def copy_phase(*, source: Phase, into: Programme, wanted: Wanted, by: User, at: datetime) -> Copy:
    """A new phase of this number and name in a programme, the same or another, with the lines of `source`.

    The same key again gives the copy that it made. Raises ValidationError at a field of the values that cannot be.
    """
    _allowed(by)
    of, into = _both_locked(source.programme, into)
    values, years, _ = wanted
    said = {"phase": source.pk, "into": into.pk, "years": years, "by": by.pk, **values}
    if done := _done_before(wanted.key, said):
        return done
    made = save_phase(programme=into, values=values, by=by, at=at)
    lines = lines_to_copy(of, source)
    paying = {payer.source for line in lines for payer in state_of(line).paid_by}
    sources = _copied_sources(of, into, only=paying, by=by, at=at) if paying else {}
    copied = _copied_lines(lines, Into(into, {source.pk: made}, sources), years, by=by, at=at)
    called = f"{source.name} of {of.name}"
    copy = Copy(key=wanted.key, body=_body(said), source_programme=of, source=called, programme=into, years=years)
    copy.source_phase, copy.phase = source.pk, made.pk
    return _noted(copy, copied, by=by, at=at)


def _allowed(by: User) -> None:
    require(by, Permission.SET_UP_PROGRAMMES)
    require(by, Permission.EDIT_LINES)


def _both_locked(first: Programme, second: Programme) -> tuple[Programme, Programme]:
    """Both, locked in the order of their numbers: of two who copy to and fro none waits for the other for ever."""
    found = {each.pk: locked(each) for each in sorted({first, second}, key=lambda each: each.pk)}
    return found[first.pk], found[second.pk]


def _body(said: Mapping[str, Any]) -> str:
    return digest(canonical(said))


def _done_before(key: str, said: Mapping[str, Any]) -> Copy | None:
    """The copy that this form made already; the programme is locked, so that a second click waits for the first."""
    if not key.strip():
        raise ValidationError("An act that counts carries a key.")
    done = Copy.objects.filter(key=key).select_related("programme", "entry").first()
    if done and done.body != _body(said):
        raise ValidationError(USED_OTHERWISE)
    return done


class Into(NamedTuple):
    """Where lines are copied: the phase and the funding source there, by the number of each as it was."""

    programme: Programme
    phases: Mapping[int, Phase]
    sources: Mapping[int, FundingSource]


def _copied_sources(
    of: Programme, into: Programme, *, by: User, at: datetime, only: Collection[int] | None = None
) -> dict[int, FundingSource]:
    """The funding sources of a programme in another, by their numbers before: those that are there by name, else new ones."""
    there = {each.name: each for each in into.funding_sources.all()}
    found: dict[int, FundingSource] = {}
    for each in of.funding_sources.order_by("pk"):
        if only is None or each.pk in only:
            given = {field: getattr(each, field) for field in ("name", "kind", "match_percent")}
            found[each.pk] = there.get(each.name) or save_funding_source(programme=into, values=given, by=by, at=at)
    return found


def _copied_lines(lines: Sequence[CostLine], where: Into, years: int, *, by: User, at: datetime) -> dict[int, CostLine]:
    """Store the copies; the line that each was made of, by the number of the copy."""
    into = where.programme
    copies = [copy_of(state_of(line), phase=where.phases[line.phase_id].pk, years=years, by=by.pk, at=at) for line in lines]
    states = [
        replace(each, paid_by=tuple(replace(payer, source=where.sources[payer.source].pk) for payer in each.paid_by))
        for each in copies
    ]
    changes = [LineChange(None, None, state) for state in states]
    into.refresh_from_db()
    entry = change_lines(programme=into, line_changes=changes, by=by, at=at, what="lines_copied") if changes else None
    numbers = LineRevision.objects.filter(entry=entry).order_by("pk").values_list("line_id", flat=True) if entry else ()
    copied = dict(zip(numbers, lines, strict=True))
    copy_exemptions(copied={line.pk: number for number, line in copied.items()}, into=into, by=by, at=at)
    return copied


def _noted(copy: Copy, copied: Mapping[int, CostLine], *, by: User, at: datetime) -> Copy:
    details = {"copied_from": copy.source, "lines_copied": len(copied), "moved_by_years": copy.years}
    action = "phase_copied" if copy.phase else "programme_copied"
    copy.entry = record(action=action, subject=f"programme:{copy.programme.slug}", details=details, by=by, at=at)
    copy.save(force_insert=True)
    CopiedLine.objects.bulk_create(
        CopiedLine(copy=copy, line_id=number, source_line_id=line.pk, title=line.title) for number, line in copied.items()
    )
    return copy
