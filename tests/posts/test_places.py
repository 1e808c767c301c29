"""Where a new line stands: above the line it was begun over, after the one it is a copy of, however often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry
from posts.lines.places.rules import STEP, place_before
from posts.models import CostLine
from tests.making import make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, signed_in

ANSWER = {"accept": "application/json"}


@given(st.lists(st.integers(0, 40), max_size=8), st.data())
def test_a_new_line_stands_where_it_was_put_whatever_stood_there(positions: list[int], data: st.DataObject) -> None:
    group = sorted(enumerate(positions, 1), key=lambda each: (each[1], each[0]))
    at = data.draw(st.integers(0, len(group)))
    place = place_before(group, at)
    now = [(place.moved.get(number, position), number) for number, position in group] + [(place.position, len(positions) + 1)]
    order = [number for _, number in sorted(now)]
    assert order.index(len(positions) + 1) == at
    assert [number for number in order if number <= len(positions)] == [number for number, _ in group]
    assert min(now)[0] >= 0


def test_those_that_are_there_make_room_only_where_there_is_none():
    assert place_before([(1, 10), (2, 20)], 1) == (19, {})
    assert place_before([(1, 10), (2, 10)], 1) == (2 * STEP - 1, {2: 20})
    assert place_before([], 0) == (STEP, {})


@pytest.fixture
def programme():
    return make_programme(slug="plan")


@pytest.mark.django_db
def test_a_dozen_rows_begun_one_above_the_other_keep_their_order(programme):
    phase, officer = make_phase(programme), make_officer()
    first = added(programme, a_state(phase, title="First"), officer)
    last = added(programme, a_state(phase, title="Last", position=20), officer)
    client = signed_in(officer)
    for number in range(12):
        prefix = f"new{phase.pk}x1"
        data = {f"{prefix}-before": str(first.pk), f"{prefix}-title": f"Row {number}", f"{prefix}-fte": "1"}
        response = client.post("/programmes/plan/lines/", data | {f"{prefix}-team": "Referral and Assessment"}, headers=ANSWER)
        assert response.status_code == 200
    titles = list(CostLine.objects.order_by("position", "pk").values_list("title", flat=True))
    assert titles == [*(f"Row {number}" for number in range(12)), "First", "Last"]
    last.refresh_from_db()
    assert AuditEntry.objects.filter(action="lines_changed").latest("number").actor == officer


@pytest.mark.django_db
def test_a_copy_stands_just_after_its_line_where_another_has_the_next_position(programme):
    phase, officer = make_phase(programme), make_officer()
    first = added(programme, a_state(phase, title="A"), officer)
    added(programme, a_state(phase, title="B", position=11), officer)
    added(programme, a_state(phase, title="C", position=11), officer)
    signed_in(officer).post("/programmes/plan/lines/", {"do": f"duplicate:{first.pk}"})
    assert list(CostLine.objects.order_by("position", "pk").values_list("title", flat=True)) == ["A", "A (copy)", "B", "C"]
