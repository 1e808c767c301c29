"""The paper check on screen: what is shown, to whom, and how a finding is reviewed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.council.queries import council
from accounts.governance.rules import Form
from accounts.models import AuditEntry, User
from improvement_budget import demonstration
from phases.models import Programme
from posts.models import LineAmount
from reports.checks import actions
from reports.checks.queries import findings_of, judged
from reports.checks.rules import Finding
from reports.checks.views import shown_to
from reports.models import FindingReview
from tests.answers import shown
from tests.making import (
    NOON,
    make_amount,
    make_approval_limit,
    make_auditor,
    make_clerk,
    make_governance,
    make_intake,
    make_line,
    make_officer,
    make_phase,
    make_programme,
)
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def programme() -> Programme:
    """One line of £90,000 a year from January 2017, for which £60,000 are stated."""
    caches["bodies"].clear()
    made = make_programme(
        committee="Executive", report_number="ED1", meeting_date=date(2016, 9, 14), abbreviations="FTE = Full-time"
    )
    line = make_line(make_phase(made, name="Phase One"), title="Head of <service>")
    make_intake(line, start=date(2017, 1, 1))
    person = {"origin": "stated", "reason": "As published", "stated_by": make_officer(), "stated_at": NOON}
    make_amount(line, **person)
    make_amount(line, financial_year=2017, amount=Decimal(90_000))
    make_amount(line, financial_year=None, amount=Decimal(90_000))
    return made


def address(programme: Programme) -> str:
    return f"/programmes/{programme.slug}/checks/"


def found(programme: Programme, rule: str) -> Finding:
    programme.refresh_from_db()
    return next(each for each in findings_of(programme, council(), as_at=NOON) if each.rule == rule)


def page(person: User, programme: Programme, query: str = "") -> str:
    return signed_in(person).get(address(programme) + query).text


def test_a_finding_is_shown_with_both_figures_and_the_way_to_mend_it(programme: Programme):
    shown = page(make_auditor(), programme)
    assert "£60,000 is stated in 2016/17, and its own dates give £22,500" in shown
    assert "A start on 1 August 2016" in shown
    line = programme.lines.get()
    assert f'href="/programmes/{programme.slug}/lines/{line.pk}/"' in shown
    assert "Head of &lt;service&gt;" in shown
    assert "Head of <service>" not in shown


def test_the_counts_say_what_would_stop_the_paper(programme: Programme):
    context = signed_in(make_auditor()).get(address(programme)).context
    counts = {severity.value: count for severity, count in context["counts"]}
    assert counts["E"] == context["stops"] >= 2  # PC03, and PC13 without approval limits
    assert "would stop the paper" in page(make_auditor(), programme)


def test_findings_are_filtered_by_severity_and_phase(programme: Programme):
    assert "Paperwork" not in page(make_auditor(), programme, "?severity=E")
    only = signed_in(make_auditor()).get(address(programme) + "?severity=E&phase=Phase+One").context
    assert {rule.rule for group in only["groups"] for rule in group.rules} == {"PC03"}
    assert "Show everything" in page(make_auditor(), programme, "?severity=E")


def test_what_is_asked_for_and_not_known_shows_everything(programme: Programme):
    assert "£22,500" in page(make_auditor(), programme, "?severity=Z&phase=Nowhere")


def test_nothing_found_is_said_plainly(programme: Programme, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reports.checks.views.kept_findings_of", lambda *_, **__: ())
    assert "No finding" in page(make_auditor(), programme)


def test_the_json_gives_every_finding(programme: Programme):
    findings = signed_in(make_auditor()).get(f"/programmes/{programme.slug}/checks.json").json()
    (finding,) = [each for each in findings if each["rule"] == "PC03"]
    text = finding.pop("text")
    assert "£60,000 is stated" in text
    assert finding == {
        "rule": "PC03",
        "severity": "E",
        "line": "Head of <service>",
        "phase": "Phase One",
        "stated": "60000",
        "expected": "22500",
        "explained_by": finding["explained_by"],
        "review": None,
    }


def test_a_warning_is_dismissed_with_a_reason_and_kept_below(programme: Programme):
    officer, warning = make_officer(), found(programme, "PC25")
    client = signed_in(officer)
    to = f"{address(programme)}findings/{warning.fingerprint}/"
    assert warning.text in client.get(to).text
    answer = client.post(to, {"reason": "The front sheet comes with the agenda."}, follow=True)
    assert "1 dismissed or overridden" in answer.text
    assert f"by {officer.name}" in answer.text
    assert "The front sheet comes with the agenda." in answer.text
    assert AuditEntry.objects.latest("number").action == "finding_dismissed"


def test_a_reason_is_asked_for(programme: Programme):
    warning = found(programme, "PC25")
    answer = signed_in(make_officer()).post(f"{address(programme)}findings/{warning.fingerprint}/", {"reason": "  "})
    assert "Enter the reason." in answer.text
    assert not FindingReview.objects.exists()


def test_an_error_is_overridden_by_the_clerk_and_stops_nothing_then(programme: Programme):
    error = found(programme, "PC03")
    review = actions.review_finding(
        programme=programme, fingerprint=error.fingerprint, reason="Agreed with the author.", by=make_clerk(), at=NOON
    )
    assert review.kind == "overridden"
    programme.refresh_from_db()
    (same,) = [each for each in judged(programme, findings_of(programme, council(), as_at=NOON)) if each.finding.rule == "PC03"]
    assert same.review == review
    assert not same.stops_the_paper


def test_who_entered_a_figure_does_not_override_its_error(programme: Programme):
    error = found(programme, "PC03")
    to = f"{address(programme)}findings/{error.fingerprint}/"
    assert signed_in(make_officer()).get(to).status_code == 403
    assert to not in page(make_officer(), programme)
    assert to in page(make_clerk(), programme)
    with pytest.raises(PermissionDenied):
        actions.review_finding(programme=programme, fingerprint=error.fingerprint, reason="So.", by=make_officer(), at=NOON)
    with pytest.raises(PermissionDenied):
        actions.review_finding(programme=programme, fingerprint=error.fingerprint, reason="So.", by=make_auditor(), at=NOON)


def test_a_reviewed_finding_comes_back_when_its_figures_change(programme: Programme):
    error = found(programme, "PC03")
    actions.review_finding(programme=programme, fingerprint=error.fingerprint, reason="So.", by=make_clerk(), at=NOON)
    LineAmount.objects.filter(line__programme=programme, financial_year=2016).update(amount=61_000)
    changed = found(programme, "PC03")
    assert changed.stated == 61_000
    (same,) = judged(programme, [changed])
    assert same.stops_the_paper


def test_what_was_reviewed_is_taken_up_again(programme: Programme):
    warning, clerk = found(programme, "PC25"), make_clerk()
    to = f"{address(programme)}findings/{warning.fingerprint}/"
    client = signed_in(clerk)
    client.post(to, {"reason": "It comes later."})
    assert "Reopen" in client.get(to).text
    client.post(to, {"reason": "It has not come."})
    assert [review.kind for review in FindingReview.objects.all()] == ["dismissed", "reopened"]
    assert judged(programme, [found(programme, "PC25")])[0].review is None


def test_a_finding_that_is_mended_is_not_reviewed(programme: Programme):
    with pytest.raises(actions.FindingGone):
        actions.review_finding(programme=programme, fingerprint="0" * 32, reason="So.", by=make_clerk(), at=NOON)
    assert signed_in(make_clerk()).get(f"{address(programme)}findings/{'0' * 32}/").status_code == 404


def test_a_reason_that_cannot_be_seen_is_refused(programme: Programme):
    warning = found(programme, "PC25")
    with pytest.raises(ValidationError):
        actions.review_finding(programme=programme, fingerprint=warning.fingerprint, reason=" ", by=make_clerk(), at=NOON)


def _review(programme: Programme, **changed: Any) -> FindingReview:
    given = {
        "rule": "PC03",
        "severity": "E",
        "fingerprint": "a" * 32,
        "text": "A finding.",
        "kind": "overridden",
        "reason": "So.",
    }
    return FindingReview.objects.create(programme=programme, by=make_clerk(), at=NOON, **(given | changed))


@pytest.mark.parametrize("changed", [{"kind": "dismissed"}, {"severity": "W"}, {"kind": "forgotten"}])
def test_an_error_is_never_merely_dismissed(programme: Programme, changed: dict[str, str]):
    with refused_by("finding_review_fits_its_severity"):
        _review(programme, **changed)


def test_a_review_has_a_reason(programme: Programme):
    with refused_by("finding_review_has_its_reason"):
        _review(programme, reason=" ")


@pytest.mark.parametrize("changed", [{"rule": "X"}, {"fingerprint": "a"}, {"text": ""}])
def test_a_review_names_its_finding(programme: Programme, changed: dict[str, str]):
    with refused_by("finding_review_names_its_finding"):
        _review(programme, **changed)


def test_a_review_stays_as_it_was_written(programme: Programme):
    review = _review(programme)
    with refused_by("finding_review_stays"):
        FindingReview.objects.filter(pk=review.pk).update(reason="Another.")
    with refused_by("finding_review_stays"):
        review.delete()


def test_reviews_are_not_emptied_at_once(programme: Programme):
    with refused_by("finding_review_no_truncate"), connection.cursor() as cursor:
        cursor.execute("SET improvement_budget.allow_truncate = off; TRUNCATE reports_findingreview")


def test_the_page_asks_the_store_again_only_when_something_changed(programme: Programme, django_assert_num_queries: Any):
    client = signed_in(make_officer())
    for _ in range(30):
        make_intake(make_line(programme.phases.get()))
    client.get(address(programme))
    # Session, person, programme, council, limits, governance; reviews, phases, what is exempt.
    with django_assert_num_queries(9):
        shown(client.get(address(programme)))
    Programme.objects.filter(pk=programme.pk).update(version=programme.version + 1)
    with django_assert_num_queries(18):
        shown(client.get(address(programme)))
    for _ in range(30):
        make_intake(make_line(programme.phases.get()))
    Programme.objects.filter(pk=programme.pk).update(version=programme.version + 2)
    with django_assert_num_queries(18):
        shown(client.get(address(programme)))


def test_another_governance_is_seen_at_once(programme: Programme):
    before = page(make_auditor(), programme)
    make_governance(Form.COMMITTEES)
    assert "has a committee system" not in before
    assert "has a committee system" in page(make_auditor(), programme)


def test_a_new_approval_limit_is_seen_at_once(programme: Programme):
    assert "PC13" in page(make_auditor(), programme)
    make_approval_limit()
    assert "PC13" not in page(make_auditor(), programme)


@pytest.mark.parametrize("account", ["finance-officer", "clerk"])
def test_every_finding_of_the_demonstration_leads_to_where_it_is_mended(account: str):
    demonstration.load(at=timezone.now())
    person = User.objects.get(demo_account=account)
    programme = Programme.objects.get(slug="ofsted-2016")
    found = judged(programme, findings_of(programme, council(), as_at=timezone.localtime()))
    shown = shown_to(programme, found, person)
    reader = signed_in(person)
    addresses = {each.mend_url for each in shown}
    for address in addresses - {""}:
        page, _, anchor = address.partition("#")
        answer = reader.get(page, follow=True)  # who may not change a line is led to how it came about
        assert answer.status_code == 200, address
        assert not anchor or f'id="{anchor}"' in answer.text, address
    unlinked = {each.finding.rule for each in shown if not each.mend_url}
    assert unlinked == ({"PC26"} if account == "clerk" else set())  # the key to abbreviations is the finance officer's
