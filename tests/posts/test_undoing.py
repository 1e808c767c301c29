"""Undoing from the table of inputs: what cannot be undone any more does not stand in the way of what can."""

import pytest

from tests.making import make_officer, make_phase, make_programme
from tests.posts.lines import a_state, added, changed, signed_in

pytestmark = pytest.mark.django_db


def test_an_act_that_somebody_changed_since_is_passed_over_and_the_one_before_comes_next():
    programme, mine, theirs = make_programme(slug="plan"), make_officer(), make_officer()
    phase = make_phase(programme)
    client = signed_in(mine)
    address = "/programmes/plan/lines/"
    one = added(programme, a_state(phase, title="One"), theirs)
    two = added(programme, a_state(phase, title="Two", position=20), theirs)

    def typed(line, text):
        line.refresh_from_db()
        row = next(row for row in client.get(address).context["page"].rows if row.line_id == line.pk)
        data = {f"{row.prefix}-{name}": cell for name, cell in {**row.cells, "comment": text}.items() if cell}
        data |= {f"{row.prefix}-version": str(row.version), f"{row.prefix}-phase": str(phase.pk)}
        assert client.post(address, data, headers={"accept": "application/json"}).status_code == 200

    typed(one, "Before")
    typed(two, "Mine")
    changed(programme, two, a_state(phase, title="Two", position=20, comment="Theirs"), theirs)
    last = client.get(address).context["undoable"].last
    answer = client.post(f"{address}undo/{last.number}/", headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert "has changed since then" in answer.json()["said"]
    following = client.get(address).context["undoable"].last
    assert following.number < last.number
    assert following.said == "changed “One”"
    assert client.post(f"{address}undo/{following.number}/", headers={"accept": "application/json"}).status_code == 200
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.comment, two.comment) == ("", "Theirs")
