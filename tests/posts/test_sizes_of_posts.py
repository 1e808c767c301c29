"""Posts given as a number of posts, as hours, without FTE, and posts that go: typed, costed, shown, and read back from a file."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from costing.size import PostSize, shown
from posts.models import CostLine
from tests.making import make_officer, make_phase, make_programme
from tests.posts.line_page import amounts, messages, post, stored
from tests.posts.lines import START, a_state, added, signed_in
from tests.posts.pasting import counts, look

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_officer(name="Finance officer")


@pytest.fixture
def programme():
    return make_programme(slug="ofsted-2016", name="Ofsted inspection")


@pytest.fixture
def line(programme, officer):
    return added(programme, a_state(make_phase(programme, 1, name="Phase One")), officer)


@pytest.mark.parametrize(
    ("typed", "size"),
    [
        ("n/s", PostSize(None)),
        ("2 posts", PostSize(None, 2)),
        ("2.5 FTE, 3 posts", PostSize(Decimal("2.5"), 3)),
        ("22.2 of 37 hours", PostSize(Decimal("0.6"), None, Decimal("22.2"), Decimal(37))),
    ],
)
def test_a_post_of_another_size_is_stored_costed_and_shown_as_typed(typed, size, line, officer):
    client = signed_in(officer)
    assert post(client, line, fte=typed).status_code == 302
    state = stored(line)
    assert (state.kind, state.size) == ("post", size)
    assert amounts(line) == [60_000, 90_000, 90_000]
    assert f'value="{typed}"' in client.get(reverse("line", args=("ofsted-2016", line.pk))).content.decode()
    again = post(client, line)
    assert again.status_code == 302
    line.refresh_from_db()
    assert line.version == 2  # what was sent back untouched changed nothing


def test_fewer_posts_save_money(line, officer):
    typed = {"fte": "-40", "annual_cost": "(1,200,000)", "intake-0-fte": "-10", "intake-1-fte": "-30"}
    dates = {"intake-0-from": "1 October 2016", "intake-1-from": "1 January 2017"}
    assert post(signed_in(officer), line, **typed, **dates).status_code == 302
    assert stored(line).intakes == ((Decimal(-10), START.replace(month=10), None), (Decimal(-30), START.replace(2017, 1), None))
    assert amounts(line) == [-375_000, -1_200_000, -1_200_000]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"fte": ""}, "fte: Enter the FTE of this post, or n/s where it is not stated."),
        ({"fte": "0 posts"}, "fte: Write a number of posts from 1 to 9,999, or -1 and less for fewer posts."),
        (
            {"fte": "2 posts", "intake__0__fte": "1"},
            "intake-0-fte: The FTE of this line is not stated: clear this, or state it above.",
        ),
        ({"fte": "2 posts", "recruited": "1 of 2"}, "recruited: This post has no FTE to recruit to: write Yes, No or n/a."),
        ({"fte": "-2", "intake__0__fte": "2"}, "fte: A line is of more posts or of fewer posts: its intakes must be the same."),
        ({"fte": "2", "annual_cost": "-1"}, "annual_cost: The amount must be 0 or more: a credit cannot be entered here."),
    ],
)
def test_a_size_that_contradicts_the_rest_is_said_at_its_place(typed, message, line, officer):
    assert message in messages(post(signed_in(officer), line, **typed))


def test_a_post_may_get_its_fte_later(line, officer):
    client = signed_in(officer)
    post(client, line, fte="2 posts", recruited="Yes")
    assert (stored(line).engaged, stored(line).recruited_fte) == ("yes", None)
    assert post(client, line, fte="2", recruited="1 of 2").status_code == 302
    assert (stored(line).engaged, stored(line).recruited_fte, stored(line).headcount) == ("", 1, None)


def test_the_table_of_inputs_reads_and_adds_up_sizes(programme, line, officer):
    client = signed_in(officer)
    address = reverse("lines", args=("ofsted-2016",))
    page = client.get(address).content.decode()
    new = re.search(r'name="(new\d+)-title"', page)[1]
    row = {
        f"{new}-title": "Agency workers",
        f"{new}-fte": "2 posts",
        f"{new}-annual_cost": "100,000",
        f"{new}-start": "1 Aug 2016",
    }
    assert client.post(address, row).status_code == 302
    assert CostLine.objects.get(title="Agency workers").size == PostSize(None, 2)
    page = client.get(address).content.decode()
    assert 'data-total="fte" data-label="FTE">at least 1</td>' in page


def exported(client, name: str) -> bytes:
    return b"".join(client.get(f"/programmes/ofsted-2016/expenditure.{name}"))


def test_what_is_exported_comes_back_as_the_same(programme, line, officer):
    phase = line.phase
    unrecruited = {"recruited_fte": None, "engaged": "n/a", "intakes": ()}
    added(programme, a_state(phase, title="Unknown", fte=None, **unrecruited), officer)
    added(programme, a_state(phase, title="Counted", fte=None, headcount=2, **unrecruited), officer)
    added(programme, a_state(phase, title="Both", fte=Decimal("2.5"), headcount=3, intakes=()), officer)
    hours = {"weekly_hours": Decimal("22.2"), "full_time_hours": Decimal(37)}
    added(programme, a_state(phase, title="Hours", fte=Decimal("0.6"), intakes=(), **hours), officer)
    fewer = {**unrecruited, "annual_cost": Decimal(-80_000)}
    added(programme, a_state(phase, title="Fewer", fte=Decimal(-2), **fewer), officer)
    client = signed_in(officer)
    text = exported(client, "csv").decode("utf-8-sig")
    sizes = {row["title"]: (row["fte"], row["posts_or_hours"]) for row in csv.DictReader(io.StringIO(text))}
    assert sizes == {
        "Head of service": ("1", ""),
        "Unknown": ("n/s", "n/s"),
        "Counted": ("n/s", "2 posts"),
        "Both": ("2.5", "3 posts"),
        "Hours": ("0.6", "22.2 of 37 hours"),
        "Fewer": ("-2", ""),
    }
    assert counts(look(programme, text, officer)) == {"same": 6}


HEADINGS = "Phase\tPost\tFTE\tHeadcount\tHours per week\tFull time hours\tAnnual cost\n"


def read(programme, officer, rows: str, headings: str = HEADINGS, **answers: str):
    preview = look(programme, headings + rows, officer, answers=answers)
    assert not preview.refused, [outcome.errors for outcome in preview.outcomes] + preview.errors
    return preview, [outcome.state.size for outcome in preview.outcomes if outcome.state]


def test_a_headcount_and_hours_are_read_beside_the_fte(programme, line, officer):
    rows = (
        "Phase One\tA\t2.5\t3\t\t\t100000\n"
        "Phase One\tB\t\t2\t\t\t80000\n"
        "Phase One\tC\t0.6\t\t22.2\t37\t30000\n"
        "Phase One\tD\t\t\t18.5\t37\t20000\n"
        "Phase One\tE\t2\t\t18.5\t37\t20000\n"
    )
    preview, sizes = read(programme, officer, rows)
    week = Decimal(37)
    assert sizes == [
        PostSize(Decimal("2.5"), 3),
        PostSize(None, 2),
        PostSize(Decimal("0.6"), None, Decimal("22.2"), week),
        PostSize(Decimal("0.5"), None, Decimal("18.5"), week),
        PostSize(Decimal(2)),
    ]
    said = [text for outcome in preview.outcomes for text in outcome.row.said]
    assert "18.5 of 37 hours come to 0.5 FTE, not 2: the hours are not stored" in said


def test_hours_without_a_full_week_ask_for_it_once(programme, line, officer):
    headings = "Phase\tPost\tHours\tAnnual cost\n"
    rows = "Phase One\tA\t22.2\t30000\nPhase One\tB\t18.5\t20000\n"
    assert [question.key for question in look(programme, headings + rows, officer).block.questions] == ["hours"]
    _, sizes = read(programme, officer, rows, headings, hours="37")
    assert [shown(size) for size in sizes] == ["22.2 of 37 hours", "18.5 of 37 hours"]


def test_a_number_of_posts_may_be_kept_without_fte(programme, line, officer):
    headings, rows = "Phase\tPost\tNo. of posts\tAnnual cost\n", "Phase One\tSocial worker\t6\t246000\n"
    for answer, size in (("posts", PostSize(None, 6)), ("yes", PostSize(Decimal(6)))):
        assert read(programme, officer, rows, headings, **{"posts-fte": answer})[1] == [size]


def test_fewer_posts_with_a_saving_are_read_without_a_question(programme, line, officer):
    headings = "Phase\tPost\tFTE\tAnnual cost\n"
    _, sizes = read(programme, officer, "Phase One\tPosts deleted\t-40\t(1,200,000)\n", headings)
    assert sizes == [PostSize(Decimal(-40))]
    _, sizes = read(programme, officer, "Phase One\tPosts deleted\t-1\t5000\n", headings, **{"row-2-fte": "fewer"})
    assert sizes == [PostSize(Decimal(-1))]


def test_an_unknown_fte_may_be_kept_as_not_stated(programme, line, officer):
    headings = "Phase\tPost\tFTE\tAnnual cost\n"
    _, sizes = read(programme, officer, "Phase One\tLocum\tTBC\t5000\n", headings, **{"row-2-fte": "unstated"})
    assert sizes == [PostSize(None)]


def test_fte_by_year_is_worked_out_from_the_intakes(programme, line, officer):
    first = date(2016, 4, 1)
    leaving = ((Decimal(3), first, date(2017, 3, 31)), (Decimal(9), first, None))
    added(programme, a_state(line.phase, title="Advisers", fte=Decimal(12), intakes=leaving), officer)
    added(programme, a_state(line.phase, title="Locum", intakes=((Decimal(1), None, None),)), officer)
    client = signed_in(officer)
    text = client.get("/programmes/ofsted-2016/expenditure.csv?fte=yes").content.decode("utf-8-sig")
    rows = {row["title"]: (row["fte"], row["fte_2016/17"], row["fte_2017/18"]) for row in csv.DictReader(io.StringIO(text))}
    assert rows == {"Head of service": ("1", "1", "1"), "Advisers": ("12", "12", "9"), "Locum": ("1", "n/s", "n/s")}
    page = client.get("/programmes/ofsted-2016/expenditure/?fte=yes").content.decode()
    assert "The FTE of a year is the most in post on any one day of it." in page
    assert '<td class="number">14</td><td class="number">at least 13</td><td class="number">at least 10</td>' in page
    assert "FTE 2016/17" not in client.get("/programmes/ofsted-2016/expenditure/").content.decode()
