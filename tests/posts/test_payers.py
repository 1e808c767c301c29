"""Who pays for a line: typed on its page, stored, guarded, kept in its history, undone and copied."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.urls import reverse

from costing.paying import Payer
from phases.models import FundingSource
from phases.setup.actions import StillNeeded, remove_part
from posts.copying.actions import copy_phase, copy_programme
from posts.copying.rules import Wanted
from posts.lines.rules import from_json, state_of
from posts.lines.undoing.actions import NothingToUndo, undo
from posts.models import CostLine, LineRevision
from tests.making import NOON, make_authorisation, make_decision, make_line, make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed, signed_in
from tests.posts.test_line_page import messages, post, stored
from tests.refusals import check_deferred_rules, refused_by

pytestmark = pytest.mark.django_db

APRIL = date(2017, 4, 1)


@pytest.fixture
def officer():
    return make_officer(name="Finance officer")


@pytest.fixture
def programme():
    return make_programme(slug="ofsted-2016", name="Ofsted inspection")


@pytest.fixture
def line(programme, officer):
    """A head of service, £90,000 a year from 1 August 2016."""
    return added(programme, a_state(make_phase(programme, 1, name="Phase One")), officer)


def make_source(programme, name: str, **values) -> FundingSource:
    return FundingSource.objects.create(programme=programme, name=name, **{"kind": "grant", **values})


@pytest.fixture
def council(programme):
    return make_source(programme, "Council")


@pytest.fixture
def health(programme):
    return make_source(programme, "Health board", kind="partner_contribution")


def row(number: int, source: FundingSource | int | str, pays: str, starts: str = "", ends: str = "") -> dict[str, str]:
    of = source.pk if isinstance(source, FundingSource) else source
    values = {"source": str(of), "pays": pays, "from": starts, "to": ends}
    return {f"payer-{number}-{name}": text for name, text in values.items()}


def test_shares_are_typed_kept_and_told(line, officer, council, health):
    client = signed_in(officer)
    typed = row(0, council, "60%") | row(1, health, "2/5", "", "31 March 2018")
    assert post(client, line, **typed).status_code == 302
    payers = (Payer(council.pk, Fraction(3, 5)), Payer(health.pk, Fraction(2, 5), None, None, date(2018, 3, 31)))
    assert stored(line).paid_by == payers
    assert from_json(LineRevision.objects.get(line_id=line.pk, version=2).state).paid_by == payers
    page = client.get(reverse("workings", args=("ofsted-2016", line.pk))).content.decode()
    assert "60% by Council; 40% by Health board to 31 March 2018" in page
    again = post(client, line)
    assert (again.status_code, CostLine.objects.get().version) == (302, 2)  # what was sent back untouched changed nothing
    post(client, line, **row(0, "", ""), **row(1, "", ""))
    assert stored(line).paid_by == ()


def test_pounds_and_the_rest_are_typed(line, officer, council, health):
    post(signed_in(officer), line, **row(0, council, "£20,000", "1 April 2017"), **row(1, health, "the rest"))
    assert stored(line).paid_by == (Payer(council.pk, None, Decimal(20_000), APRIL), Payer(health.pk))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (row(0, "", "60%"), "payer-0-source: Choose who pays, or clear the row."),
        (row(0, "council", ""), "payer-0-pays: Enter how much: 60% or 3/5 of the cost; £20,000 for each year; or the rest."),
        (row(0, "council", "60"), "payer-0-pays: Write 60% for a share, or £60 for an amount."),
        (row(0, "council", "120%"), "payer-0-pays: A share must be more than 0 and at most 100%."),
        (row(0, "council", "1/0"), "payer-0-pays: Nothing can be divided by 0: write a share such as 3/5."),
        (
            row(0, "council", "33.33333%"),
            "payer-0-pays: Write a share with up to four decimal places, such as 62.5%, or as a fraction, such as 1/3.",
        ),
        (row(0, "council", "-£500"), "payer-0-pays: The amount must be 0 or more: a credit cannot be entered here."),
        (row(0, "council", "60%", "April"), "payer-0-from: Write the year too, with four digits: April 2016."),
        (
            row(0, "council", "60%") | row(1, "health", "60%"),
            "payer-1-pays: The shares come to 120% on the same day: they must not be above 100%.",
        ),
        (row(0, "999999", "60%"), "payer-0-source: Choose a funding source of this programme."),
    ],
)
def test_a_wrong_payer_is_said_at_its_place(typed, message, line, officer, council, health):
    called = {"council": str(council.pk), "health": str(health.pk)}
    typed = {name: called.get(text, text) for name, text in typed.items()}
    assert message in messages(post(signed_in(officer), line, **typed))
    assert stored(line).paid_by == ()


def payer(source: int, share: str | None = "3/5", pounds: str | None = None, starts: str | None = None, ends: str | None = None):
    return {"source": source, "share": share, "pounds": pounds, "from": starts, "to": ends}


@pytest.mark.parametrize(
    "payers",
    [
        {},
        [{}],
        [payer(0)],
        [payer(1, "6/5")],
        [payer(1, "0/5")],
        [payer(1, "0.6")],
        [payer(1, "1/2", "5")],
        [payer(1, None, "0")],
        [payer(1, None, "5.5")],
        [payer(1, starts="1 April 2017")],
        [payer(1, starts="2017-04-01", ends="2017-03-31")],
        [payer(1, "1/5"), payer(1, "1/5")],
        [payer(1, "1/5", ends="2017-03-31"), payer(1, "1/5", starts="2017-03-31")],
        [payer(1), payer(2)],
        [payer(1, "1/3"), payer(2, "1/3"), payer(3, "333334/1000000")],
        [payer(1, ends="2017-06-01"), payer(2, starts="2017-06-01")],
        [payer(1, None), payer(2, None)],
        [payer(1, None, starts="2017-03-31")],
        [payer(1) | {"more": 1}],
    ],
)
def test_the_store_refuses_payers_that_cannot_be(payers):
    with refused_by("line_paid_by_stands"):
        make_line(make_phase(make_programme()), paid_by=payers)


def test_the_store_takes_payers_that_can_be(programme, council, health):
    third = make_source(programme, "Grant")
    phase = make_phase(programme)
    thirds = [payer(each.pk, "1/3") for each in (council, health, third)]
    in_turn = [payer(council.pk, "1/1", ends="2017-03-31"), payer(council.pk, "1/1", starts="2017-04-01"), payer(health.pk, None)]
    for payers in (thirds, in_turn, [payer(council.pk, None, "-20000"), payer(health.pk, "1/999999999")]):
        make_line(phase, paid_by=payers)
    check_deferred_rules()


def test_a_line_is_paid_for_by_sources_of_its_programme_that_stay(programme, line, council, officer):
    elsewhere = make_source(make_programme(), "Council")
    for source in (elsewhere.pk, 999_999):
        with refused_by("line_paid_by_sources_of_its_programme"):
            CostLine.objects.filter(pk=line.pk).update(paid_by=[payer(source)])
    changed(programme, line, a_state(line.phase, paid_by=(Payer(council.pk, Fraction(1, 2)),)), officer)
    check_deferred_rules()
    with refused_by("funding_source_of_a_line_stays"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM phases_fundingsource WHERE id = %s", [council.pk])
    with refused_by("funding_source_of_a_line_stays"):
        FundingSource.objects.filter(pk=council.pk).update(programme=elsewhere.programme)
    with pytest.raises(StillNeeded, match="Council was not removed: it pays for lines"):
        remove_part(part=council, by=officer, at=NOON)


def test_a_required_match_is_a_share(programme, council):
    for percent in (0, -1):
        with refused_by("funding_source_match_is_a_share"):
            FundingSource.objects.filter(pk=council.pk).update(match_percent=percent)
    FundingSource.objects.filter(pk=council.pk).update(match_percent="33.33")


def test_undoing_brings_payers_back_while_their_source_is_there(programme, line, council, officer):
    paid = a_state(line.phase, paid_by=(Payer(council.pk, Fraction(1, 2)),))
    changed(programme, line, paid, officer)
    cleared = changed(programme, line, a_state(line.phase), officer)
    undone = undo(programme=programme, entry=cleared, by=officer, at=NOON)
    assert stored(line).paid_by == paid.paid_by
    undo(programme=programme, entry=undone, by=officer, at=NOON)
    remove_part(part=council, by=officer, at=NOON)
    with pytest.raises(NothingToUndo, match="a funding source that paid for a line has been removed"):
        undo(programme=programme, entry=cleared, by=officer, at=NOON)


def test_a_copy_of_a_programme_has_its_sources_shares_and_excluded_items(programme, line, council, health, officer):
    FundingSource.objects.filter(pk=council.pk).update(match_percent=30)
    programme.excluded_items.create(title="Advocate", amount=69_000, funding_source=health, note="Met from elsewhere.")
    ends = Payer(health.pk, Fraction(2, 5), ends=date(2017, 3, 31))
    changed(programme, line, a_state(line.phase, paid_by=(Payer(council.pk, Fraction(3, 5)), ends)), officer)
    wanted = Wanted({"name": "Next", "slug": "next"}, 1, "a key")
    made = copy_programme(source=programme, wanted=wanted, by=officer, at=NOON).programme
    check_deferred_rules()
    sources = {each.name: each for each in made.funding_sources.all()}
    assert (sources["Council"].match_percent, sources["Health board"].kind) == (30, "partner_contribution")
    assert [(str(each), each.amount, each.funding_source) for each in made.excluded_items.all()] == [
        ("Advocate", 69_000, sources["Health board"])
    ]
    shares = (
        Payer(sources["Council"].pk, Fraction(3, 5)),
        Payer(sources["Health board"].pk, Fraction(2, 5), ends=date(2018, 3, 31)),
    )
    assert state_of(CostLine.objects.get(programme=made)).paid_by == shares


def test_a_copy_of_a_phase_finds_its_sources_by_name_or_makes_them(programme, line, council, health, officer):
    changed(programme, line, a_state(line.phase, paid_by=(Payer(council.pk, Fraction(3, 5)), Payer(health.pk))), officer)
    other = make_programme(slug="another")
    there = make_source(other, "Council")
    wanted = Wanted({"number": 7, "name": "Phase Seven"}, 0, "another key")
    copy_phase(source=line.phase, into=other, wanted=wanted, by=officer, at=NOON)
    check_deferred_rules()
    made = other.funding_sources.get(name="Health board")
    assert state_of(CostLine.objects.get(programme=other)).paid_by == (Payer(there.pk, Fraction(3, 5)), Payer(made.pk))
    same = Wanted({"number": 8, "name": "Phase Eight"}, 0, "a third key")
    copy_phase(source=line.phase, into=programme, wanted=same, by=officer, at=NOON)
    assert programme.funding_sources.count() == 2


def test_the_list_of_lines_says_who_pays_and_finds_lines_by_it(programme, line, council, health, officer):
    make_authorisation(make_decision(programme), line.phase, funding_source=council)
    paid = a_state(line.phase, title="Paid for by health", paid_by=(Payer(health.pk),))
    added(programme, paid, officer)
    client = signed_in(officer)

    def titles(kind: str) -> set[str]:
        page = client.get(reverse("all_lines"), {"source": kind}).content.decode()
        return {title for title in ("Head of service", "Paid for by health") if f">{title}<" in page}

    assert titles("grant") == {"Head of service"}
    assert titles("partner_contribution") == {"Paid for by health"}
    assert titles("virement") == set()
    page = client.get(reverse("all_lines"), {"columns": "source"}).content.decode()
    assert page.count(">Health board<") == 1
