"""The report in the browser: reading it, its forms, what they refuse, and what happens when two people write at once."""

import io
import re
from typing import Any

import docx
import pytest
from django.test import Client

from phases.models import FundingSource, Programme
from reports.models import FrontSheet, ReportParagraph
from tests.answers import shown
from tests.making import make_auditor, make_body, make_clerk, make_officer, make_programme, make_source
from tests.reports.papers import dearer
from tests.reports.printed import conforms
from tests.reports.report_case import make_report, paragraph
from tests.reports.test_issue_pages import signed_in

pytestmark = pytest.mark.django_db

REPORT = "/programmes/small/report/"
SHEET = f"{REPORT}front-sheet/"


@pytest.fixture
def programme() -> Programme:
    return make_report()


@pytest.fixture
def clerk(programme: Programme) -> Client:
    return signed_in(make_clerk())


def first_of(programme: Programme, section: str = "finance") -> ReportParagraph:
    found = ReportParagraph.objects.filter(programme=programme, section=section).first()
    assert found is not None
    return found


def address(each: ReportParagraph, act: str = "") -> str:
    return f"{REPORT}paragraphs/{each.pk}/{f'{act}/' if act else ''}"


def sent(client: Client, where: str, **values: Any) -> Any:
    """The form of a page as it stands, with some of it typed over."""
    page = client.get(where).context["form"]
    data = {name: page[name].value() for name in page.fields} | {"made_on": page.made_on} | values
    shown = {name: page[name].field.prepare_value(value) for name, value in data.items() if name in page.fields}
    return client.post(where, {name: "" if value is None else value for name, value in (data | shown).items()})


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1]).split())


def test_the_report_is_read_in_the_order_of_the_front_sheet(programme: Programme):
    said = text_of(signed_in(make_auditor()).get(REPORT))
    order = ["Report no. ED17012", "Decision maker(s) and date(s)", "Non-urgent, executive, key", "28 clear days"]
    order += ["Ward All wards", "Reason for report", "Recommendations", "Executive is asked to:", "Corporate policy"]
    order += ["Cost of proposal", "Source of funding Contingency", "Number of staff 2 FTE", "Legal requirement"]
    order += ["Call-in Applicable", "Customer impact", "Ward councillor views", "Financial implications"]
    order += ["Background documents Report of 20 July 2016"]
    places = [said.index(each) for each in order]
    assert places == sorted(places)
    assert "Change the front sheet" not in said


def test_what_the_data_fill_says_where_it_comes_from(clerk: Client):
    said = text_of(clerk.get(REPORT))
    assert "£120k in 2016/17 and £180k in 2017/18; £180k in a full year Filled in: from the committee table" in said
    assert "Executive, Wednesday 14 September 2016 Filled in: from the details of the committee paper" in said


def test_a_report_that_nobody_began_names_what_is_missing():
    make_programme(slug="small")
    said = text_of(signed_in(make_clerk()).get(REPORT))
    assert "boxes still empty" in said
    assert "Begin the front sheet" in said
    assert not FrontSheet.objects.exists()


def test_the_report_is_read_in_a_constant_number_of_queries(programme: Programme, clerk: Client, django_assert_num_queries: Any):
    clerk.get(REPORT)
    with django_assert_num_queries(21):
        shown(clerk.get(REPORT))
    for _ in range(5):
        paragraph(programme)
    with django_assert_num_queries(21):
        shown(clerk.get(REPORT))


def test_a_changed_figure_is_shown_in_place_and_brought_up_to_date_with_one_act(programme: Programme, clerk: Client):
    own = paragraph(programme)
    dearer(programme)
    said = text_of(clerk.get(REPORT))
    assert "no longer agree with the table" in said
    assert "The total, 2016/17: £124k now, £120k in the text." in said
    response = clerk.post(f"{REPORT}update/", follow=True)
    assert "brought up to date" in text_of(response)
    own.refresh_from_db()
    assert own.text == "It costs {the total, 2016/17: £124k}."
    assert "no longer agree" not in text_of(clerk.get(REPORT))


def test_one_paragraph_is_brought_up_to_date_from_its_own_button(programme: Programme, clerk: Client):
    own, other = paragraph(programme), paragraph(programme)
    dearer(programme)
    clerk.post(f"{REPORT}update/", {"paragraph": own.pk})
    assert ReportParagraph.objects.get(pk=own.pk).text.endswith("£124k}.")
    assert ReportParagraph.objects.get(pk=other.pk).text.endswith("£120k}.")
    assert clerk.post(f"{REPORT}update/", {"paragraph": "9" * 30}).status_code in (302, 404)


def test_a_figure_typed_by_hand_is_marked_where_it_stands(programme: Programme, clerk: Client):
    paragraph(programme, "Phase One costs £111k in 2016/17.")
    page = clerk.get(REPORT).content.decode()
    assert 'draft-figure--not_found">£111k' in page
    assert "This figure is not in the committee table" in page


def test_the_front_sheet_is_saved(programme: Programme, clerk: Client):
    response = sent(
        clerk, SHEET, ward="Two wards", current_budget="1.5m", is_urgent="yes", cost_of_proposal="{the total, 2016/17}"
    )
    assert response.status_code == 302
    sheet = FrontSheet.objects.get(programme=programme)
    assert (sheet.ward, sheet.current_budget, sheet.is_urgent, sheet.version) == ("Two wards", 1_500_000, True, 2)
    assert sheet.cost_of_proposal == "{the total, 2016/17: £120k}"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"contact_officer": "TBC"}, "“TBC” stands for something still to be filled in"),
        ({"reason": "It costs £k, [date]."}, "“[date]” stands for something still to be filled in"),
        ({"background_documents": "Report to be confirmed"}, "“to be confirmed” stands for"),
        ({"reason": "It costs {the totl, 2016/17}."}, "Did you mean {the total, 2016/17: £120k}?"),
        ({"notice_on": ""}, "Enter the date of the notice or agreement."),
        ({"notice_route": ""}, "Say how notice was given that day."),
        ({"notice_on": "31 February 2016"}, "February has 29 days in 2016."),
        ({"current_budget": "lots"}, "Write an amount in pounds"),
        ({"current_budget": "-5"}, "must be 0 or more"),
        ({"decision_makers": "Executive, Tuesday 14 September 2016"}, "Wednesday"),
        ({"part": "3"}, "Select a valid choice"),
        ({"ward": "w" * 161}, "160"),
    ],
)
def test_what_the_front_sheet_refuses_is_said_at_its_field_and_kept(values: dict[str, str], said: str, clerk: Client):
    response = sent(clerk, SHEET, **values)
    assert response.status_code == 200
    (name,) = values
    assert any(said in error for error in response.context["form"].errors[name]), response.context["form"].errors
    assert response.context["form"][name].value() == values[name]


def test_what_was_said_of_call_in_can_be_taken_back(programme: Programme, clerk: Client):
    for typed, stored in (("no", False), ("", None), ("yes", True)):
        sent(clerk, SHEET, call_in=typed)
        assert FrontSheet.objects.get(programme=programme).call_in is stored


def test_money_of_another_programme_cannot_be_asked_for(clerk: Client):
    other: FundingSource = make_source(make_programme())
    assert "funding_source" in sent(clerk, SHEET, funding_source=other.pk).context["form"].errors


def test_a_front_sheet_that_somebody_else_saved_first_is_shown_with_both(programme: Programme, clerk: Client):
    stale = clerk.get(SHEET).context["form"].made_on
    sent(signed_in(make_officer()), SHEET, ward="Theirs")
    response = sent(clerk, SHEET, made_on=stale, ward="Mine")
    assert response.status_code == 409
    assert "Stored now: Theirs" in response.content.decode()
    assert FrontSheet.objects.get(programme=programme).ward == "Theirs"


def test_the_form_says_what_an_empty_box_prints(clerk: Client):
    hint = clerk.get(SHEET).context["form"]["staff_numbers"].help_text
    assert hint == "If left empty, it is filled from the committee table: 2 FTE"


def test_a_paragraph_is_written_with_the_name_of_a_figure(programme: Programme, clerk: Client):
    response = sent(clerk, f"{REPORT}finance/add/", text="It costs {phase one, 2016/17}.")
    assert response.status_code == 200
    assert "Did you mean" in response.content.decode()
    assert sent(clerk, f"{REPORT}finance/add/", text="It costs {the total, 2016/17}.").status_code == 302
    assert ReportParagraph.objects.latest("pk").text == "It costs {the total, 2016/17: £120k}."


def test_everything_that_is_wrong_with_a_text_is_said_at_once(clerk: Client):
    errors = sent(clerk, f"{REPORT}finance/add/", text="It costs {Phase Onee} in the ward of XXX.").context["form"].errors
    assert [error[:9] for error in errors["text"]] == ["“XXX” sta", "“Phase On"]


def test_a_recommendation_names_its_body(clerk: Client):
    where = f"{REPORT}recommendations/add/"
    assert sent(clerk, where, text="Note it.").context["form"].errors["body"] == ["Choose the body that is asked."]
    assert sent(clerk, where, text="Note it.", body=make_body("Full Council").pk).status_code == 302
    assert '<h3 class="govuk-heading-s">Full Council is asked to:</h3>' in clerk.get(REPORT).text
    sent(clerk, where, text="Note it.", body=make_body("Executive").pk)
    assert '<h3 class="govuk-heading-s">The Executive is asked to:</h3>' in clerk.get(REPORT).text


def test_an_unknown_section_is_not_found(clerk: Client):
    assert clerk.get(f"{REPORT}legal/add/").status_code == 404
    assert clerk.post(f"{REPORT}legal/draft/").status_code == 404


def test_a_paragraph_that_somebody_else_changed_first_is_shown_with_both(programme: Programme, clerk: Client):
    own = paragraph(programme, "It costs.")
    stale = clerk.get(address(own)).context["form"].made_on
    sent(signed_in(make_officer()), address(own), text="Theirs.")
    response = sent(clerk, address(own), made_on=stale, text="Mine.")
    assert response.status_code == 409
    assert "Stored now: Theirs." in response.content.decode()


def test_drafting_again_asks_before_what_was_edited_is_lost(programme: Programme, clerk: Client):
    first = first_of(programme)
    sent(clerk, address(first), text="In my words.")
    page = clerk.get(address(first, "redraft"))
    said = text_of(page)
    assert "In my words." in said
    assert "The committee table sets out costs of" in said
    assert "Your edits will be lost." in said
    assert ReportParagraph.objects.get(pk=first.pk).text == "In my words."
    clerk.post(address(first, "redraft"), {"version": page.context["paragraph"].version})
    assert not ReportParagraph.objects.get(pk=first.pk).is_edited


@pytest.mark.parametrize("act", ["remove", "redraft"])
def test_an_act_on_what_changed_meanwhile_does_nothing_and_shows_it(act: str, programme: Programme, clerk: Client):
    first = first_of(programme)
    sent(signed_in(make_officer()), address(first), text="Theirs.")
    for version in (str(first.version), "", "x", "9" * 40):
        response = clerk.post(address(first, act), {"version": version})
        assert response.status_code == 409
        assert "Theirs." in text_of(response)
    assert ReportParagraph.objects.get(pk=first.pk).text == "Theirs."


def test_a_paragraph_is_removed_after_asking(programme: Programme, clerk: Client):
    first = first_of(programme)
    page = clerk.get(address(first, "remove"))
    assert ReportParagraph.objects.filter(pk=first.pk).exists()
    assert clerk.post(address(first, "remove"), {"version": page.context["paragraph"].version}).status_code == 302
    assert not ReportParagraph.objects.filter(pk=first.pk).exists()


def test_paragraphs_move_without_a_script(programme: Programme, clerk: Client):
    first = first_of(programme)
    clerk.post(address(first, "move"), {"to": "down"})
    assert first_of(programme) != first
    clerk.post(address(first, "move"), {"to": "up"})
    assert first_of(programme) == first


def test_drafting_says_what_it_did(programme: Programme, clerk: Client):
    sent(clerk, address(first_of(programme)), text="In my words.")
    said = text_of(clerk.post(f"{REPORT}finance/draft/", follow=True))
    assert "No paragraphs drafted. 1 edited paragraph kept as written." in said


def test_what_belongs_to_another_programme_is_not_found(clerk: Client):
    other = paragraph(make_programme(), "It costs.")
    for act in ("", "remove", "redraft"):
        assert clerk.get(address(other, act)).status_code == 404
    assert clerk.post(address(other, "move"), {"to": "up"}).status_code == 404


def test_hostile_text_stays_text_on_screen(programme: Programme, clerk: Client):
    paragraph(programme, "<script>alert(1)</script>")
    page = clerk.get(REPORT).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_report_is_downloaded_as_word_document_and_pdf(programme: Programme):
    reader = signed_in(make_auditor())
    word = reader.get("/programmes/small/report.docx")
    assert word["Content-Disposition"] == 'attachment; filename="small-report.docx"'
    assert docx.Document(io.BytesIO(word.content)).paragraphs
    paper = reader.get("/programmes/small/report.pdf")
    assert (paper["Content-Type"], paper["Content-Disposition"]) == ("application/pdf", 'inline; filename="small-report.pdf"')
    conforms(paper.content, "ua1")


def test_a_finding_of_the_front_sheet_leads_to_its_box():
    programme = make_report(call_in=False, notice_route="", notice_on=None)
    page = signed_in(make_clerk()).get(f"/programmes/{programme.slug}/checks/").content.decode()
    assert f'href="{REPORT}#box-call_in"' in page
    assert f'href="{REPORT}#box-notice_route"' in page
    shown = signed_in(make_clerk()).get(REPORT).content.decode()
    assert 'id="box-call_in"' in shown
    assert 'id="box-notice_route"' in shown


def test_issued_papers_lead_to_the_report(clerk: Client):
    assert f'href="{REPORT}"' in clerk.get("/programmes/small/papers/").content.decode()
