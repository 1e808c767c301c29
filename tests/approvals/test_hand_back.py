"""Handing back: FTE or pounds, asked by one finance officer and confirmed by another, told, and shown with what became of it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import User
from approvals import actions
from approvals.actions import Choice, Giving, KeyUsedOtherwise, NotAllowedNow
from approvals.drawdowns.consumption.queries import held_before, standing_of
from approvals.drawdowns.handback.queries import became_of, holds_now
from approvals.drawdowns.rules import Before
from approvals.models import Consumption, Drawdown, HandBack, HandBackPart
from costing.measure import FULL_YEAR, in_year
from operations.proof import NotProved, check_stored
from posts.models import CostLine
from tests.answers import words_of
from tests.approvals.case import APRIL, LATER, Case, at_once, handed_back, make_case, new_key, of_pounds
from tests.making import make_authorisation, make_decision, make_officer
from tests.refusals import owner, refused_by

pytestmark = pytest.mark.django_db

BOTH: dict[int | None, int] = {2016: 950_000, None: 1_000_000}


@pytest.fixture
def case() -> Case:
    return make_case(BOTH)


def of_fte(drawdown: Drawdown, fte: str) -> Giving:
    """So many FTE of its first line."""
    row = drawdown.consumption.earliest("pk")
    return Giving(fte={(row.line_id, row.authorisation_id): Decimal(fte)})


def asked(drawdown: Drawdown, giving: Giving, by: User, **values: Any) -> HandBack:
    given = {"reasons": "Two posts stayed vacant.", "key": new_key(), "at": LATER}
    return actions.ask_hand_back(drawdown=drawdown, giving=giving, by=by, **(given | values))


def four_posts(case: Case) -> CostLine:
    """Four FTE at £100,001 a year, from August: £66,667 in 2016/17."""
    fte = Decimal("4.00")
    return case.line(fte=fte, annual_cost=Decimal(100_001), intakes=((fte, date(2016, 8, 1), None),))


def drawn(case: Case) -> dict[int | None, Decimal]:
    return {each.limit.financial_year: each.drawn for each in standing_of(case.authorisation)}


# Asked by one, confirmed by another


def test_fte_come_back_in_every_measure_and_can_be_drawn_again(case: Case):
    line = four_posts(case)
    signed = case.signed(line)
    handed_back(drawdown=signed, giving=of_fte(signed, "1"), by=case.officer)
    assert drawn(case) == {2016: 66_667 - 16_667, None: 100_001 - 25_000}
    before = held_before([line.pk])[line.pk]
    assert before == {
        in_year(2016): Before(Decimal(3), Decimal(50_000), taken=True),
        FULL_YEAR: Before(Decimal(3), Decimal(75_001), taken=True),
    }
    with pytest.raises(ValidationError, match="1 of 4"):
        case.drafted(Choice(line.pk, case.authorisation, fte=Decimal("1.01")))
    case.signed(Choice(line.pk, case.authorisation, fte=Decimal(1)))
    assert drawn(case) == {2016: 66_667, None: 100_001}


def test_fte_handed_back_before_a_transfer_are_free_after_it(case: Case):
    line = four_posts(case)
    signed = case.signed(line)
    handed_back(drawdown=signed, giving=of_fte(signed, "1"), by=case.officer)
    decision = make_decision(case.programme, decided_on=LATER.date())
    later = make_authorisation(decision, case.phase, limits=BOTH, replaces=case.authorisation, term="recurring")
    actions.replace(authorisation=later, by=case.clerk, at=LATER)
    before = held_before([line.pk])[line.pk]
    assert before == {
        in_year(2016): Before(Decimal(3), Decimal(50_000), taken=True),
        FULL_YEAR: Before(Decimal(3), Decimal(75_001), taken=True),
    }


@pytest.mark.parametrize("moved_before", [0, 1, 2, 3])
@pytest.mark.parametrize(("giving", "held"), [("10000", (2, 33_334)), ("1 FTE", (1, 16_667))])
def test_however_often_it_is_moved_it_takes_as_much_of_its_line(
    case: Case, moved_before: int, giving: str, held: tuple[int, int]
):
    """Half of £66,667 is £33,334. What came back while its FTE stay drawn is not there for the last draw; with FTE it is."""
    line = four_posts(case)
    signed = case.signed(Choice(line.pk, case.authorisation, fte=Decimal(2)))
    authorisation = case.authorisation
    for moved in range(4):
        if moved == moved_before:
            row = signed.consumption.filter(authorisation=authorisation, financial_year=2016).earliest("pk")
            of_it = Giving(fte={(line.pk, authorisation.pk): Decimal(1)}) if "FTE" in giving else of_pounds(row, giving)
            handed_back(drawdown=signed, giving=of_it, by=case.officer)
        decision = make_decision(case.programme, decided_on=LATER.date())
        authorisation = make_authorisation(decision, case.phase, limits=BOTH, replaces=authorisation)
        actions.replace(authorisation=authorisation, by=case.clerk, at=LATER)
    before = held_before([line.pk])[line.pk][in_year(2016)]
    assert (before.fte, before.pounds) == held


def test_nothing_comes_back_before_it_is_confirmed(case: Case):
    signed = case.signed(four_posts(case))
    request = asked(signed, of_fte(signed, "1"), case.officer)
    assert drawn(case) == {2016: 66_667, None: 100_001}
    with pytest.raises(NotAllowedNow, match="somebody else confirms it"):
        actions.confirm_hand_back(hand_back=request, by=case.officer, at=LATER)
    with pytest.raises(NotAllowedNow, match="already waits"):
        asked(signed, of_fte(signed, "1"), case.editor)
    done = actions.confirm_hand_back(hand_back=request, by=case.editor, at=LATER)
    assert (done.state, done.answered_by, done.entry.action) == ("confirmed", case.editor, "drawdown_handed_back")
    assert f'"asked_by":"{case.officer.email}"' in done.entry.content
    with pytest.raises(NotAllowedNow, match="was confirmed already"):
        actions.confirm_hand_back(hand_back=request, by=case.editor, at=LATER)


def test_a_request_is_withdrawn_and_another_made(case: Case):
    signed = case.signed(four_posts(case))
    request = asked(signed, of_fte(signed, "1"), case.officer)
    actions.withdraw_hand_back(hand_back=request, by=case.officer, at=LATER)
    with pytest.raises(NotAllowedNow, match="was withdrawn already"):
        actions.confirm_hand_back(hand_back=request, by=case.editor, at=LATER)
    assert drawn(case) == {2016: 66_667, None: 100_001}
    handed_back(drawdown=signed, giving=of_fte(signed, "4"), by=case.officer)
    assert drawn(case) == {2016: 0, None: 0}


def test_pressed_twice_it_is_asked_once(case: Case):
    signed, key = case.signed(four_posts(case)), new_key()
    first, second = [asked(signed, of_fte(signed, "1"), case.officer, key=key) for _ in range(2)]
    assert first == second
    assert HandBack.objects.count() == 1


def test_the_same_key_with_other_reasons_is_no_second_click(case: Case):
    signed, key = case.signed(four_posts(case)), new_key()
    asked(signed, of_fte(signed, "1"), case.officer, key=key)
    with pytest.raises(KeyUsedOtherwise):
        asked(signed, of_fte(signed, "1"), case.officer, key=key, reasons="Something else.")


def test_what_was_moved_meanwhile_is_asked_again(case: Case):
    signed = case.signed(four_posts(case))
    request = asked(signed, of_fte(signed, "1"), case.officer)
    decision = make_decision(case.programme, decided_on=LATER.date())
    later = make_authorisation(decision, case.phase, limits=BOTH, replaces=case.authorisation, term="recurring")
    actions.replace(authorisation=later, by=case.clerk, at=LATER)
    with pytest.raises(NotAllowedNow, match="has changed since"):
        actions.confirm_hand_back(hand_back=request, by=case.editor, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_does():
    case = make_case(BOTH)
    signed = case.signed(four_posts(case))
    request, others = asked(signed, of_fte(signed, "1"), case.officer), [case.editor, make_officer()]
    results = at_once(*(lambda by=by: actions.confirm_hand_back(hand_back=request, by=by, at=LATER) for by in others))
    assert sorted(type(each).__name__ for each in results) == ["HandBack", "NotAllowedNow"], results
    assert drawn(case) == {2016: 50_000, None: 75_001}


# Round the action


def test_the_database_lets_nothing_come_back_that_a_second_person_did_not_confirm(case: Case):
    signed = case.signed(four_posts(case))
    row = signed.consumption.get(financial_year=2016)
    request = asked(signed, of_fte(signed, "1"), case.officer)
    with refused_by("handed_back_as_confirmed"):
        Consumption.objects.create(
            **{name: getattr(row, name) for name in ("drawdown", "line_id", "authorisation", "financial_year", "entry")},
            kind="hand_back",
            pounds=-16_667,
            fte=Decimal(-1),
            reverses=row,
        )
    mine = HandBack.objects.filter(pk=request.pk)
    confirmed = {"state": "confirmed", "answered_at": LATER, "entry": row.entry}
    with refused_by("hand_back_confirmed_by_another"):
        mine.update(**confirmed, answered_by=case.officer)
    with refused_by("confirmed_is_handed_back"):
        mine.update(**confirmed, answered_by=case.editor)
    with refused_by("hand_back_state_is_whole"):
        mine.update(state="confirmed", answered_by=case.editor, answered_at=LATER)
    with refused_by("hand_back_stays_as_asked"):
        mine.update(reasons="Otherwise.")
    with refused_by("hand_back_asked_once"):
        HandBack.objects.create(drawdown=signed, reasons="More.", asked_by=case.editor, asked_at=LATER)


def test_the_database_hands_back_no_more_than_is_held(case: Case):
    signed, other = case.signed(four_posts(case)), case.signed(case.costing(1000))
    row, foreign = signed.consumption.get(financial_year=2016), other.consumption.get(financial_year=2016)
    request = HandBack.objects.create(drawdown=signed, reasons="Vacant.", asked_by=case.officer, asked_at=LATER)

    def part(**values: Any) -> None:
        HandBackPart.objects.create(**({"hand_back": request, "row": row, "pounds": 1, "fte": Decimal(0)} | values))

    for wrong in ({"pounds": 66_668}, {"fte": Decimal("4.01")}, {"fte": None}, {"row": foreign}):
        with refused_by("hand_back_part_is_held"):
            part(**wrong)
    with refused_by("hand_back_part_is_more_than_nothing"):
        part(pounds=0)
    with refused_by("hand_back_begins_asked"):
        over = {"state": "withdrawn", "answered_by": case.editor, "answered_at": LATER}
        HandBack.objects.create(drawdown=other, reasons="-", asked_by=case.officer, asked_at=LATER, **over)
    with refused_by("hand_back_has_its_reasons"):
        HandBack.objects.create(drawdown=other, reasons=" ", asked_by=case.officer, asked_at=LATER)
    part()
    with refused_by("hand_back_part_once"):
        part()


def test_what_was_asked_and_answered_stays(case: Case):
    signed = case.signed(four_posts(case))
    done = handed_back(drawdown=signed, giving=of_fte(signed, "1"), by=case.officer)
    with refused_by("hand_back_stays_as_asked"):
        HandBack.objects.filter(pk=done.pk).update(state="withdrawn", entry=None)
    writes: list[Callable[[], object]] = [
        lambda: HandBackPart.objects.update(pounds=5),
        lambda: HandBackPart.objects.all()._raw_delete("default"),
        lambda: HandBack.objects.all()._raw_delete("default"),
    ]
    for write in writes:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_the_audit_check_compares_what_came_back_with_the_act(case: Case):
    signed = case.signed(four_posts(case))
    handed_back(drawdown=signed, giving=of_fte(signed, "1"), by=case.officer)
    assert check_stored("hand-backs").rows == 1
    owner("ALTER TABLE approvals_handbackpart DISABLE TRIGGER USER")
    HandBackPart.objects.update(pounds=5)
    with pytest.raises(NotProved, match=f"What was handed back of drawdown {signed.reference} is not as it was stored: 10 asked"):
        check_stored("hand-backs")


# The pages


def _client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _page(drawdown: Drawdown, act: str = "hand-back/") -> str:
    return f"/drawdowns/{drawdown.reference}/{act}"


def test_one_asks_another_confirms_after_a_check_each(case: Case):
    drawdown = case.signed(case.line(title="Auditor", fte=Decimal("2.00"), intakes=((Decimal("2.00"), date(2016, 8, 1), None),)))
    row = drawdown.consumption.earliest("pk")
    asker, other = _client(case.officer), _client(case.editor)
    name = f"fte-{row.line_id}-{row.authorisation_id}"
    form = asker.get(_page(drawdown)).context["form"]
    sent = {"key": form["key"].value(), name: "1", "reasons": "Vacant until June."}
    check = words_of(asker.post(_page(drawdown), sent | {"do": "check"}).text)
    assert "Auditor Release" in check
    assert "1 of 2 £60,000 £30,000" in check
    assert "Another finance officer confirms this before anything is handed back." in check
    assert not HandBack.objects.exists()
    assert asker.post(_page(drawdown), sent | {"do": "hand_back"}).url == _page(drawdown, "")
    own = asker.get(_page(drawdown)).text
    assert "What you asked to hand back" in own
    assert 'value="confirm"' not in own
    assert "Confirm what is handed back: Phase One" in other.get("/").text
    assert "Confirm what is handed back" not in asker.get("/").text
    assert "Confirm what is handed back…" in other.get(_page(drawdown, "")).text
    page = other.get(_page(drawdown)).text
    assert "Vacant until June." in page
    assert "1 of 2 £60,000 £30,000" in words_of(page)
    assert asker.post(_page(drawdown), {"do": "confirm"}).status_code == 302
    assert Consumption.objects.filter(kind="hand_back").count() == 0
    assert other.post(_page(drawdown), {"do": "confirm"}).url == _page(drawdown, "")
    assert Consumption.objects.filter(kind="hand_back").count() == 2
    assert "Confirm what is handed back" not in other.get("/").text


def test_a_request_is_withdrawn_on_its_page(case: Case):
    drawdown = case.signed(case.line())
    asked(drawdown, of_fte(drawdown, "1"), case.officer)
    asker = _client(case.officer)
    assert asker.post(_page(drawdown), {"do": "withdraw"}).status_code == 302
    assert HandBack.objects.get().state == "withdrawn"
    assert "Pounds, 2016/17" in asker.get(_page(drawdown)).text


def test_pounds_alone_leave_the_post_drawn_and_the_check_says_so(case: Case):
    drawdown = case.signed(case.line(title="Auditor"))
    row = drawdown.consumption.get(financial_year=2016)
    page = _client(case.officer).post(
        _page(drawdown), {"key": new_key(), f"row-{row.pk}": "20k", "reasons": "Vacant.", "do": "check"}
    )
    assert "Auditor stays drawn with 1 FTE: the money can be drawn for other lines." in words_of(page.text)
    assert "£890,000 £910,000" in words_of(page.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"row": "60,001"}, "Hand back up to £60,000."),
        ({"fte": "1.5"}, "Hand back up to 1 FTE."),
        ({"fte": "1", "row": "5"}, "Enter FTE or pounds for this line, not both."),
        ({}, "Enter the FTE or the pounds that are handed back."),
    ],
)
def test_what_was_typed_wrongly_is_said_at_its_field(case: Case, typed: dict[str, str], said: str):
    drawdown = case.signed(case.line())
    row = drawdown.consumption.get(financial_year=2016)
    names = {"row": f"row-{row.pk}", "fte": f"fte-{row.line_id}-{row.authorisation_id}"}
    sent = {names[each]: value for each, value in typed.items()} | {"key": new_key(), "reasons": "Vacant.", "do": "hand_back"}
    page = _client(case.officer).post(_page(drawdown), sent)
    assert said in page.text
    assert all(f'value="{value}"' in page.text for value in typed.values())
    assert not HandBack.objects.exists()


# What became of the money


def _became(drawdown: Drawdown) -> list[tuple[str, str]]:
    return [(each.what, each.in_words) for each in became_of([drawdown])[drawdown.pk]]


def test_what_was_handed_back_moved_and_lapsed_is_told_of_its_drawdown(case: Case):
    signed, other = case.signed(four_posts(case)), case.signed(case.costing(1000))
    handed_back(drawdown=signed, giving=of_fte(signed, "1"), by=case.officer)
    decision = make_decision(case.programme, decided_on=LATER.date())
    given = {"limits": BOTH, "replaces": case.authorisation, "term": "recurring", "title": "September approval"}
    later = make_authorisation(decision, case.phase, **given)
    actions.replace(authorisation=later, by=case.clerk, at=LATER)
    lapsed = "{} of {}. What was handed back there is drawn no more"
    assert _became(signed) == [
        ("Handed back", "£16,667 in 2016/17 and £25,000 in a full year"),
        ("Moved to September approval", "£50,000 in 2016/17 and £75,001 in a full year"),
        (f"Lapsed: {lapsed.format('2016/17', case.authorisation)}", ""),
        (f"Lapsed: {lapsed.format('Full year', case.authorisation)}", ""),
    ]
    assert holds_now(signed) == [("September approval", "£50,000 in 2016/17 and £75,001 in a full year")]
    assert [what for what, _ in _became(other)] == ["Moved to September approval"]


def test_what_was_overturned_is_told(case: Case):
    called = case.called_in(case.published(four_posts(case)))
    actions.overturn(drawdown=called, on=LATER.date(), reasons="Scrutiny.", by=case.clerk, at=LATER)
    assert _became(called) == [("Released: the decision was overturned", "£66,667 in 2016/17 and £100,001 in a full year")]
    assert holds_now(called) == []


def test_drawdown_record_and_register_say_what_became_of_it(case: Case):
    signed = case.signed(four_posts(case))
    handed_back(drawdown=signed, giving=of_fte(signed, "1"), by=case.officer)
    clerk = _client(case.clerk)
    said = "£16,667 in 2016/17 and £25,000 in a full year"
    for address in (_page(signed, ""), _page(signed, "record/")):
        page = words_of(clerk.get(address).text)
        assert "What became of the money" in page
        assert said in page
    assert f"Handed back: {said}" in words_of(clerk.get("/decisions/").text)
    assert "What became of the money" not in clerk.get(_page(case.signed(case.costing(5)), "")).text


def test_the_public_reads_that_money_came_back_and_no_amount(case: Case):
    published = case.published(four_posts(case))
    handed_back(drawdown=published, giving=of_fte(published, "1"), by=case.officer)
    page = words_of(Client().get(f"/published-decisions/{published.reference}/").text)
    assert "Handed back 28 September 2016" in page
    assert "£16,667" not in page


def test_what_lapsed_at_the_end_of_the_year_is_told(case: Case):
    signed = case.signed(four_posts(case))
    handed_back(drawdown=signed, giving=of_pounds(signed.consumption.get(financial_year=2016), 10), by=case.officer)
    actions.lapse(authorisation=case.authorisation, year=2016, by=case.clerk, at=APRIL)
    assert [what for what, _ in _became(signed)][1].startswith("Lapsed: 2016/17 of")
