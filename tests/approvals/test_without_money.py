"""Decisions that release no money: submitted, answered, signed, published and called in as any, without an authorisation."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts.models import User
from approvals import actions
from approvals.actions import Choice, NotAllowedNow
from approvals.decisions.rules import NO_MONEY
from approvals.drawdowns.overview.queries import sheet_of
from approvals.drawdowns.preparation import actions as preparing
from approvals.drawdowns.preparation.actions import word_proposal
from approvals.drawdowns.signing import actions as signing
from approvals.drawdowns.signing.queries import resolutions_for
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import totals_of
from approvals.models import Consumption, DecisionRecord, Drawdown, DrawdownLine
from phases.models import Authorisation
from reports.papers.bundle import queries as bundle
from tests.approvals.case import KEY, NOW, Case, make_case, new_key
from tests.making import make_auditor, make_decision
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db

PROPOSAL = "That two posts of social worker be added to the establishment within the budget."


@pytest.fixture
def case() -> Case:
    return make_case()


def drafted(case: Case, **values: Any) -> Drawdown:
    given = {"delegation": case.delegation, "title": "Two posts", "proposal": PROPOSAL, "key": new_key(), "by": case.officer}
    drawdown = actions.draft(**(given | values), at=NOW)
    actions.write_case(drawdown=drawdown, version=drawdown.version, values=KEY, by=case.officer, at=NOW)
    return Drawdown.objects.get(pk=drawdown.pk)


def ready(case: Case) -> Drawdown:
    drawdown = drafted(case)
    asked = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    return case.answered(case.answered(asked), "Director")


def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def test_it_is_submitted_answered_signed_published_and_open_to_call_in_and_no_money_moves(case: Case):
    before = Authorisation.objects.count()
    asked = ready(case)
    content = submitted(asked.content)
    assert (content.proposal, content.lines, content.authorisations) == (PROPOSAL, (), ())
    signed = case.sign(asked)
    record = DecisionRecord.objects.get(drawdown=signed)
    assert record.text_recommended == PROPOSAL
    assert record.text_resolved == f"Agreed as recommended.\n\n{PROPOSAL}"
    published = case.publish(signed)
    record.refresh_from_db()
    assert (record.call_in_applies, record.closes_on) == (True, date(2016, 9, 27))
    assert case.called_in(published).state == "called_in"
    assert not Consumption.objects.exists()
    assert Authorisation.objects.count() == before


def test_what_it_asks_for_is_said_in_words(case: Case):
    asked = totals_of(submitted(ready(case).content))
    assert (asked.in_words, asked.money, asked.full_year, asked.by_limit) == ("no money", [], None, {})


def test_pages_record_and_lists_say_that_it_releases_no_money(client: Client, case: Case):
    asked = ready(case)
    home = signed_in(client, case.chief_executive).get("/")
    assert "It releases no money." in home.text
    page = client.get(f"/drawdowns/{asked}/sign-off/")
    sent = {name: page.context["form"][name].value() for name in ("key", "version", "sha256")}
    check = client.post(f"/drawdowns/{asked}/sign-off/", sent)
    assert "Sign off: no money is released" in check.text
    for shown in (page.text, check.text):
        assert PROPOSAL in shown
        for nothing in ("Headroom", "£0", "The money is"):
            assert nothing not in shown
    assert PROPOSAL in bundle.page(sheet_of(asked, totals_of(submitted(asked.content)), NOW.date()))
    signed = case.sign(asked)
    assert "No money is released" in client.get(f"/drawdowns/{signed}/signed/").text
    case.publish(signed)
    record = signed_in(client, case.clerk).get(f"/drawdowns/{signed}/record/").text
    assert NO_MONEY in record
    assert "Balance" not in record
    assert "hand-back" not in signed_in(client, case.officer).get(f"/drawdowns/{signed}/").text
    client.logout()
    shown = client.get(f"/published-decisions/{signed}/").text
    assert NO_MONEY in shown
    assert "Balance" not in shown
    assert "No money" in client.get("/published-decisions/").text
    signed_in(client, make_auditor())
    assert "No money" in client.get("/decisions/").text
    assert "No money" in client.get("/drawdowns/").text


def test_an_officer_drafts_it_on_pages(client: Client, case: Case):
    signed_in(client, case.officer)
    page = client.get("/drawdowns/new/no-money/")
    given = {"delegation": case.delegation.pk, "title": "Two posts", "key": page.context["form"]["key"].value()}
    assert "proposal" in client.post("/drawdowns/new/no-money/", given).context["form"].errors
    done = client.post("/drawdowns/new/no-money/", given | {"proposal": PROPOSAL})
    drawdown = Drawdown.objects.get()
    assert done.url == f"/drawdowns/{drawdown}/case/"
    assert PROPOSAL in client.get(done.url).text
    form = client.get(f"/drawdowns/{drawdown}/lines/").context["form"]
    sent = {name: form[name].value() or "" for name in ("key", "version", "sha256")}
    assert client.post(f"/drawdowns/{drawdown}/lines/", sent | {"proposal": "That one post be added."}).status_code == 302
    drawdown.refresh_from_db()
    assert drawdown.proposal == "That one post be added."
    text = client.get(f"/drawdowns/{drawdown}/submit/").text
    assert "That one post be added." in text
    assert "Headroom" not in text


def test_it_has_no_lines_and_a_drawdown_has_no_proposal(case: Case):
    drawdown = drafted(case)
    asked = Choice(case.line().pk, case.authorisation, fte=Decimal(1))
    with pytest.raises(NotAllowedNow, match="releases no money"):
        actions.choose_lines(drawdown=drawdown, version=drawdown.version, choices=[asked], by=case.officer, at=NOW)
    with refused_by("decision_without_money_has_no_lines"):
        DrawdownLine.objects.create(drawdown=drawdown, line_id=case.line().pk, authorisation=case.authorisation, fte=1)
    with pytest.raises(ValidationError, match="what is to be decided"):
        word_proposal(drawdown=drawdown, version=drawdown.version, proposal=" ", by=case.officer, at=NOW)
    other = case.drafted(case.line())
    with pytest.raises(NotAllowedNow, match="releases money"):
        word_proposal(drawdown=other, version=other.version, proposal=PROPOSAL, by=case.officer, at=NOW)


def raw(drawdown: Drawdown, values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE approvals_drawdown SET version = version + 1, {values} WHERE id = %s", [drawdown.pk])


def test_the_store_keeps_money_and_no_money_apart(case: Case):
    with refused_by("drawdown_keeps_its_kind"):
        raw(drafted(case), "proposal = ''")
    with refused_by("drawdown_keeps_its_kind"):
        raw(case.drafted(case.line()), "proposal = 'No money'")
    with refused_by("drawdown_proposal_is_visible"):
        raw(drafted(case), "proposal = ' '")
    asked = ready(case)
    with refused_by("drawdown_stays_as_submitted"):
        raw(asked, "proposal = 'Another'")
    signed = case.sign(asked)
    row = case.signed(case.line()).consumption.get()
    row.pk, row.drawdown = None, signed
    with refused_by("decision_without_money_consumes_nothing"):
        row.save(force_insert=True)


def test_a_drawdown_of_money_is_not_signed_without_consuming(case: Case, monkeypatch: pytest.MonkeyPatch):
    asked = case.ready(case.line())
    monkeypatch.setattr(signing, "save_rows", lambda rows, entry: None)
    monkeypatch.setattr(signing, "draw", lambda limits, rows: {})
    with refused_by("sign_off_consumes_what_was_frozen"):
        case.sign(asked)


def test_what_is_frozen_is_what_is_to_be_decided(case: Case, monkeypatch: pytest.MonkeyPatch):
    drawdown = drafted(case)
    monkeypatch.setattr(preparing, "written", lambda content: "{}")
    with refused_by("drawdown_content_has_its_proposal"):
        actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)


def test_a_body_decides_it_by_a_resolution_that_is_about_no_money():
    case = make_case(body="Executive", resolved_by="Full Council")
    asked = ready(case)
    given = {"body": "Executive", "decided_on": date(2016, 9, 19)}
    about_money = make_decision(case.programme, about=[case.authorisation], **given)
    right = make_decision(case.programme, **given)
    assert list(resolutions_for(asked)) == [right]
    with pytest.raises(NotAllowedNow, match="releases none"):
        case.sign(asked, by=case.clerk, resolution=about_money)
    with refused_by("resolution_about_this_money"):
        raw(asked, f"resolution_id = {about_money.pk}")
    assert case.sign(asked, by=case.clerk, resolution=right).resolution == right
