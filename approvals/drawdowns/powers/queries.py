"""What one person may do with a drawdown now, each with the reason where they may not. The actions ask it all again."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse

from accounts.models import Office, OfficeHolding, User
from accounts.permissions import Permission
from accounts.queries import Acting, acts_for
from approvals.drawdowns.overview.queries import AskedOffice, Sheet
from approvals.drawdowns.rules import State, in_words
from display import formats


class Offer(NamedTuple):
    """A button, by where it leads; or, without an address, why not. `kind`: primary, secondary or warning."""

    label: str
    url: str = ""
    because: str = ""
    kind: str = "secondary"


class Person(NamedTuple):
    """Who looks at a drawdown, the capacities they act in that day, and who holds the decision maker's office."""

    user: User
    capacities: list[Acting]
    maker: int | None

    def acting_for(self, office: Office | None) -> Acting | None:
        return next((each for each in self.capacities if each.office == office), None)


def person_of(user: User, sheet: Sheet) -> Person:
    """Four queries at most."""
    office = sheet.drawdown.delegation.decision_maker_id
    holding = (
        OfficeHolding.objects.on(sheet.day).filter(office=office).values_list("holder", flat=True).first() if office else None
    )
    return Person(user, acts_for(user, sheet.day), holding)


def why_not_answer(person: Person, sheet: Sheet, asked: AskedOffice) -> str:
    """Why this person does not answer for the office now, in a sentence; "" where they may."""
    acting = person.acting_for(asked.office)
    if acting is None:
        return f"You do not act for this office: {asked.office}."
    if not sheet.is_submitted:
        return f"{sheet.drawdown} is not waiting for answers: it is {sheet.state.label.lower()}."
    if asked.answer:
        return f"{asked.office} has answered already: {asked.answer.get_answer_display().lower()}."
    if person.maker in _numbers(acting):
        return "The decision maker cannot also be one of those who answer."
    return _why_prepared(acting, sheet, "answer")


def why_not_decide(person: Person, sheet: Sheet) -> str:
    """Why this person does not decide on it at all; "" where they may, once it is ready."""
    scheme = sheet.drawdown.delegation
    if not sheet.is_submitted:
        return f"{sheet.drawdown} is not waiting for a decision: it is {sheet.state.label.lower()}."
    if scheme.decision_maker is None:
        acting = Acting(Office(), person.user, None, "")
        if not person.user.may(Permission.RECORD_DECISIONS):
            return f"The {scheme.decision_body} decides on this; the clerk records what it resolved."
    elif (found := person.acting_for(scheme.decision_maker)) is None:
        return f"You do not act for this office: {scheme.decision_maker}."
    else:
        acting = found
    people = _numbers(acting)
    if any(each.giver_id in people for each in sheet.dispensations):
        return "Who gave a dispensation on this does not decide on it."
    answers = [each.answer for each in sheet.offices if each.answer]
    if any({each.person_id, each.acting_for_id} & people for each in answers):
        return "Who answered, or was acted for, does not decide as well."
    return _why_prepared(acting, sheet, "sign")


def why_not_advise(person: Person, sheet: Sheet) -> str:
    """Why the section 151 officer, or a deputy, does not advise on it now; "" where they may, or are somebody else."""
    role = Office.StatutoryRole.SECTION_151
    acting = next((each for each in person.capacities if each.office.statutory_role == role), None)
    if not sheet.is_submitted:
        return f"{sheet.drawdown} is {sheet.state.label.lower()}: advice is given while it waits."
    if any(each.sha256 == sheet.drawdown.sha256 for each in sheet.advice):
        return "Advice on this submission is recorded already."
    return _why_prepared(acting, sheet, "advise on") if acting else ""


def why_not_ready(sheet: Sheet) -> list[str]:
    """What is still missing before it can be signed off that day, in sentences; nothing where it is ready."""
    expires = sheet.drawdown.delegation.expires
    found = [f"{each.office} has not answered{_by(each)}." for each in sheet.missing]
    if expires and expires < sheet.day:
        found.append("The delegation has ended: this needs a decision of the body that gave it.")
    if sheet.asked is None:
        found.append("What it asks for cannot be read.")
    found += [
        f"{each.of}: {formats.pounds(each.before)} are left in {in_words(each.measure)}, less than this asks for."
        for each in sheet.left
        if each.is_over
    ]
    return found


def _by(asked: AskedOffice) -> str:
    return f" ({asked.holder})" if asked.holder else " (the office is vacant)"


def _numbers(acting: Acting) -> set[int]:
    """The person, and whom they act for; a vacant office has nobody."""
    return {each.pk for each in (acting.person, acting.acting_for) if each}


def _why_prepared(acting: Acting, sheet: Sheet, verb: str) -> str:
    if acting.person.pk in sheet.preparers:
        return f"You prepared this, so you do not {verb} it."
    if acting.acting_for and acting.acting_for.pk in sheet.preparers:
        return f"{acting.acting_for} prepared this, so nobody can {verb} it for them."
    return ""


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
    sign = "Sign off" if maker else f"Record what the {sheet.drawdown.delegation.decision_body} resolved"
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
    role = Office.StatutoryRole.SECTION_151
    acting = next((each for each in person.capacities if each.office.statutory_role == role), None)
    if acting is None or any(each.sha256 == sheet.drawdown.sha256 for each in sheet.advice):
        return
    label, because = "Advise as section 151 officer", why_not_advise(person, sheet)
    yield Offer(label, because=because) if because else Offer(label, _to("advise", sheet))


def _of_the_clerk(person: Person, sheet: Sheet) -> Iterator[Offer]:
    if not person.user.may(Permission.RECORD_DECISIONS):
        return
    if person.user.pk in sheet.preparers:
        yield Offer("Record an answer", because="You prepared this, so you do not record an answer to it.")
    else:
        for asked in sheet.offices:
            if asked.answer is None:
                yield Offer(f"Record an answer of {asked.office}", _to("answer_record", sheet, asked.office.slug))
    yield Offer("Record a dispensation", _to("dispensation_record", sheet))


def _of_finance(person: Person, sheet: Sheet) -> Iterator[Offer]:
    if not person.user.may(Permission.PREPARE_DRAWDOWNS):
        return
    if sheet.is_submitted:
        yield Offer("Withdraw", _to("drawdown_withdraw", sheet))
    elif sheet.is_open:
        ready = sheet.asked is not None
        if ready:
            yield Offer("Submit…", _to("drawdown_submit", sheet), kind="primary")
        else:
            yield Offer("Submit", because="Choose at least one line that can be drawn first.")
        yield Offer("Choose lines", _to("drawdown_lines", sheet), kind="secondary" if ready else "primary")
        yield Offer("Write the case", _to("drawdown_case", sheet))
        yield Offer("Attach papers", _to("drawdown_papers", sheet))
        if sheet.state is not State.WITHDRAWN:
            yield Offer("Withdraw", _to("drawdown_withdraw", sheet))
    elif sheet.state in (State.SIGNED_OFF, State.EFFECTIVE):
        yield Offer("Hand back what was not spent", _to("hand_back", sheet))


def _of_the_clerk_afterwards(person: Person, sheet: Sheet) -> Iterator[Offer]:
    if not person.user.may(Permission.RECORD_DECISIONS):
        return
    record = sheet.record
    if sheet.is_open:
        yield Offer("Record a dispensation", _to("dispensation_record", sheet))
    elif sheet.is_decided and record and record.published_on is None:
        yield Offer("Publish the decision…", _to("record_publish", sheet), kind="primary")
        yield Offer("Edit the decision record", _to("record_change", sheet))
    elif sheet.state is State.CALLED_IN:
        yield Offer("Record the outcome of the call-in", _to("call_in_outcome", sheet), kind="primary")
    elif sheet.state is State.SIGNED_OFF and record and record.closes_on and record.closes_on >= sheet.day:
        yield Offer("Record a call-in", _to("call_in", sheet))
