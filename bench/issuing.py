"""Issuing the published table: the whole request that the button sends."""

from itertools import count

from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.council.queries import council
from accounts.models import Council, User
from accounts.permissions.rules import Role
from bench import case
from bench.measuring import Result, compare
from phases.models import Programme
from reports.checks.actions import review_finding
from reports.checks.queries import findings_of, judged
from reports.table.appendix import rules as pdf
from reports.table.queries import schedule_for, usual_options
from tests.making import make_body, make_officer, make_user


def published_paper() -> Result:
    """From the posted form to the redirect: the form, the table, its PDF, the check under the lock, what is kept, the entry.

    The reference draws the same PDF and does nothing else, because that alone takes long: the ratio is what all care costs.
    """
    programme, clerk = case.make_published(make_officer()), make_user(Role.CLERK)
    Council(pk=1).save()
    _override(programme, clerk)
    programme.refresh_from_db()
    table = schedule_for(programme, council(), usual_options(programme, council()), as_at=timezone.localtime())
    numbers = count(1)
    with override_settings(ROOT_URLCONF="bench.urls", DEBUG=False):
        send, address = case.sender(clerk), reverse("paper_issue", args=[programme.slug])
        typed = {
            "committee": make_body().name,
            "meeting_date": "14 September 2016",
            "version": programme.version,
            "supersedes": "",
        }

        def issue() -> None:
            send(address, typed | {"appendix": f"Appendix {next(numbers)}", "confirm": "yes"})

        return compare(
            "issuing the published paper, whole request / drawing its PDF alone", 1.6, issue, lambda: pdf.render(table), rounds=25
        )


def _override(programme: Programme, by: User) -> None:
    for each in judged(programme, findings_of(programme, council(), as_at=timezone.localtime())):
        if each.stops_the_paper:
            fingerprint = each.finding.fingerprint
            review_finding(programme=programme, fingerprint=fingerprint, reason="As published.", by=by, at=timezone.now())
