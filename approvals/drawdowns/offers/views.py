"""What one person may do with a drawdown now, as buttons, each with the reason where they may not. The actions ask it again."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Office, User
from accounts.offices.queries import Acting, acts_for
from accounts.permissions.rules import Permission
from approvals.drawdowns.overview.queries import AskedOffice, Sheet
from approvals.drawdowns.powers import rules as powers
from approvals.drawdowns.powers.queries import capacity_of
from approvals.drawdowns.powers.rules import Capacity, WhyNot
from approvals.drawdowns.readiness.wording.rules import in_words
from approvals.drawdowns.rules import State
from approvals.elsewhere.models import TakenElsewhere
from approvals.elsewhere.queries import facts_of
from approvals.elsewhere.rules import Standing, why_not_confirmed
from approvals.elsewhere.wording.rules import barred_in_words


class Offer(NamedTuple):
    """A button, by where it leads; or, without an address, why not. `kind`: primary, secondary or warning."""

    label: str
    url: str = ""
    because: str = ""
    kind: str = "secondary"


class Person(NamedTuple):
    """Who looks at a drawdown, and the capacities they act in that day."""

    user: User
    capacities: list[Acting]

    def acting_for(self, office: Office | None) -> Acting | None:
        return next((each for each in self.capacities if each.office == office), None)

    def capacity_for(self, office: Office) -> Capacity | None:
        acting = self.acting_for(office)
        return capacity_of(acting) if acting else None

    @property
    def as_section_151_officer(self) -> Acting | None:
        role = Office.StatutoryRole.SECTION_151
        return next((each for each in self.capacities if each.office.statutory_role == role), None)


def person_of(user: User, sheet: Sheet) -> Person:
    """Three queries at most."""
    return Person(user, acts_for(user, sheet.day))


def why_not_answer(person: Person, sheet: Sheet, asked: AskedOffice) -> str:
    """Why this person does not answer for the office now, in a sentence; "" where they may."""
    match powers.why_not_answer(sheet.matter, asked.office.pk, person.capacity_for(asked.office)):
        case None:
            return ""
        case WhyNot.NOT_ACTING:
            return f"You do not act for this office: {asked.office}."
        case WhyNot.NOT_WAITING:
            return f"{sheet.drawdown} is not waiting for answers: it is {sheet.state.label.lower()}."
        case WhyNot.ANSWERED if asked.answer:
            return f"{asked.office} has already answered: {asked.answer.get_answer_display().lower()}."
        case WhyNot.DECIDES:
            return "The decision maker cannot also be one of those who answer."
        case reason:
            return _prepared(reason, person.acting_for(asked.office), "answer")


def why_not_decide(person: Person, sheet: Sheet) -> str:
    """Why this person does not decide on it at all; "" where they may, once it is ready."""
    scheme = sheet.drawdown.delegation
    acting = person.acting_for(scheme.decision_maker)
    if scheme.decision_maker:
        capacity = capacity_of(acting) if acting else None
    else:
        capacity = Capacity(person.user.pk) if person.user.may(Permission.RECORD_DECISIONS) else None
    match powers.why_not_decide(sheet.matter, capacity):
        case None:
            return ""
        case WhyNot.NOT_WAITING:
            return f"{sheet.drawdown} is not waiting for a decision: it is {sheet.state.label.lower()}."
        case WhyNot.NOT_ACTING if scheme.decision_maker is None:
            return f"The clerk records what {scheme.decider} resolved on this."
        case WhyNot.NOT_ACTING:
            return f"You do not act for this office: {scheme.decision_maker}."
        case WhyNot.GAVE_DISPENSATION:
            return "Somebody who gave a dispensation on this cannot decide on it."
        case WhyNot.HAS_ANSWERED:
            return "Somebody who answered, or was acted for, cannot also decide."
        case reason:
            return _prepared(reason, acting, "sign")


def why_not_advise(person: Person, sheet: Sheet) -> str:
    """Why the section 151 officer, or a deputy, does not advise on it now; "" where they may, or are somebody else."""
    acting = person.as_section_151_officer
    if not sheet.is_submitted:
        return f"{sheet.drawdown} is {sheet.state.label.lower()}: advice can be given only while it awaits a decision."
    if any(each.sha256 == sheet.drawdown.sha256 for each in sheet.advice):
        return "Advice on this submission is already recorded."
    reason = powers.why_not_prepared(sheet.matter, capacity_of(acting)) if acting else None
    return _prepared(reason, acting, "advise on") if reason else ""


def why_not_ready(sheet: Sheet) -> list[str]:
    """What is still missing before it can be signed off that day, in sentences; nothing where it is ready."""
    return [*map(in_words, sheet.readiness.obstacles), *(["What it asks for cannot be read."] if sheet.asked is None else [])]


def _prepared(reason: WhyNot, acting: Acting | None, verb: str) -> str:
    if reason is WhyNot.PREPARED_FOR and acting:
        return f"{acting.acting_for} prepared this, so nobody can {verb} it for them."
    return f"You prepared this, so you cannot {verb} it."


def offers(person: Person, sheet: Sheet) -> list[Offer]:
    """What to show this person, what matters most first."""
    if sheet.is_submitted:
        found = [*_of_offices(person, sheet), *_of_the_decision_maker(person, sheet), *_of_the_section_151_officer(person, sheet)]
        return [*found, *_of_the_clerk(person, sheet), *_of_finance(person, sheet)]
    return [*_of_finance(person, sheet), *_of_the_clerk_afterwards(person, sheet)]


def _to(name: str, sheet: Sheet, *more: str) -> str:
    return reverse(name, args=[sheet.drawdown.reference, *more])


def _of_offices(person: Person, sheet: Sheet) -> Iterator[Offer]:
    for asked in sheet.offices:
        if person.acting_for(asked.office) is None or asked.answer:
            continue
        label = f"Answer as {asked.office}"
        if because := why_not_answer(person, sheet, asked):
            yield Offer(label, because=because)
        else:
            yield Offer(label, _to("answer", sheet, asked.office.slug), kind="primary")
            yield Offer(f"Ask a question as {asked.office}", _to("question_ask", sheet, asked.office.slug))


def _of_the_decision_maker(person: Person, sheet: Sheet) -> Iterator[Offer]:
    maker = sheet.drawdown.delegation.decision_maker
    decides = person.acting_for(maker) if maker else person.user.may(Permission.RECORD_DECISIONS)
    if not decides:
        return
    sign = "Sign off" if maker else f"Record what {sheet.drawdown.delegation.decider} resolved"
    if because := why_not_decide(person, sheet) or " ".join(why_not_ready(sheet)):
        yield Offer(sign, because=because)
    else:
        yield Offer(f"{sign}…", _to("sign_off" if maker else "resolution_record", sheet), kind="primary")
    if not why_not_decide(person, sheet):
        yield Offer("Return with reasons", _to("drawdown_return", sheet))
        yield Offer("Refuse with reasons", _to("drawdown_refuse", sheet))
        if maker:
            yield Offer(f"Ask a question as {maker}", _to("question_ask", sheet, maker.slug))


def _of_the_section_151_officer(person: Person, sheet: Sheet) -> Iterator[Offer]:
    if person.as_section_151_officer is None or any(each.sha256 == sheet.drawdown.sha256 for each in sheet.advice):
        return
    label, because = "Advise as section 151 officer", why_not_advise(person, sheet)
    yield Offer(label, because=because) if because else Offer(label, _to("advise", sheet))


def _of_the_clerk(person: Person, sheet: Sheet) -> Iterator[Offer]:
    if not person.user.may(Permission.RECORD_DECISIONS):
        return
    if person.user.pk in sheet.matter.preparers:
        yield Offer("Record an answer", because="You prepared this, so you cannot record an answer to it.")
    else:
        for asked in sheet.offices:
            if asked.answer is None:
                yield Offer(f"Record an answer of {asked.office}", _to("answer_record", sheet, asked.office.slug))
        for outside in sheet.bodies:
            if outside.answer is None:
                url = _to("body_answer_record", sheet, str(outside.body.pk))
                yield Offer(f"Record the {outside.mode} of {outside.body.in_sentence}", url)
    for given in sheet.without_dispensation:
        query = urlencode({"member": given.given_by})
        yield Offer(f"Record a dispensation for {given.given_by}", f"{_to('dispensation_record', sheet)}?{query}")
    yield Offer("Record a dispensation", _to("dispensation_record", sheet))


def _of_finance(person: Person, sheet: Sheet) -> Iterator[Offer]:
    if not person.user.may(Permission.PREPARE_DRAWDOWNS):
        return
    if sheet.is_submitted:
        yield Offer("Withdraw", _to("drawdown_withdraw", sheet))
    elif sheet.is_open:
        ready = sheet.asked is not None
        waits = sheet.elsewhere is not None and sheet.elsewhere.state == "waiting"
        if waits:
            yield Offer("Submit", because="A decision taken elsewhere waits to be confirmed.")
        elif ready:
            yield Offer("Submit…", _to("drawdown_submit", sheet), kind="primary")
        else:
            yield Offer("Submit", because="First choose at least one line that can be drawn.")
        first = "Write what is to be decided" if sheet.drawdown.proposal else "Choose lines"
        yield Offer(first, _to("drawdown_lines", sheet), kind="secondary" if ready else "primary")
        yield Offer("Write the case", _to("drawdown_case", sheet))
        yield Offer("Attach papers", _to("drawdown_papers", sheet))
        if sheet.state is State.DRAFT:
            label = "See the decision taken elsewhere" if waits else "Already decided elsewhere?"
            yield Offer(label, _to("drawdown_elsewhere", sheet))
        if sheet.state is not State.WITHDRAWN and not waits:
            yield Offer("Withdraw", _to("drawdown_withdraw", sheet))
    elif sheet.state in (State.SIGNED_OFF, State.EFFECTIVE) and not sheet.drawdown.proposal:
        asked = sheet.hand_back_asked_by
        label = "Confirm what is handed back…" if asked not in (None, person.user.pk) else "Hand back what was not spent"
        yield Offer(label, _to("hand_back", sheet), kind="secondary" if asked in (None, person.user.pk) else "primary")


def _of_elsewhere(person: Person, sheet: Sheet, taken: TakenElsewhere) -> Offer:
    label = "Confirm the decision taken elsewhere"
    standing = Standing(is_draft=True, version=sheet.drawdown.version, preparers=sheet.matter.preparers)
    because = barred_in_words(why_not_confirmed(facts_of(taken), standing, person.user.pk))
    return Offer(label, because=because) if because else Offer(f"{label}…", _to("elsewhere_confirm", sheet), kind="primary")


def _of_the_clerk_afterwards(person: Person, sheet: Sheet) -> Iterator[Offer]:
    if not person.user.may(Permission.RECORD_DECISIONS):
        return
    record = sheet.record
    if sheet.is_open:
        if sheet.elsewhere and sheet.elsewhere.state == "waiting":
            yield _of_elsewhere(person, sheet, sheet.elsewhere)
        yield Offer("Record a dispensation", _to("dispensation_record", sheet))
    elif sheet.is_decided and record and record.published_on is None:
        yield Offer("Publish the decision…", _to("record_publish", sheet), kind="primary")
        yield Offer("Edit the decision record", _to("record_change", sheet))
    elif sheet.state is State.CALLED_IN:
        yield Offer("Record the outcome of the call-in", _to("call_in_outcome", sheet), kind="primary")
    elif sheet.state is State.SIGNED_OFF and record and record.closes_on and record.closes_on >= sheet.day:
        yield Offer("Record a call-in", _to("call_in", sheet))
