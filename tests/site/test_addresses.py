"""Role x address x status: who is let in where, asked of every address."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoDbBlocker

from accounts.audit.fence.rules import FENCE
from accounts.council.queries import council
from accounts.models import CouncilLogo, PowerChange, User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.models import Delegation, Drawdown
from phases.models import FundingDecision, Phase, Programme
from posts.attachments.actions import attach_file
from posts.comments.actions import comment_on
from reports.checks.queries import findings_of
from tests.accounts.test_logo import png
from tests.approvals.case import NOW, Case, make_case, new_key
from tests.approvals.outside import asking_the_board
from tests.making import (
    enter_line,
    make_approval_limit,
    make_authorisation,
    make_body,
    make_decision,
    make_deputy,
    make_excluded_item,
    make_governance,
    make_holding,
    make_office,
    make_phase,
    make_programme,
    make_source,
    make_user,
)
from tests.posts.lines import an_import
from tests.reports.papers import issued, ready_table
from tests.reports.report_case import paragraph
from tests.site.admitted import BY_OFFICE, NOBODY, OF_ONES_OWN, OPEN, PEOPLE, POSTED_ONLY, WHO_IS_LET_IN, WITHOUT_A_SESSION

pytestmark = pytest.mark.django_db

# Of a decision that is published and open to call-in.
OF_A_RECORD = {"decision_record_page", "decision_pdf", "record_change", "record_publish", "record_effect", "call_in"}
OF_A_RECORD |= {
    "record_add",
    "record_reword",
    "record_correct",
    "record_plan",
    "record_plan_cancel",
    "record_withdraw",
    "correction_withdraw",
    "rewording_answer",
    "call_in_outcome",
    "published_decision",
    "published_decision_pdf",
    "published_correction",
    "published_correction_pdf",
}


def _named(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _named(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)


def test_every_address_is_in_the_table():
    known = {*WHO_IS_LET_IN, *WITHOUT_A_SESSION, *OF_ONES_OWN}
    assert sorted(set(_named(get_resolver().url_patterns)) - known) == []


class Standing(NamedTuple):
    """A decision that is published and corrected; and a drawdown that is submitted, with a paper and a question."""

    record: Drawdown
    drawdown: Drawdown


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Standing]:
    """Made once: every test finds it in the store, and what a test does to it is undone."""
    FENCE.forget()  # this comes before what does so for each test
    with django_db_blocker.unblock(), transaction.atomic():
        case = make_case()
        record = case.correct(case.published())
        yield Standing(record, _drawdown(asking_the_board(case)))
        transaction.set_rollback(True)


@pytest.fixture
def programme(standing: Standing) -> Programme:
    CouncilLogo.objects.get_or_create(pk=1, defaults={"content": png()})
    return make_programme(slug="table")


def _address(name: str, programme: Programme, standing: Standing) -> str:
    route = next(iter(get_resolver().reverse_dict.getlist(name)))[0][0][0]
    if name in OF_A_RECORD:
        return "/" + route % {"reference": standing.record.reference, "number": 1}
    if "%(reference)s" in route:
        return _of_drawdown(route, standing.drawdown)
    phase, decision = make_phase(programme), make_decision(programme)
    numbers = {
        "change_person": lambda: make_user().pk,
        "power_change": _power_change,
        **dict.fromkeys(
            ("office", "change_office", "take_office", "appoint_deputy"), lambda: make_office("Monitoring Officer").pk
        ),
        **dict.fromkeys(
            ("end_holding", "correct_holding"), lambda: make_holding(make_office("Monitoring Officer"), make_user()).pk
        ),
        "revoke_deputy": lambda: make_deputy(make_office("Monitoring Officer"), make_user()).pk,
        **dict.fromkeys(("phase_change", "phase_copy"), lambda: phase.pk),
        "funding_source_change": lambda: make_source(programme).pk,
        "excluded_item_change": lambda: make_excluded_item(programme).pk,
        **dict.fromkeys(("decision", "decision_change", "decision_no_money", "authorise"), lambda: decision.pk),
        **dict.fromkeys(
            (
                *("authorisation_change", "authorisation", "authorisation_replace"),
                *("authorisation_lapse", "authorisation_carry_forward"),
            ),
            lambda: make_authorisation(decision).pk,
        ),
        "body_change": lambda: make_body().pk,
        "governance_change": lambda: make_governance().pk,
        "approval_limit_end": lambda: make_approval_limit().pk,
        **dict.fromkeys(("line", "line_comments"), lambda: enter_line(phase).pk),
        "workings": lambda: enter_line(phase).pk,
        **dict.fromkeys(("line_import", "line_import_file"), lambda: an_import(programme).number),
        **dict.fromkeys(
            ("issued_paper", "issued_paper_pdf", "issued_paper_aloud", "issued_paper_internal"), lambda: issued(programme).pk
        ),
        **dict.fromkeys(("rendering", "rendering_pdf"), lambda: ready_table(programme).pk),
        "what_if": lambda: enter_line(phase).pk,
        **dict.fromkeys(("delegation", "delegation_progress", "delegation_progress_pdf"), lambda: _delegation(decision).pk),
        **dict.fromkeys(("condition_take_back", "condition_paper"), lambda: _confirmed(decision)),
        "key_notice_withdraw": lambda: _notice(programme),
        "condition_confirm": lambda: _delegation(decision).conditions.create(text="It is met.").pk,
    }
    own = ("paragraph_change", "paragraph_remove", "paragraph_redraft", "paragraph_move")
    numbers |= dict.fromkeys(own, lambda: paragraph(programme, "It costs.").pk)
    pk, number = numbers[name]() if name in numbers else 1, 1
    if name in ("comment_withdraw", "line_file"):
        pk, number = _noted(phase)[name]
    slug = "clerk" if name == "help_for" else programme.slug
    parts = {"slug": slug, "section": "finance", "pk": pk, "number": number, "year": 2016, "kind": "privacy"}
    return "/" + route % (parts | {"fingerprint": _a_warning(programme) if name == "finding_review" else ""})


def _noted(phase: Phase) -> dict[str, tuple[int, int]]:
    """A line that somebody else commented on, with a file: the numbers of both, by address."""
    line = enter_line(phase)
    comment = comment_on(line=line, text="Agency?", key=new_key(), by=make_user(Role.CLERK), at=NOW)
    file = attach_file(line=line, upload=actions.Upload("Quote.pdf", b"%PDF-1.7"), by=make_user(Role.FINANCE_OFFICER), at=NOW)
    return {"comment_withdraw": (line.pk, comment.pk), "line_file": (line.pk, file.pk)}


def _power_change() -> int:
    given = {"kind": "take_office", "values": {}, "words": "Somebody takes office.", "asked_by": make_user(), "asked_at": NOW}
    return PowerChange.objects.create(**given).pk


def _delegation(decision: FundingDecision) -> Delegation:
    given = {"title": "Use of the release", "text": "All of it.", "decision_body": make_body(), "recorded_at": NOW}
    return Delegation.objects.create(programme=decision.programme, decision=decision, **given)


def _a_warning(programme: Programme) -> str:
    found = findings_of(programme, council(), as_at=NOW)
    return next(finding.fingerprint for finding in found if finding.severity == "W")


def _confirmed(decision: FundingDecision) -> int:
    condition = _delegation(decision).conditions.create(text="It is met.")
    paper = actions.Upload("Minute.pdf", b"%PDF-1.7")
    given = {"met_on": NOW.date(), "evidence": actions.Evidence("Minute 17", paper), "by": make_user(Role.CLERK), "at": NOW}
    return int(actions.confirm_condition(condition=condition, **given).pk)


def _notice(programme: Programme) -> int:
    values = {"matter": "Posts", "text": "To fund posts.", "documents": "None", "contact": "Democratic services"}
    days = {"due_from": date(2016, 11, 1), "due_until": date(2016, 11, 1), "body_id": make_body().pk}
    return int(actions.give_notice(programme=programme, values=values | days, by=make_user(Role.CLERK), at=NOW).pk)


def _drawdown(case: Case) -> Drawdown:
    """Submitted, with a paper, and a question that has no reply."""
    drafted = case.drafted(case.line())
    paper = actions.Upload("Report.pdf", b"%PDF-1.7")
    actions.attach_paper(drawdown=drafted, upload=paper, by=case.officer, at=NOW)
    drawdown = actions.submit(drawdown=drafted, version=drafted.version + 1, key=new_key(), by=case.officer, at=NOW)
    actions.ask(concerned=case.concerned(drawdown), text="Why?", key=new_key(), by=case.people["Leader"], at=NOW)
    return drawdown


def _of_drawdown(route: str, drawdown: Drawdown) -> str:
    part = drawdown.papers.get() if "papers/" in route else drawdown.questions.get()
    if "outside/" in route:
        part = drawdown.delegation.steps.get(body__isnull=False).body
    return "/" + route % {"reference": drawdown.reference, "slug": "leader", "pk": part.pk}


def _client(who: str | None) -> Client:
    client = Client(raise_request_exception=True)
    if who is not NOBODY:
        client.force_login(make_user(*([Role(who)] if who else [])))
    return client


def _ask(client: Client, name: str, address: str) -> Any:
    return client.post(address) if name in POSTED_ONLY else client.get(address)


@pytest.mark.parametrize("name", WHO_IS_LET_IN)
def test_who_is_let_in_where(name: str, programme: Programme, standing: Standing):
    address = _address(name, programme, standing)
    assert {who: _becomes_of(who, name, address) for who in PEOPLE} == {
        who: "let in" if who in WHO_IS_LET_IN[name] else "asked to sign in" if who is NOBODY else "refused" for who in PEOPLE
    }


def _becomes_of(who: str | None, name: str, address: str) -> str:
    """What a person meets there; what they did is undone before the next comes."""
    with transaction.atomic():
        response = _ask(_client(who), name, address)
        transaction.set_rollback(True)
    if response.status_code == 302 and response.url.startswith("/accounts/login/"):
        return "asked to sign in"
    # 404: there is no change number 1 that could be undone. 422: no width was sent.
    let_in = (200, 302, *{"undo_lines": (404,), "column_width": (422,)}.get(name, ()))
    said = {403: "refused", **dict.fromkeys(let_in, "let in")}
    return said.get(response.status_code, f"status {response.status_code}")


@pytest.mark.parametrize("name", [name for name in WHO_IS_LET_IN if WHO_IS_LET_IN[name] not in (OPEN, BY_OFFICE)])
def test_an_unknown_programme_is_not_found_by_those_who_may(name: str, programme: Programme, standing: Standing):
    who = sorted(WHO_IS_LET_IN[name])[-1]
    address = _address(name, programme, standing)
    unknown = re.sub(r"/DD-\d+", "/DD-9999", address.replace("/table", "/unknown", 1))
    if unknown == address:
        return
    response = _ask(_client(who), name, unknown)
    assert response.status_code == 404
    assert "Page not found" in response.text


def test_who_can_no_longer_sign_in_is_sent_to_the_sign_in_page():
    client = _client(Role.ADMINISTRATOR)
    User.objects.update(is_active=False)
    assert client.get("/people/").url.startswith("/accounts/login/")


@pytest.mark.parametrize("address", ["/programmes/\x00/", "/programmes/?page=%00", "/audit/?before=%00", "/people/%00/"])
def test_a_nul_in_an_address_is_a_bad_request(address: str):
    assert _client(Role.AUDITOR).get(address).status_code in (400, 404)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("name", ["home", "people", "council", "programme_new", "decisions", "audit"])
def test_other_methods_are_refused(name: str, method: str, programme: Programme, standing: Standing):
    who = sorted(WHO_IS_LET_IN[name])[-1]
    assert getattr(_client(who), method)(_address(name, programme, standing)).status_code == 405
