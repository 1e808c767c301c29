"""The page of pasting, from the rows to stored lines."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from phases.models import Programme
from posts.lines import queries
from posts.models import CostLine, Team
from tests.making import make_auditor, make_officer, make_phase, make_programme
from tests.posts.pasting import HEADINGS, MANAGER, amounts, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def programme() -> Programme:
    made = make_programme()
    make_phase(made, 1)
    return made


def send(client: Client, programme: Programme, **fields: Any) -> Any:
    return client.post(reverse("paste_lines", args=[programme.slug]), fields)


def hidden(response: Any) -> dict[str, str]:
    """What the form of step 2 carries along."""
    page = response.context["page"]
    columns = {f"column-{place}": name for place, _, name in page.columns}
    units = {f"unit-{place}": chosen for place, _, chosen in page.units}
    answers = {f"answer-{key}": answer for key, answer in page.choices.answers.items()}
    phase = {"phase": str(page.choices.phase)} if page.choices.phase else {}
    marks = {"read_as": page.read_as, "seen": page.seen, "reason": page.choices.reason}
    file = {"kept": page.file.packed, "kept_name": page.file.name} if page.file else {}
    return {"text": page.typed, "of": page.source_mark, **file, **marks, **columns, **units, **answers, **phase}


def test_markup_and_formulas_are_stored_as_the_text_they_are(programme: Programme, officer: User, client: Client):
    title = "<script>alert(1)</script>{{ settings.SECRET_KEY }}"
    response = send(client, programme, text=f"Phase\tPost\tFTE\tComment\n1\t{title}\t1\t=1+1\n", do="preview")
    assert "<script>alert" not in response.content.decode()
    assert "&lt;script&gt;alert(1)" in response.content.decode()
    send(client, programme, do="apply", **hidden(response))
    line = CostLine.objects.get()
    assert (line.title, line.comment) == (title, "=1+1")


def test_step_one_asks_for_the_rows_and_writes_nothing(client: Client, programme: Programme):
    response = client.get(reverse("paste_lines", args=[programme.slug]))
    assert response.status_code == 200
    assert 'name="text"' in response.content.decode()


def test_only_those_who_may_change_lines_may_paste(programme: Programme):
    client = Client()
    assert client.get(reverse("paste_lines", args=[programme.slug])).status_code == 302
    client.force_login(make_auditor())
    assert client.get(reverse("paste_lines", args=[programme.slug])).status_code == 403
    assert send(client, programme, text=HEADINGS + MANAGER, do="apply").status_code == 403


def test_an_unknown_programme_is_not_found(client: Client):
    assert client.get(reverse("paste_lines", args=["no-such"])).status_code == 404


def test_from_paste_to_stored_lines_in_two_steps(client: Client, programme: Programme):
    checked = send(client, programme, text=HEADINGS + MANAGER, do="preview")
    assert checked.status_code == 200
    assert "Add 1 line" in checked.content.decode()
    assert not CostLine.objects.exists()
    stored = send(client, programme, do="apply", **hidden(checked))
    assert stored.status_code == 302
    assert stored.url == reverse("lines", args=[programme.slug])
    assert CostLine.objects.get().title == "Manager"
    assert b"Added 1 line." in client.get(stored.url).content


def test_errors_stand_in_the_summary_and_beside_the_cell_and_the_text_is_kept(client: Client, programme: Programme):
    text = HEADINGS + "1\t\tManager\tone\t\t\t\t\t\t\t\n"
    response = send(client, programme, text=text, do="preview")
    page = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#r2-c3">Row 2, FTE: Write the FTE as a number, such as 1 or 0.5.</a>' in page
    assert re.search(r'id="r2-c3" name="cell-2-3" value="one".*?<p class="govuk-error-message" id="r2-c3-error">', page, re.S)
    assert 'value="apply"' not in page
    assert response.context["page"].choices.text == text
    assert send(client, programme, do="apply", **hidden(response)).status_code == 422
    assert not CostLine.objects.exists()


def test_a_total_that_differs_refuses_the_block(client: Client, programme: Programme):
    text = "Post\tFTE\t2016/17\nManager\t1\t730\nTOTAL\t1\t731\n"
    response = send(client, programme, text=text, do="preview")
    assert response.status_code == 422
    assert "2016/17 says 731, the lines add up to 730." in response.content.decode()


def test_a_block_without_phases_asks_for_one(client: Client, programme: Programme):
    make_phase(programme, 2)
    first = send(client, programme, text="Post\tFTE\nManager\t1\n", do="preview")
    assert first.status_code == 422
    assert "Choose the phase for rows without one." in first.content.decode()
    second = send(client, programme, do="preview", **(hidden(first) | {"phase": "2"}))
    assert second.status_code == 200
    send(client, programme, do="apply", **hidden(second))
    assert CostLine.objects.get().phase.number == 2


def test_stated_figures_need_a_reason(client: Client, programme: Programme):
    text = "Post\tFTE\t2016/17\nManager\t1\t730\n"
    first = send(client, programme, text=text, do="preview")
    assert re.match(r"As pasted on \d+ \w+ \d{4} by Finance officer", first.context["page"].choices.reason)
    without = send(client, programme, do="apply", **(hidden(first) | {"reason": " "}))
    assert without.status_code == 422
    assert "Give a reason for the typed figures" in without.content.decode()
    send(client, programme, do="apply", **(hidden(first) | {"reason": "The ledger of May"}))
    assert CostLine.objects.get().amounts.get(financial_year=2016).reason == "The ledger of May"


def test_columns_and_unit_can_be_chosen_anew_but_are_checked_before_they_are_stored(client: Client, programme: Programme):
    text = "Post\tFTE\tSomething\nManager\t1\t83\n"
    first = send(client, programme, text=text, do="preview")
    chosen = hidden(first) | {"column-2": "y2016", "unit-2": "thousands"}
    unchecked = send(client, programme, do="apply", **chosen)
    assert unchecked.status_code == 409
    assert "You changed how the block is read" in unchecked.content.decode()
    assert not CostLine.objects.exists()
    send(client, programme, do="apply", **hidden(unchecked))
    assert amounts(CostLine.objects.get())[2016] == (83_000, "stated")


def test_somebody_faster_means_checking_again(client: Client, programme: Programme, officer: User):
    put(programme, HEADINGS + MANAGER, officer)
    checked = send(client, programme, text=HEADINGS + MANAGER.replace("First", "Second"), do="preview")
    put(programme, HEADINGS + MANAGER.replace("First", "Theirs"), officer)
    late = send(client, programme, do="apply", **hidden(checked))
    assert late.status_code == 409
    assert "Somebody else changed lines of this programme since you looked" in late.content.decode()
    assert "<del>Theirs</del>" in late.content.decode()
    assert CostLine.objects.get().comment == "Theirs"
    send(client, programme, do="apply", **hidden(late))
    assert CostLine.objects.get().comment == "Second"


def test_the_same_block_sent_twice_adds_its_lines_once(client: Client, programme: Programme):
    checked = send(client, programme, text=HEADINGS + MANAGER, do="preview")
    send(client, programme, do="apply", **hidden(checked))
    again = send(client, programme, do="apply", **hidden(checked))
    assert again.status_code == 409
    assert CostLine.objects.count() == 1


def test_back_keeps_the_text(client: Client, programme: Programme):
    checked = send(client, programme, text="\n" + HEADINGS + MANAGER, do="preview")
    back = send(client, programme, do="back", **hidden(checked))
    assert back.context["page"].preview is None
    assert "Manager\t1\t200,000" in back.content.decode()


def test_a_file_is_read_in_place_of_the_text(client: Client, programme: Programme):
    file = SimpleUploadedFile("lines.csv", b"phase,title,fte\r\n1,Manager,1\r\n")
    checked = send(client, programme, text="", file=file, do="preview")
    assert checked.status_code == 200
    send(client, programme, do="apply", **hidden(checked))
    assert CostLine.objects.get().title == "Manager"


def test_a_workbook_is_read_and_what_is_hidden_in_it_is_said_until_it_is_stored(client: Client, programme: Programme):
    made, content = openpyxl.Workbook(), io.BytesIO()
    for cells in (["Phase", "Post", "FTE", "2016/17"], [1, "Manager", 1, 10_000], [1, "Clerk", 0.5, 5_000.5]):
        made.active.append(cells)
    made.active.row_dimensions[3].hidden = True
    made.save(content)
    checked = send(client, programme, text="", file=SimpleUploadedFile("lines.xlsx", content.getvalue()), do="preview")
    assert checked.status_code == 422
    assert "Row 3 is hidden in the workbook. Read what is hidden?" in checked.content.decode()
    again = send(client, programme, do="preview", **hidden(checked) | {"answer-hidden-rows": "read"})
    assert again.status_code == 200
    send(client, programme, do="apply", **hidden(again) | {"answer-hidden-rows": "read"})
    assert [amounts(line)[2016] for line in queries.lines_of(programme)] == [(10_000, "stated"), (5_001, "stated")]


def test_a_question_is_answered_at_its_row_and_the_answer_can_be_taken_back(client: Client, programme: Programme):
    text = "Phase\tPost\tFTE\t2016/17\n1\tManager\t1\t10000\n1\tBudget available\t\t15000\n"
    first = send(client, programme, text=text, do="preview")
    assert "Add 1 line" in first.content.decode()
    taken = send(client, programme, do="preview", **(hidden(first) | {"answer-row-3": "line"}))
    assert "Add 2 lines" in taken.content.decode()
    assert re.search(r'name="answer-row-3"\s+value="line" checked', taken.content.decode())
    back = send(client, programme, do="preview", **(hidden(taken) | {"answer-row-3": "out"}))
    assert "Add 1 line" in back.content.decode()
    other = send(client, programme, do="apply", **(hidden(back) | {"answer-row-3": "line"}))
    assert other.status_code == 409
    assert not CostLine.objects.exists()
    send(client, programme, do="apply", **hidden(other))
    assert CostLine.objects.count() == 2


def test_a_column_of_money_is_left_out_only_when_somebody_chooses_so(client: Client, programme: Programme):
    text = "Phase\tPost\tGrade\tFTE\t2016/17\tBackfill\n1\tManager\tG7\t1\t10000\t2500\n"
    first = send(client, programme, text=text, do="preview")
    assert first.status_code == 422
    assert hidden(first)["column-5"] == "?"
    again = send(client, programme, do="preview", **hidden(first))
    assert again.status_code == 422
    chosen = send(client, programme, do="preview", **(hidden(again) | {"column-5": ""}))
    assert chosen.context["page"].remarks[:2] == [
        "Not read: Backfill (2500): as you chose.",
        "Not read: Grade: it holds no money.",
    ]
    send(client, programme, do="apply", **hidden(chosen))
    assert amounts(CostLine.objects.get())[2016] == (10_000, "stated")


def test_a_question_that_nobody_answered_stands_in_the_summary_and_leads_to_its_row(client: Client, programme: Programme):
    row = "1\tManager\t1\t10000\n"
    response = send(client, programme, text="Phase\tPost\tFTE\t2016/17\n" + row + row, do="preview")
    assert response.status_code == 422
    assert '<a href="#answer-row-2-repeated">Row 2: Rows 2 and 3 are equal in every cell' in response.content.decode()
    assert 'id="answer-row-2-repeated"' in response.content.decode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04" + b"x" * 100, "This is a damaged workbook, or no workbook at all"),
        (b"x" * (2 * 1024 * 1024 + 1), "This file is 2.0 MB: at most 2 MB is read at a time."),
        (b"\xff\xfe\x00", "This file is not text"),
    ],
)
def test_a_file_that_is_not_read_says_why_and_keeps_the_text(client: Client, programme: Programme, content: bytes, message: str):
    response = send(client, programme, text="kept", file=SimpleUploadedFile("lines.csv", content), do="preview")
    assert response.status_code == 422
    assert message in response.content.decode()
    assert "kept</textarea>" in response.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\u202e\u2066",
        "x" * 1_000_000,
        "\t" * 1_000,
        '"' * 50_000,
        ("a\t" * 59 + "\n") * 100,
        "TOTAL\t1\t1\n" * 3_000,
        "=cmd|' /C calc'!A0\t=1+1\n@SUM(1)\t2\n",
        "Post\tFTE\n" + "<img src=x onerror=alert(1)>\t1\n" * 50,
        "Post\tFTE\t2016/17\n" + "a\t9\t" + "9" * 5_000 + "\n",
        "Post\tFTE\nManager\t1\nPHASE NINE\n",
    ],
    ids=range(12),
)
def test_hostile_text_gets_a_message_and_never_a_stack_trace(client: Client, programme: Programme, text: str):
    response = send(client, programme, text=text, do="preview")
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert "<img src=x" not in response.content.decode()
    assert not CostLine.objects.exists()


def test_a_preview_of_five_thousand_rows_shows_five_hundred_and_counts_all(client: Client, programme: Programme):
    text = "Post\tFTE\n" + "".join(f"Post {number}\t1\n" for number in range(4_999))
    response = send(client, programme, text=text, do="preview")
    assert "500 of 4999 rows are shown" in response.content.decode()
    assert "Add 4,999 lines" in response.content.decode()


def test_new_teams_are_named_before_they_are_made(client: Client, programme: Programme):
    response = send(client, programme, text=HEADINGS + MANAGER, do="preview")
    assert "New team: Adoption." in response.content.decode()
    assert not Team.objects.exists()
