"""Who may answer and decide: the page of a drawdown, the home page and the action say the same, whatever the case."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions.rules import Role
from approvals import actions
from approvals.actions import NotAllowedNow
from approvals.drawdowns.offers.views import offers, person_of
from approvals.drawdowns.overview.queries import sheet_of
from approvals.drawdowns.queries import drawdown_in_full
from approvals.drawdowns.rules import Mode, Reply
from approvals.drawdowns.submission.rules import submitted
from approvals.drawdowns.totals.rules import totals_of
from approvals.drawdowns.waiting.views import waiting_for
from approvals.models import Drawdown
from tests.approvals.case import CASE, KEY, LATER, NOW, Case, make_case
from tests.making import make_decision, make_deputy, make_user

pytestmark = pytest.mark.django_db

TOO_LATE = KEY | {"notice_on": date(2016, 9, 15)}  # its 28 clear days pass in October


class Generated(NamedTuple):
    """One submitted drawdown, everybody who might act on it, and the moment."""

    case: Case
    drawdown: Drawdown
    people: list[User]
    at: Any


def generated(chance: random.Random) -> Generated:
    """Offices held by the same people or others, with deputies; answers, dispensations, edits, notices and ends as they fall."""
    body = chance.choice(["", "", "", "Full Council"])
    case = make_case(body=body)
    more = [make_user(Role.OFFICE_HOLDER, name=f"Deputy {number}") for number in (1, 2)]
    people = [*case.people.values(), *more, case.clerk, case.officer]
    for office in case.offices.values():
        for deputy in chance.sample(more, chance.choice([0, 1, 1, 2])):
            make_deputy(office, deputy)
    if chance.random() < 0.3:  # one person holds two of the offices
        office = case.offices[chance.choice(["Leader", "Director"])]
        office.holdings.update(holder=case.chief_executive if chance.random() < 0.5 else case.people["Leader"])
    drawdown = case.submitted(
        case.line(),
        delegation=ends_at_once(case) if chance.random() < 0.2 else None,
        case=chance.choice([CASE, CASE if body else KEY, CASE if body else TOO_LATE]),
    )
    for name in chance.sample(["Leader", "Director"], chance.choice([0, 1, 2, 2])):
        answered(case, drawdown, name, chance.choice([case.people[name], *more]), chance)
    if chance.random() < 0.3:
        giver = chance.choice(people)
        dispense(case, drawdown, giver)
    if chance.random() < 0.3:
        drawdown.preparers.get_or_create(person=chance.choice(people))
    return Generated(case, Drawdown.objects.get(pk=drawdown.pk), people, chance.choice([NOW, LATER]))


def ends_at_once(case: Case) -> Any:
    maker = case.delegation.decision_maker
    who = {"decision_maker": maker} if maker else {"decision_body": case.delegation.decision_body}
    return actions.record_delegation(
        decision=case.delegation.decision,
        values={"title": "Ends soon", "text": "Until today.", "expires": NOW.date(), **who},
        steps=[(case.offices["Leader"], Mode.AGREEMENT), (case.offices["Director"], Mode.CONSULTATION)],
        by=case.clerk,
        at=NOW,
    )


def answered(case: Case, drawdown: Drawdown, name: str, by: User, chance: random.Random) -> None:
    reply = Reply.AGREE if name == "Leader" or chance.random() < 0.5 else Reply.VIEW
    tried(lambda: case.answered(drawdown, name, reply, by=by))


def dispense(case: Case, drawdown: Drawdown, giver: User) -> None:
    given = {"member": "A member", "given_on": NOW.date(), "text": "May take part.", "recorded_at": NOW}
    with suppress(IntegrityError), transaction.atomic():  # the database refuses whoever decides
        drawdown.dispensations.create(giver=giver, recorded_by=case.clerk, **given)


def tried(act: Callable[[], Any], *, keep: bool = True) -> bool:
    """Whether the act may be done. It is undone again unless kept."""
    try:
        with transaction.atomic():
            act()
            if not keep:
                transaction.set_rollback(True)
    except (NotAllowedNow, PermissionDenied):
        return False
    return True


def by_the_page(found: Generated, person: User) -> set[str]:
    """What its page lets this person do, by the first words of the button."""
    drawdown = drawdown_in_full(person, found.drawdown.reference)
    sheet = sheet_of(drawdown, totals_of(submitted(drawdown.content)), timezone.localdate(found.at))
    named = {offer.label.removesuffix("…") for offer in offers(person_of(person, sheet), sheet) if offer.url}
    return {name for name in named if name.startswith(("Answer as", "Sign off", "Record what"))}


def by_the_home_page(found: Generated, person: User) -> set[str]:
    waiting = waiting_for(person, timezone.localdate(found.at))
    named = {each.title.removesuffix(f": {found.drawdown.title}") for each in waiting if found.drawdown.reference in each.about}
    return {name for name in named if name.startswith(("Answer as", "Sign off", "Record what"))}


def by_the_action(found: Generated, person: User) -> set[str]:
    case, drawdown = found.case, found.drawdown
    allowed = set()
    for office in ("Leader", "Director"):
        if tried(lambda name=office: case.answered(drawdown, name, by=person, at=found.at), keep=False):
            allowed.add(f"Answer as {office}")
    body, resolution = drawdown.delegation.decision_body, None
    if body:
        resolution = make_decision(case.programme, body=body.name, decided_on=date(2016, 9, 19), about=[case.authorisation])
    if tried(lambda: case.sign(drawdown, by=person, at=found.at, resolution=resolution), keep=False):
        allowed.add(f"Record what {body.in_sentence} resolved" if body else "Sign off")
    return allowed


def test_page_home_and_action_say_the_same_of_everybody():
    said: set[str] = set()
    for seed in range(14):
        with transaction.atomic():
            found = generated(random.Random(seed))
            for person in found.people:
                page, home, action = by_the_page(found, person), by_the_home_page(found, person), by_the_action(found, person)
                assert (page, home) == (action, action), (seed, person)
                said |= action
            transaction.set_rollback(True)
    # Or nothing would have been compared.
    assert said == {"Answer as Leader", "Answer as Director", "Sign off", "Record what Full Council resolved"}
