"""Writing a report: what the store refuses, and what the actions do, leave alone and record."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.council.queries import council
from accounts.models import AuditEntry
from phases.models import Programme
from posts.exempt.actions import exempt_line
from reports.checks.queries import findings_of
from reports.checks.rules import Finding
from reports.models import FrontSheet, ReportParagraph
from reports.report import actions as report_actions
from reports.report.actions import NotDrafted, ParagraphMoved
from reports.report.queries import drafts_of
from tests.making import NOON, make_auditor, make_body, make_clerk, make_officer, make_programme, make_source
from tests.refusals import refused_by, unique_columns
from tests.reports.papers import dearer
from tests.reports.report_case import make_report, paragraph, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make_report()


def stored(programme: Programme, section: str = "finance") -> list[ReportParagraph]:
    return list(ReportParagraph.objects.filter(programme=programme, section=section))


def make_paragraph(**values: Any) -> ReportParagraph:
    given = {"programme": make_programme(), "section": "finance", "position": 1, "text": "It costs."}
    if "body" in values:
        values["body"] = make_body(values["body"])
    return ReportParagraph.objects.create(**(given | values))


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("front_sheet_part_is_known", {"part": 3}),
        ("front_sheet_notice_has_its_date", {"notice_route": "28_days"}),
        ("front_sheet_notice_has_its_date", {"notice_on": "2016-08-01"}),
        ("front_sheet_notice_has_its_date", {"notice_route": "reg_12", "notice_on": "2016-08-01"}),
        ("front_sheet_budget_is_not_negative", {"current_budget": -1}),
        ("front_sheet_asked_is_known", {"ward_councillors_asked": "may"}),
    ],
)
def test_the_store_refuses_a_front_sheet_that_says_nonsense(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        FrontSheet.objects.create(programme=make_programme(), **values)


def test_a_front_sheet_asks_for_money_of_its_own_programme_only():
    with refused_by("front_sheet_source_of_its_programme"):
        FrontSheet.objects.create(programme=make_programme(), funding_source=make_source(make_programme()))


def test_a_programme_has_one_front_sheet(programme: Programme):
    assert FrontSheet._meta.get_field("programme").unique
    assert FrontSheet.objects.filter(programme=programme).count() == 1


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("report_paragraph_asks_its_body", {"body": "Executive"}),
        ("report_paragraph_asks_its_body", {"section": "recommendations"}),
        ("report_paragraph_asks_its_body", {"section": "legal"}),
        ("report_paragraph_has_its_text", {"text": " "}),
        ("report_paragraph_keeps_its_draft", {"drafted_as": "costs"}),
        ("report_paragraph_keeps_its_draft", {"drafted_text": "It costs."}),
    ],
)
def test_the_store_refuses_a_paragraph_that_is_none(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        make_paragraph(**values)


def test_no_two_paragraphs_stand_in_one_place():
    first = make_paragraph()
    with refused_by("report_paragraph_in_its_place"):
        make_paragraph(programme=first.programme)
    assert unique_columns("reports_reportparagraph", "report_paragraph_in_its_place") == ["programme_id", "section", "position"]


def test_a_paragraph_is_drafted_once():
    first = make_paragraph(drafted_as="costs", drafted_text="It costs.")
    with refused_by("report_paragraph_drafted_once"):
        make_paragraph(programme=first.programme, position=2, drafted_as="costs", drafted_text="It costs.")


def test_drafting_keeps_the_order_and_comes_after_what_is_there():
    programme = make_programme()
    paragraph(programme, "By hand.")
    source = make_report()
    keys = [each.key for each in drafts_of(read(source))["finance"]]
    assert [each.drafted_as for each in stored(source)] == keys
    assert [each.position for each in stored(source)] == list(range(1, len(keys) + 1))


def test_the_first_paragraph_begins_the_report():
    programme = make_programme()
    assert "not recorded" in finding_of(programme, "PC25").text
    paragraph(programme, "It costs.")
    assert "Recommendations" in finding_of(programme, "PC25").text


def finding_of(programme: Programme, rule: str) -> Finding:
    programme.refresh_from_db()
    return next(each for each in findings_of(programme, council(), as_at=NOON) if each.rule == rule)


def test_drafting_again_adds_nothing_and_writes_nothing(programme: Programme):
    before, entries = programme.version, AuditEntry.objects.count()
    done = report_actions.draft_section(programme=programme, section="finance", by=make_officer(), at=NOON)
    programme.refresh_from_db()
    assert (done.added, done.renewed, done.left, programme.version) == (0, 0, 0, before)
    assert AuditEntry.objects.count() == entries


def test_drafting_again_brings_back_what_was_removed_and_leaves_what_was_edited(programme: Programme):
    first, second, *_ = stored(programme)
    report_actions.change_paragraph(paragraph=first, values={"text": "In my words."}, by=make_officer(), at=NOON)
    report_actions.remove_paragraph(paragraph=second, version=second.version, by=make_officer(), at=NOON)
    dearer(programme)
    done = report_actions.draft_section(programme=programme, section="finance", by=make_officer(), at=NOON)
    assert (done.added, done.left) == (1, 1)
    assert done.renewed >= 1
    assert stored(programme)[0].text == "In my words."
    assert stored(programme)[-1].drafted_as == second.drafted_as


def test_one_paragraph_is_drafted_again_and_what_was_edited_is_lost(programme: Programme):
    first = stored(programme)[0]
    drafted = first.text
    changed = report_actions.change_paragraph(paragraph=first, values={"text": "In my words."}, by=make_officer(), at=NOON)
    assert changed.is_edited
    again = report_actions.draft_paragraph_again(paragraph=first, version=changed.version, by=make_officer(), at=NOON)
    assert (again.text, again.is_edited) == (drafted, False)


def test_a_paragraph_that_moved_on_is_neither_removed_nor_drafted_again(programme: Programme):
    first = stored(programme)[0]
    report_actions.change_paragraph(paragraph=first, values={"text": "In my words."}, by=make_officer(), at=NOON)
    for act in (report_actions.remove_paragraph, report_actions.draft_paragraph_again):
        with pytest.raises(ParagraphMoved):
            act(paragraph=first, version=first.version, by=make_officer(), at=NOON)
    assert stored(programme)[0].text == "In my words."


def test_what_the_data_do_not_give_is_not_drafted_again(programme: Programme):
    own = paragraph(programme, "By hand.")
    with pytest.raises(NotDrafted):
        report_actions.draft_paragraph_again(paragraph=own, version=own.version, by=make_officer(), at=NOON)


def test_paragraphs_change_places_and_the_ends_stay(programme: Programme):
    first, second, *_ = stored(programme)
    report_actions.move_paragraph(paragraph=second, up=True, by=make_officer(), at=NOON)
    assert stored(programme)[0] == second
    report_actions.move_paragraph(paragraph=second, up=True, by=make_officer(), at=NOON)
    report_actions.move_paragraph(paragraph=second, up=False, by=make_officer(), at=NOON)
    assert stored(programme)[:2] == [first, second]


def test_recommendations_keep_to_those_of_their_body(programme: Programme):
    one = paragraph(programme, "Note it.", section="recommendations", body="Executive")
    other = paragraph(programme, "Note it.", section="recommendations", body="Council")
    report_actions.move_paragraph(paragraph=other, up=True, by=make_officer(), at=NOON)
    other.refresh_from_db()
    one.refresh_from_db()
    assert one.position < other.position


def test_a_change_of_the_table_shows_in_every_text_that_names_it(programme: Programme):
    paragraph(programme, "It costs {the total, 2016/17: £120k} and {the total FTE: 2} FTE.")
    assert read(programme).disagreeing == []
    dearer(programme)
    report = read(programme)
    assert "Reason for report" in [text.place for text in report.disagreeing]
    note = next(text for text in report.disagreeing if text.plain.endswith("2 FTE.")).notes[0].note
    assert note == "The total, 2016/17: £124k now, £120k in the text."


def test_one_act_brings_the_whole_report_up_to_date(programme: Programme):
    own = paragraph(programme)
    dearer(programme)
    assert read(programme).outdated
    count = report_actions.bring_up_to_date(programme=programme, by=make_officer(), at=NOON)
    report = read(programme)
    assert (report.outdated, report.disagreeing) == (0, [])
    assert count > 2
    own.refresh_from_db()
    assert own.text == "It costs {the total, 2016/17: £124k}."
    assert report.sheet.reason == "To ask for {the total, 2016/17: £124k} in 2016/17."
    assert not any(each.is_edited for each in report.paragraphs if each.drafted_as)


def test_one_paragraph_alone_is_brought_up_to_date(programme: Programme):
    own, other = paragraph(programme), paragraph(programme)
    dearer(programme)
    assert report_actions.bring_up_to_date(programme=programme, paragraph=own, by=make_officer(), at=NOON) == 1
    other.refresh_from_db()
    assert other.text == "It costs {the total, 2016/17: £120k}."


def test_where_everything_agrees_nothing_is_written(programme: Programme):
    entries = AuditEntry.objects.count()
    assert report_actions.bring_up_to_date(programme=programme, by=make_officer(), at=NOON) == 0
    assert AuditEntry.objects.count() == entries


def test_each_write_moves_the_programme_on_and_is_audited(programme: Programme):
    version = programme.version
    own = paragraph(programme)
    report_actions.change_paragraph(paragraph=own, values={"text": "Else."}, by=make_officer(), at=NOON)
    report_actions.save_front_sheet(programme=programme, values={"ward": "Two wards"}, by=make_clerk(), at=NOON)
    programme.refresh_from_db()
    assert programme.version == version + 3
    last = AuditEntry.objects.order_by("-number")[:3]
    assert [entry.action for entry in last] == ["front_sheet_changed", "report_paragraph_changed", "report_paragraph_added"]
    assert json.loads(last[0].content)["details"]["changed"] == {"ward": ["All wards", "Two wards"]}
    assert FrontSheet.objects.get(programme=programme).version == 2


def test_who_may_only_read_writes_nothing(programme: Programme):
    own, by = paragraph(programme), make_auditor()
    acts: list[Any] = [
        lambda: report_actions.save_front_sheet(programme=programme, values={}, by=by, at=NOON),
        lambda: report_actions.draft_section(programme=programme, section="finance", by=by, at=NOON),
        lambda: report_actions.add_paragraph(programme=programme, section="finance", values={}, by=by, at=NOON),
        lambda: report_actions.change_paragraph(paragraph=own, values={"text": "Else."}, by=by, at=NOON),
        lambda: report_actions.move_paragraph(paragraph=own, up=True, by=by, at=NOON),
        lambda: report_actions.remove_paragraph(paragraph=own, version=1, by=by, at=NOON),
        lambda: report_actions.draft_paragraph_again(paragraph=own, version=1, by=by, at=NOON),
        lambda: report_actions.bring_up_to_date(programme=programme, by=by, at=NOON),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied, match="You may not write committee reports"):
            act()


def found(programme: Programme, *rules: str) -> list[tuple[str, str]]:
    programme.refresh_from_db()
    findings = findings_of(programme, council(), as_at=NOON)
    return [(finding.rule, finding.severity.value) for finding in findings if finding.rule in rules]


FRONT_SHEET_RULES = ("PC14", "PC23", "PC24", "PC25")


def test_the_paper_check_passes_a_complete_report(programme: Programme):
    assert found(programme, *FRONT_SHEET_RULES) == []


def test_the_paper_check_finds_an_outdated_figure_of_the_report(programme: Programme):
    dearer(programme)
    findings = found(programme, "PC14")
    assert set(findings) == {("PC14", "E")}
    report_actions.bring_up_to_date(programme=programme, by=make_officer(), at=NOON)
    assert found(programme, "PC14") == []


def test_the_paper_check_judges_the_boxes():
    programme = make_report(ward="", notice_route="", notice_on=None, call_in=False)
    assert found(programme, *FRONT_SHEET_RULES) == [("PC23", "E"), ("PC24", "W"), ("PC25", "W")]


def test_a_public_report_that_names_an_exempt_line_is_found(programme: Programme):
    line = programme.phases.get().lines.get(title="Auditor")
    paragraph(programme, "The auditor is paid more.")
    assert found(programme, "PC14") == []
    exempt_line(line=line, paragraph=3, reason="It would tell a bidder.", by=make_clerk(), at=NOON)
    assert found(programme, "PC14") == [("PC14", "E")]
    assert [each.place for each in read(programme).giving_away] == [read(programme).finance[-1].place]
    report_actions.save_front_sheet(programme=programme, values={"part": 2}, by=make_clerk(), at=NOON)
    assert found(programme, "PC14") == []
