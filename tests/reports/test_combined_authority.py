"""Nothing that a combined authority shows or prints cites the Regulations of councils that have an executive."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.governance.rules import Form
from approvals import actions
from reports.papers.forward_plan import queries as forward_plan
from tests.approvals.case import KEY, NOW, make_case
from tests.approvals.test_forward_plan import values_of
from tests.approvals.test_outside_pages import words_of
from tests.making import make_clerk, make_governance
from tests.reports.report_case import make_report
from tests.reports.test_decision_pdf import text_of

pytestmark = pytest.mark.django_db

BY_ANOTHER_LAW = re.compile(r"[Rr]egulations? (?:9|10|11|12|13)\b|Regulations 2012|[Aa]rticles? 1[123]\b")


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.clock.queries.now", lambda: NOW)
    monkeypatch.setattr("accounts.clock.queries.today", NOW.date)


def cited(governance: dict[str, Any]) -> dict[str, list[str]]:
    """What each page, record, front sheet, list and PDF cites, by address."""
    make_governance(**governance)
    case = make_case()
    actions.give_notice(programme=case.programme, values=values_of(case), by=case.clerk, at=NOW)
    waiting = case.ready(case.line(), case=KEY | {"notice_route": "reg_10"})
    signed = case.signed(case.line(), case=KEY | {"notice_route": "reg_11"})
    published = case.published()
    report = make_report(is_key=True, notice_route="reg_10", notice_on=date(2016, 9, 1))
    slug = f"/programmes/{report.slug}"
    addresses = [
        *(f"/drawdowns/{each.reference}/" for each in (waiting, signed, published)),
        *(f"/drawdowns/{each.reference}/record/" for each in (signed, published)),
        *(f"/published-decisions/{published.reference}/", "/decisions/", "/decisions/?kind=urgent", "/forward-plan/"),
        *(f"{slug}/checks/", f"{slug}/checks.json", f"{slug}/report/", f"/programmes/{case.programme.slug}/checks/"),
    ]
    client = Client()
    client.force_login(make_clerk())
    texts = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        texts[address] = words_of(answer)
    papers = {"forward plan": forward_plan.render(NOW.date())}
    for address in (f"/published-decisions/{published.reference}.pdf", f"/drawdowns/{waiting.reference}/decided.pdf"):
        papers[address] = client.get(address).content
    texts |= {name: text_of(paper) for name, paper in papers.items()}
    return {name: BY_ANOTHER_LAW.findall(text) for name, text in texts.items()}


@pytest.mark.parametrize("form", [Form.COMBINED, Form.MAYORAL])
def test_nothing_of_a_combined_authority_cites_the_regulations_of_executives(form: Form):
    found = cited({"form": form, "scrutiny_call_in": True})
    assert {name: said for name, said in found.items() if said} == {}


def test_a_council_with_an_executive_cites_them():
    found = cited({"form": Form.LEADER})
    assert found["forward plan"] == ["regulation 9", "Regulations 2012"]
    assert [name for name, said in found.items() if said if name.endswith(".pdf")]
