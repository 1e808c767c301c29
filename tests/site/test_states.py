"""Address x state: what each page of a drawdown answers, and in which states sending its form does something."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from accounts.models import AuditEntry, Office, User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.drawdowns.rules import Mode, Reply
from approvals.models import Drawdown
from tests.approvals.case import KEY, LATER, NOW, Case, new_key
from tests.approvals.outside import body_of, make_case_with, recorded
from tests.making import make_user

pytestmark = pytest.mark.django_db

STATES = (
    "draft",
    "submitted",
    "returned",
    "withdrawn",
    "refused",
    "signed_off",
    "published",
    "called_in",
    "effective",
    "superseded",
)

# Name of the address: who is let in, then for each of STATES what the page answers, with * where sending its form does something.
ANSWERS: dict[str, tuple[str, str]] = {
    "drawdown_lines": ("officer", "200* 302 200* 200* 302 302 302 302 302 302"),
    "drawdown_headroom": ("officer", "405 405 405 405 405 405 405 405 405 405"),
    "drawdown_case": ("officer", "200* 302 200* 200* 302 302 302 302 302 302"),
    "drawdown_papers": ("officer", "200* 302 200* 200* 302 302 302 302 302 302"),
    "drawdown_submit": ("officer", "200* 302 200* 200* 302 302 302 302 302 302"),
    "drawdown_withdraw": ("officer", "200* 200* 200* 200 200 200 200 200 200 200"),
    "drawdown_elsewhere": ("officer", "200* 302 302 302 302 302 302 302 302 302"),
    "elsewhere_confirm": ("clerk", "302 302 302 302 302 302 302 302 302 302"),
    "hand_back": ("officer", "200 200 200 200 200 200* 200* 200* 200* 200"),
    "paper_file": ("anybody", "200 200 200 200 200 200 200 200 200 200"),
    "drawdown": ("anybody", "200 200 200 200 200 200 200 200 200 200"),
    "answer": ("leader", "200 200* 200 200 200 200 200 200 200 200"),
    "answered": ("anybody", "302 302 302 302 302 200 200 200 200 200"),
    "answer_record": ("clerk", "200 200* 200 200 200 200 200 200 200 200"),
    "body_answer_record": ("clerk", "200 200* 200 200 200 200 200 200 200 200"),
    "question_ask": ("leader", "200 200* 200 200 200 200 200 200 200 200"),
    "question_reply": ("officer", "404 200* 200* 200* 200 200 200 200 200 200"),
    "advise": ("director", "200 200* 200 200 200 200 200 200 200 200"),
    "dispensation_record": ("clerk", "200* 200* 200* 200* 200 200 200 200 200 200"),
    "sign_off": ("chief executive", "200 200* 200 200 200 200 200 200 200 200"),
    "signed": ("anybody", "302 302 302 302 302 200 200 200 200 200"),
    "resolution_record": ("clerk", "200 200 200 200 200 200 200 200 200 200"),
    "drawdown_return": ("chief executive", "200 200* 200 200 200 200 200 200 200 200"),
    "drawdown_refuse": ("chief executive", "200 200* 200 200 200 200 200 200 200 200"),
    "decision_record_page": ("anybody", "404 404 404 404 404 200 200 200 200 200"),
    "decided_pdf": ("anybody", "404 200 200 200 200 200 200 200 200 200"),
    "decision_pdf": ("anybody", "404 404 404 404 404 200 200 200 200 200"),
    "record_change": ("clerk", "404 404 404 404 404 200* 302 302 302 302"),
    "record_add": ("clerk", "404 404 404 404 404 200* 302 302 302 302"),
    "record_reword": ("clerk", "404 404 404 404 404 200* 200* 200* 200* 200*"),
    "record_correct": ("clerk", "404 404 404 404 404 302 200* 200* 200* 200*"),
    "record_withdraw": ("clerk", "404 404 404 404 404 302 200* 200* 200* 200*"),
    "correction_withdraw": ("clerk", "404 404 404 404 404 404 200* 200* 200* 200*"),
    "published_correction": ("nobody", "404 404 404 404 404 404 200 200 200 200"),
    "published_correction_pdf": ("nobody", "404 404 404 404 404 404 200 200 200 200"),
    "rewording_answer": ("anybody", "404 404 404 404 404 302 302 302 302 302"),
    "record_publish": ("clerk", "404 404 404 404 404 200* 302 302 302 302"),
    "record_plan": ("clerk", "404 404 404 404 404 200* 302 302 302 302"),
    "record_plan_cancel": ("clerk", "405 405 405 405 405 405 405 405 405 405"),
    "record_effect": ("clerk", "405 405 405 405 405 405 405* 405 405 405"),
    "call_in": ("clerk", "404 404 404 404 404 302 200* 302 302 302"),
    "call_in_outcome": ("clerk", "404 404 404 404 404 302 302 200* 302 302"),
    "published_decision": ("nobody", "404 404 404 404 404 404 200 200 200 200"),
    "published_decision_pdf": ("nobody", "404 404 404 404 404 404 200 200 200 200"),
}

# Their forms say what was seen, and get 409 where that is no longer so.
NOTICE_CHANGES = {
    "drawdown_lines",
    "drawdown_case",
    "drawdown_submit",
    "drawdown_withdraw",
    "drawdown_elsewhere",
    "answer",
    "answer_record",
    "body_answer_record",
    "question_ask",
}
NOTICE_CHANGES |= {
    "advise",
    "sign_off",
    "drawdown_return",
    "drawdown_refuse",
    "record_change",
    "record_publish",
    "record_correct",
    "record_plan",
}


def of_a_drawdown() -> Iterator[str]:
    for name, found in get_resolver().reverse_dict.lists():
        if isinstance(name, str) and "%(reference)s" in found[0][0][0][0]:
            yield name


def test_every_address_of_a_drawdown_is_in_the_table():
    assert sorted(of_a_drawdown()) == sorted(ANSWERS)


class World:
    """One drawdown in a state, with a paper and, once it was submitted, a question; and everybody who may do something to it."""

    def __init__(self, state: str) -> None:
        self.case = make_case_with(Mode.ADVICE)
        Office.objects.filter(pk=self.case.offices["Director"].pk).update(statutory_role=Office.StatutoryRole.SECTION_151)
        people = self.case.people
        self.people = {"officer": self.case.officer, "clerk": self.case.clerk, "leader": people["Leader"]}
        self.people |= {"director": people["Director"], "chief executive": people["Chief Executive"], "anybody": make_user(*Role)}
        self.drawdown = brought_to(state, self.case)
        self.clients = {name: signed_in(person) for name, person in self.people.items()}
        self.clients["nobody"] = Client()

    def address(self, name: str) -> str:
        route = next(iter(get_resolver().reverse_dict.getlist(name)))[0][0][0]
        rows = self.drawdown.papers if name == "paper_file" else self.drawdown.questions
        row = body_of(self.case) if name == "body_answer_record" else rows.first()
        return "/" + route % {"reference": self.drawdown.reference, "slug": "leader", "pk": row.pk if row else 1, "number": 1}

    def typed(self, name: str) -> dict[str, Any]:
        """What somebody would type on the page."""
        today = LATER.date().isoformat()
        file = SimpleUploadedFile("Letter.pdf", b"%PDF-1.7")
        answer = {"reply": "agree", "interests": "none", "confirm": "1"}
        row = self.drawdown.consumption.first()
        return {
            "drawdown_case": {"reasons": "Posts.", "alternatives": "None.", "is_key": "no"},
            "drawdown_papers": {"file": file},
            "hand_back": {"reasons": "Not spent.", f"row-{row.pk if row else 0}": "1", "do": "hand_back"},
            "drawdown_elsewhere": {
                "decided_on": "1 September 2016",
                "office": "Chief Executive",
                "person": "Last Year",
                "text": "To release it.",
                "interests": "None",
                "evidence_at": "https://council.example/12",
            },
            "answer": answer,
            "answer_record": answer | {"person": self.people["leader"].pk, "given_on": today, "how": "email", "file": file},
            "body_answer_record": {"reply": "against", "words": "Wait.", "writer": "The chair", "given_on": today}
            | {"how": "minute", "file": file},
            "dispensation_record": {"member": "A member", "giver": self.people["clerk"].pk, "given_on": today, "text": "May."},
            "record_change": {"call_in_applies": "False", "call_in_reason": "Agreed urgency."},
            "record_add": {"kind": "wards", "text": "All wards"},
            "record_reword": {"text": "Agreed for one year.", "reasons": "The year was left out."},
            "record_correct": {"kind": "wards", "wrong": "All wards", "right": "Kelsey", "publish": "1"},
            "record_withdraw": {"paragraph": "3", "reasons": "It named a post.", "withdraw": "1"},
            "correction_withdraw": {"paragraph": "3", "reasons": "It named a post.", "withdraw": "1"},
            "record_publish": {"publish": "1"},
            "record_plan": {"plan": "1", "on": "1 December 2030"},
            "call_in": {"called_in_on": "20 September 2016", "called_in_by": "Scrutiny", "reasons": "Cost."},
            "call_in_outcome": {"outcome": "stands", "outcome_on": today, "outcome_text": "It stands.", "confirm": "yes"},
            "sign_off": {"confirm": "yes"},
            "drawdown_withdraw": {"reasons": "Not yet."},
        }.get(name, {"text": "Because."})


def brought_to(state: str, case: Case) -> Drawdown:
    drafted = case.drafted(case.line(), case=KEY)
    actions.attach_paper(drawdown=drafted, upload=actions.Upload("Report.pdf", b"%PDF-1.7"), by=case.officer, at=NOW)
    drawdown = Drawdown.objects.get(pk=drafted.pk)
    if state == "draft":
        return drawdown
    drawdown = actions.submit(drawdown=drawdown, version=drawdown.version, key=new_key(), by=case.officer, at=NOW)
    seen = {"drawdown": drawdown, "sha256": drawdown.sha256, "key": new_key(), "at": NOW}
    actions.ask(concerned=case.concerned(drawdown), text="Why?", key=new_key(), by=case.people["Leader"], at=NOW)
    drawdown.refresh_from_db()
    seen |= {"key": new_key(), "reasons": "Not so."}
    if state in ("returned", "refused"):
        {"returned": actions.send_back, "refused": actions.refuse}[state](**seen, by=case.chief_executive)
    elif state == "withdrawn":
        actions.withdraw(drawdown=drawdown, version=drawdown.version, reasons="Not yet.", by=case.officer, at=NOW)
    elif state != "submitted":
        _decided(state, case, drawdown)
    return Drawdown.objects.get(pk=drawdown.pk)


def _decided(state: str, case: Case, drawdown: Drawdown) -> None:
    drawdown = case.answered(case.answered(drawdown), "Director")
    recorded(case, drawdown, Reply.IN_FAVOUR)
    drawdown.refresh_from_db()
    signed = case.sign(drawdown)
    if state == "signed_off":
        return
    published = case.correct(case.publish(signed))
    if state == "effective":
        actions.take_effect(drawdown=published, by=case.clerk, at=LATER.replace(month=10))
    elif state != "published":
        called_in = case.called_in(published)
        if state == "superseded":
            actions.overturn(drawdown=called_in, on=date(2016, 9, 28), reasons="Scrutiny.", by=case.clerk, at=LATER)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def hidden(text: str) -> dict[str, str]:
    """The hidden inputs of a page, as a browser sends them back."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))


def as_shown(page: Any) -> dict[str, Any]:
    """What the form holds before anybody types."""
    form = page.context["form"] if page.context and "form" in page.context else ()
    held = {field.html_name: field.value() for field in form}
    return {name: value for name, value in held.items() if value is not None} | hidden(page.text)


def sent(client: Client, address: str, fields: dict[str, Any]) -> tuple[Any, bool]:
    """What comes back, and whether anything was done: every act has its entry."""
    before = AuditEntry.objects.count()
    for file in (each for each in fields.values() if isinstance(each, SimpleUploadedFile)):
        file.seek(0)
    response = client.post(address, fields)
    return response, AuditEntry.objects.count() > before


def answers_of(world: World, name: str) -> str:
    """The page's status as in ANSWERS, after everybody who may not, and everybody who saw something else, was refused."""
    who, address, typed = ANSWERS[name][0], world.address(name), world.typed(name)
    if name == "sign_off" and world.drawdown.state == "submitted":
        world.drawdown = world.case.answered(world.drawdown)
    client = world.clients[who]
    page = client.get(address)
    seen = {"key": new_key(), "version": world.drawdown.version, "sha256": world.drawdown.sha256}
    fields = seen | (as_shown(page) if page.status_code == 200 and page["Content-Type"].startswith("text/html") else {}) | typed
    if who not in ("nobody", "anybody"):
        response, acted = sent(world.clients["officer" if who == "clerk" else "clerk"], address, fields)
        assert (response.status_code, acted) == (403, False), name
    with taken_back():
        response, acted = sent(client, address, fields)
    assert response.status_code in ((302,) if acted else (200, 302, 403, 404, 405, 409)), (name, response.status_code)
    if acted and name in NOTICE_CHANGES:
        stale = {"version": 0, "sha256": "0" * 64, "shown": "0" * 64, "made_on": "0"}
        response, did = sent(client, address, fields | {key: value for key, value in stale.items() if key in fields})
        assert (response.status_code, did) == (409, False), name
    return f"{page.status_code}{'*' if acted else ''}"


@pytest.mark.parametrize("state", STATES)
def test_what_a_page_answers_depends_on_where_the_drawdown_stands(state: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reports.papers.bundle.queries.draw", lambda page, stylesheet, look: b"%PDF-1.7")
    monkeypatch.setattr("accounts.clock.queries.now", lambda: LATER)  # money of a year that has ended is not signed off
    monkeypatch.setattr(
        "reports.papers.decision_record.queries.draw", lambda page, stylesheet, look: b"%PDF-1.7"
    )  # it takes long, and is tested elsewhere
    monkeypatch.setattr("reports.papers.correction.queries.draw", lambda page, stylesheet, look: b"%PDF-1.7")
    world = World(state)
    place = STATES.index(state)
    expected = {name: row[1].split()[place] for name, row in ANSWERS.items()}
    found = {}
    for name in ANSWERS:
        with taken_back():
            found[name] = answers_of(world, name)
        world.drawdown.refresh_from_db()
    assert found == expected
