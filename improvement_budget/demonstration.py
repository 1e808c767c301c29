"""The demonstration: one account for each person of the story, and the case of `fixtures/`, loaded through the actions."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.audit.actions import record
from accounts.clock.actions import move_to
from accounts.clock.rules import opening
from accounts.models import Office, User
from accounts.offices.actions import add_office, appoint_deputy, take_office
from accounts.offices.rules import Days
from accounts.people.queries import demonstration_accounts
from accounts.permissions.rules import Role
from improvement_budget.story import Loading
from phases.models import Programme

OPENING = opening(date(2016, 9, 16))
"""When it is, where the demonstration begins."""
CASE = Path(__file__).resolve().parent.parent / "fixtures" / "ofsted-2016.toml"

COUNCILLOR = "Councillor"
"""The job of whoever is a member; everybody else is an officer."""
# account, name, job title, roles, office held. Named after what they do: no person is meant.
ACCOUNTS = [
    ("finance-officer", "Finance officer", "Head of finance, children's services", [Role.FINANCE_OFFICER], None),
    ("second-finance-officer", "Second finance officer", "Finance business partner", [Role.FINANCE_OFFICER], None),
    ("director-of-finance", "Director of Finance", "Section 151 officer", [Role.OFFICE_HOLDER], "Director of Finance"),
    ("leader", "Leader of the Council", COUNCILLOR, [Role.OFFICE_HOLDER], "Leader of the Council"),
    (
        "care-services-portfolio-holder",
        "Care Services Portfolio Holder",
        COUNCILLOR,
        [Role.OFFICE_HOLDER],
        "Care Services Portfolio Holder",
    ),
    (
        "resources-portfolio-holder",
        "Resources Portfolio Holder",
        COUNCILLOR,
        [Role.OFFICE_HOLDER],
        "Resources Portfolio Holder",
    ),
    ("chief-executive", "Chief Executive", "Head of paid service", [Role.OFFICE_HOLDER], "Chief Executive"),
    ("clerk", "Committee clerk", "Democratic services officer", [Role.CLERK], None),
    ("auditor", "Auditor", "Internal auditor", [Role.AUDITOR], None),
    ("administrator", "Administrator", "Systems administrator", [Role.ADMINISTRATOR], None),
]
# Said on the sign-in page.
WHAT_THEY_DO = {
    Role.FINANCE_OFFICER: "Enters posts and other costs, sets up programmes, prints the committee table.",
    Role.CLERK: "Records what the Executive and the Council decide, and exports the paper.",
    Role.AUDITOR: "Reads everything, and the record of every change.",
    Role.ADMINISTRATOR: "Adds people, records who holds which office, and sets the council’s name, colour and table.",
    Role.OFFICE_HOLDER: "Answers drawdowns, or signs them off, and reads the position and the decisions.",
}
# What the papers do not say is an assumption: since when offices are held, and the deputy.
OFFICES_HELD_SINCE = date(2016, 4, 1)
STATUTORY_ROLES = {
    "director-of-finance": Office.StatutoryRole.SECTION_151,
    "chief-executive": Office.StatutoryRole.HEAD_OF_PAID_SERVICE,
}
DEPUTY = ("director-of-finance", "second-finance-officer")
DEPUTY_AUTHORITY = "Nominated under section 114(6) of the Local Government Finance Act 1988 (assumption)"


@transaction.atomic
def load(*, at: datetime) -> bool:
    """Load accounts and case, as far as it went by `at`, into an empty store, and let the demonstration live on that day.

    False, and nothing done, where there is any person or programme.
    """
    if User.objects.exists() or Programme.objects.exists():
        return False
    story = Loading.of(CASE)
    people = _people(story.moment("people"))
    story.load(people, at)
    note = "Moments before this entry are those of the story, and assumptions: see fixtures/README.md."
    record(action="demonstration_loaded", subject="demonstration", details={"note": note}, by=None, at=at)
    if settings.DEMONSTRATION:
        move_to(timezone.localdate(at), by=None)
    return True


def go_on(*, after: datetime, until: datetime) -> None:
    """What the story holds between two moments, as far as the programme is still there."""
    Loading.of(CASE).go_on({str(user.demo_account): user for user in demonstration_accounts()}, after, until)


@cache
def meetings() -> tuple[date, ...]:
    """The days of the story's meetings, in order."""
    return tuple(Loading.of(CASE).case["story"]["meetings"])


def _people(at: datetime) -> dict[str, User]:
    """Every account, the offices they hold, and the deputy."""
    people = {account: _account(account, name, job, roles, at) for account, name, job, roles, _ in ACCOUNTS}
    administrator = people["administrator"]
    for account, _, job, _, office in ACCOUNTS:
        if office:
            role = STATUTORY_ROLES.get(account, "")
            kind = Office.Kind.MEMBER if job == COUNCILLOR else Office.Kind.OFFICER
            values = {"name": office, "kind": kind, "statutory_role": role}
            added = add_office(values=values, slug=account, by=administrator, at=at)
            take_office(office=added, holder=people[account], days=Days(OFFICES_HELD_SINCE), by=administrator, at=at)
    appoint_deputy(
        office=Office.objects.get(slug=DEPUTY[0]),
        deputy=people[DEPUTY[1]],
        days=Days(OFFICES_HELD_SINCE),
        authority=DEPUTY_AUTHORITY,
        by=administrator,
        at=at,
    )
    return people


def _account(account: str, name: str, job: str, roles: list[Role], at: datetime) -> User:
    kind = User.Kind.MEMBER if job == COUNCILLOR else User.Kind.OFFICER
    given = {"name": name, "job_title": job, "kind": kind, "roles": roles, "demo_account": account}
    user = User(email=f"{account}@demonstration.example", **given)
    user.set_unusable_password()
    user.save()
    record(
        action="person_added",
        subject=f"person:{user.pk}",
        details={"demonstration": account, "kind": user.kind, "roles": user.roles},
        by=None,
        at=at,
    )
    return user


def offered_accounts() -> list[dict[str, str]]:
    """What the sign-in page offers: account, office and what it does; nothing while the demonstration is off."""
    if not settings.DEMONSTRATION:
        return []
    return [
        {"slug": str(user.demo_account), "office": user.name, "detail": WHAT_THEY_DO[Role(user.roles[0])] if user.roles else ""}
        for user in demonstration_accounts()
    ]
