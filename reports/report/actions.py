"""Writes to the report of a programme: its front sheet, its recommendations and its finance section.

Each is one transaction with its audit entry, and moves the programme's version on: the paper check reads the report.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max

from accounts.audit.actions import record
from accounts.audit.rules import changes
from accounts.council import queries as council_queries
from accounts.models import User
from accounts.permissions.rules import Permission, require
from phases.models import Programme
from reports.figures.rules import brought_up_to_date
from reports.front_sheet.models import FrontSheet
from reports.report.finance.rules import Drafted
from reports.report.models import ReportParagraph
from reports.report.queries import drafts_of, report_of, sheet_of

TEXTS = (
    *("reason", "corporate_policy", "cost_of_proposal", "ongoing_costs", "budget_head", "staff_numbers", "staff_hours"),
    *("legal_requirement", "customer_impact", "ward_councillor_views", "background_documents"),
)
"""The boxes of the front sheet in which figures can be named."""


class ParagraphMoved(Exception):
    """The paragraph is no more, or was changed meanwhile. Nothing was written."""


class NotDrafted(Exception):
    """The data no longer give this paragraph. Nothing was written."""


@transaction.atomic
def save_front_sheet(*, programme: Programme, values: Mapping[str, Any], by: User, at: datetime) -> FrontSheet:
    """Begin or change the front sheet. `values` are cleaned fields. The first write to a report begins it, of whatever kind."""
    require(by, Permission.WRITE_REPORTS)
    sheet = sheet_of(_locked(programme))
    is_new = sheet.pk is None
    before = {} if is_new else {field: _for_the_record(getattr(sheet, field)) for field in values}
    for field, value in values.items():
        setattr(sheet, field, value)
    sheet.full_clean()
    changed = changes(before, {field: _for_the_record(getattr(sheet, field)) for field in values})
    if is_new or changed:
        sheet.version += 0 if is_new else 1
        sheet.save()
        _record(programme, "front_sheet_begun" if is_new else "front_sheet_changed", {"changed": changed}, by, at)
    return sheet


class DraftedSection(NamedTuple):
    """What drafting did: how many paragraphs were added, updated from the data, and left because they were edited."""

    added: int
    renewed: int
    left: int


@transaction.atomic
def draft_section(*, programme: Programme, section: str, by: User, at: datetime) -> DraftedSection:
    """Draft a section from the data. What somebody wrote or edited stays; what is new comes after what is there."""
    require(by, Permission.WRITE_REPORTS)
    drafts = _drafts(_begun(programme), section, at)
    stored = {each.drafted_as: each for each in _section(programme, section) if each.drafted_as}
    renewed = [
        (stored[each.key], each)
        for each in drafts
        if each.key in stored and not stored[each.key].is_edited and each.text != stored[each.key].text
    ]
    for paragraph, drafted in renewed:
        _rewrite(paragraph, drafted)
    new = [each for each in drafts if each.key not in stored]
    for number, drafted in enumerate(new, _last_place(programme, section) + 1):
        words = {
            "body_id": drafted.body.pk if drafted.body else None,
            "text": drafted.text,
            "drafted_as": drafted.key,
            "drafted_text": drafted.text,
        }
        _store(ReportParagraph(programme=programme, section=section, position=number, **words))
    done = DraftedSection(len(new), len(renewed), sum(each.is_edited for each in stored.values()))
    if new or renewed:
        details = {"section": section, "added": [each.text for each in new], "renewed": [each.text for _, each in renewed]}
        _record(programme, "report_section_drafted", details, by, at)
    return done


@transaction.atomic
def add_paragraph(*, programme: Programme, section: str, values: Mapping[str, Any], by: User, at: datetime) -> ReportParagraph:
    """Add a paragraph at the end of a section."""
    require(by, Permission.WRITE_REPORTS)
    place = _last_place(_begun(programme), section) + 1
    made = _store(ReportParagraph(programme=programme, section=section, position=place, **values))
    _record(programme, "report_paragraph_added", {"section": section, **_words(made)}, by, at)
    return made


@transaction.atomic
def change_paragraph(*, paragraph: ReportParagraph, values: Mapping[str, Any], by: User, at: datetime) -> ReportParagraph:
    """Change what a paragraph says, or whom it asks."""
    require(by, Permission.WRITE_REPORTS)
    stored = _current(paragraph)
    before = _words(stored)
    for field, value in values.items():
        setattr(stored, field, value)
    if changed := changes(before, _words(stored)):
        _changed(stored)
        _record(stored.programme, "report_paragraph_changed", {"paragraph": stored.pk, "changed": changed}, by, at)
    return stored


@transaction.atomic
def move_paragraph(*, paragraph: ReportParagraph, up: bool, by: User, at: datetime) -> None:
    """Let it change places with the one before or after it; recommendations keep to those of their body. At the end it stays."""
    require(by, Permission.WRITE_REPORTS)
    stored = _current(paragraph)
    beside = _section(stored.programme, stored.section).filter(body=stored.body)
    found = beside.filter(position__lt=stored.position).last() if up else beside.filter(position__gt=stored.position).first()
    if found is None:
        return
    stored.position, found.position = found.position, stored.position
    stored.save(update_fields=["position"])
    found.save(update_fields=["position"])
    details = {"paragraph": stored.pk, "before" if up else "after": found.pk}
    _record(stored.programme, "report_paragraph_moved", details, by, at)


@transaction.atomic
def remove_paragraph(*, paragraph: ReportParagraph, version: int, by: User, at: datetime) -> None:
    """Take a paragraph out. Raises ParagraphMoved where it was changed since that version was seen."""
    require(by, Permission.WRITE_REPORTS)
    stored = _current(paragraph, version)
    _record(stored.programme, "report_paragraph_removed", {"section": stored.section, **_words(stored)}, by, at)
    stored.delete()


@transaction.atomic
def draft_paragraph_again(*, paragraph: ReportParagraph, version: int, by: User, at: datetime) -> ReportParagraph:
    """Put what the data give now in place of what it says. Raises ParagraphMoved, or NotDrafted where they give nothing."""
    require(by, Permission.WRITE_REPORTS)
    stored = _current(paragraph, version)
    drafted = next((each for each in _drafts(stored.programme, stored.section, at) if each.key == stored.drafted_as), None)
    if drafted is None:
        raise NotDrafted
    before = _words(stored)
    _rewrite(stored, drafted)
    details = {"paragraph": stored.pk, "changed": changes(before, _words(stored))}
    _record(stored.programme, "report_paragraph_drafted_again", details, by, at)
    return stored


@transaction.atomic
def bring_up_to_date(*, programme: Programme, by: User, at: datetime, paragraph: ReportParagraph | None = None) -> int:
    """Give each reference of the report, or of one paragraph, the value of now. How many texts that changed."""
    require(by, Permission.WRITE_REPORTS)
    report = report_of(_locked(programme), council_queries.council(), as_at=at)
    changed: dict[str, list[str]] = {}
    for each in report.paragraphs:
        text = brought_up_to_date(each.text, report.figures)
        if text != each.text and paragraph in (None, each):
            changed[f"paragraph {each.pk}"] = [each.text, text]
            # What was drafted and never edited is as it would be drafted now.
            each.drafted_text = each.drafted_text if each.is_edited else each.drafted_as and text
            each.text = text
            _changed(each)
    if paragraph is None and report.sheet.pk:
        changed |= _sheet_up_to_date(report.sheet, lambda text: brought_up_to_date(text, report.figures))
    if changed:
        _record(programme, "report_brought_up_to_date", {"changed": changed}, by, at)
    return len(changed)


def _sheet_up_to_date(sheet: FrontSheet, update: Any) -> dict[str, list[str]]:
    texts = {field: (getattr(sheet, field), update(getattr(sheet, field))) for field in TEXTS}
    changed = {field: [before, after] for field, (before, after) in texts.items() if before != after}
    for field, (_, after) in changed.items():
        setattr(sheet, field, after)
    if changed:
        sheet.version += 1
        sheet.full_clean()
        sheet.save()
    return changed


def _locked(programme: Programme) -> Programme:
    return Programme.objects.select_for_update().get(pk=programme.pk)


def _begun(programme: Programme) -> Programme:
    """Locked, and with a front sheet, if a blank one: from the first paragraph on the paper check judges the report."""
    locked = _locked(programme)
    FrontSheet.objects.get_or_create(programme=locked)
    return locked


def _current(paragraph: ReportParagraph, version: int | None = None) -> ReportParagraph:
    """The paragraph as it is stored now, its programme locked."""
    _locked(paragraph.programme)
    stored = ReportParagraph.objects.select_related("programme").filter(pk=paragraph.pk).first()
    if stored is None or (version is not None and stored.version != version):
        raise ParagraphMoved
    return stored


def _section(programme: Programme, section: str) -> Any:
    return ReportParagraph.objects.filter(programme=programme, section=section).order_by("position")


def _last_place(programme: Programme, section: str) -> int:
    return _section(programme, section).aggregate(last=Max("position"))["last"] or 0


def _drafts(programme: Programme, section: str, at: datetime) -> Sequence[Drafted]:
    return drafts_of(report_of(programme, council_queries.council(), as_at=at))[section]


def _rewrite(paragraph: ReportParagraph, drafted: Drafted) -> None:
    paragraph.text = paragraph.drafted_text = drafted.text
    paragraph.body_id = drafted.body.pk if drafted.body else None
    _changed(paragraph)


def _changed(paragraph: ReportParagraph) -> None:
    paragraph.version += 1
    _store(paragraph)


def _store(paragraph: ReportParagraph) -> ReportParagraph:
    paragraph.full_clean()
    paragraph.save()
    return paragraph


def _words(paragraph: ReportParagraph) -> dict[str, Any]:
    return {"body": str(paragraph.body or ""), "text": paragraph.text}


def _for_the_record(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _record(programme: Programme, action: str, details: Mapping[str, Any], by: User, at: datetime) -> None:
    record(action=action, subject=f"programme:{programme.slug}", details=details, by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(version=F("version") + 1)
