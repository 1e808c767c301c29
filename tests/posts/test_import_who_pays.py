"""Who pays, taken in from a block: a source with or without its share, matched by name, asked where it is unknown."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.council.queries import council
from accounts.models import AuditEntry, User
from costing.paying import Payer
from phases.models import FundingSource, Programme
from posts.lines.rules import state_of
from posts.lines.undoing.actions import undo
from posts.models import CostLine
from reports.table.faces.rules import as_csv, as_xlsx
from reports.table.queries import schedule_for, usual_options
from tests.making import NOON, make_officer, make_phase, make_programme
from tests.posts import paste_page
from tests.posts.pasting import counts, look, put
from tests.posts.test_import_printed_table import lines_in_pounds, saved_again
from tests.posts.workbooks import as_ods

pytestmark = pytest.mark.django_db

LINE = "Phase\tPost\tFTE\tAnnual cost\tFrom\tFunding source\n1\tManager\t1\t90,000\t1 Aug 2016\t{}\n"
BESIDE = "Phase\tPost\tFTE\tAnnual cost\tFrom\tFunded by\tShare\n1\tManager\t1\t90,000\t1 Aug 2016\t{}\t{}\n"


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def programme() -> Programme:
    made = make_programme(slug="ours")
    make_phase(made, 1, name="Phase One")
    return made


@pytest.fixture
def sources(programme: Programme) -> dict[str, int]:
    names = ("Council", "Health board", "Children's prevention grant", "Fire and rescue; county/borough", "Health to home")
    return {name: FundingSource.objects.create(programme=programme, name=name, kind="grant").pk for name in names}


def payers(line: CostLine) -> tuple[Payer, ...]:
    return state_of(CostLine.objects.get(pk=line.pk)).paid_by


def read(programme: Programme, officer: User, text: str) -> tuple[Payer, ...]:
    """Who pays as a block of one line says it, once it is stored; the block must be sound."""
    put(programme, text, officer)
    return payers(CostLine.objects.get())


SHARES = [("Council", "7/10"), ("Health board", "3/10")]


@pytest.mark.parametrize(
    "typed",
    [
        "Council 70 %, Health board 30 %",
        "70% council; 30% health board",
        "70% by Council; 30% by Health board",
        "Council (70%) / Health board (30%)",
        "COUNCIL: 70 per cent and Health\N{NON-BREAKING HYPHEN}board 30 per cent",
        "7/10 Council + 3/10 Health board",
    ],
)
def test_sources_with_shares_are_read(programme: Programme, officer: User, sources: dict[str, int], typed: str):
    wanted = tuple(Payer(sources[name], Fraction(share)) for name, share in SHARES)
    assert read(programme, officer, LINE.format(typed)) == wanted


@pytest.mark.parametrize(
    "typed",
    [
        "Children's prevention grant",
        "CHILDRENS  PREVENTION\N{EN DASH}GRANT",
        "children\N{RIGHT SINGLE QUOTATION MARK}s prevention grant*",
    ],
)
def test_a_source_by_itself_pays_for_all_of_it(programme: Programme, officer: User, sources: dict[str, int], typed: str):
    assert read(programme, officer, LINE.format(typed)) == (Payer(sources["Children's prevention grant"], Fraction(1)),)


def test_pounds_the_rest_and_days_are_read_as_the_faces_print_them(programme: Programme, officer: User, sources: dict[str, int]):
    typed = "£20,000 a year by Health to home from 1 April 2017 to 31 March 2018; the rest by Fire and rescue; county/borough"
    assert look(programme, LINE.format(typed), officer).unanswered, "a semicolon of a name is not told from one between sources"
    typed = typed.replace("Fire and rescue; county/borough", "Council")
    assert read(programme, officer, LINE.format(typed)) == (
        Payer(sources["Health to home"], None, Decimal(20_000), date(2017, 4, 1), date(2018, 3, 31)),
        Payer(sources["Council"]),
    )


@pytest.mark.parametrize(("share", "wanted"), [("70%", "7/10"), ("70", "7/10"), ("0.7", "7/10"), ("1", "1"), ("2/3", "2/3")])
def test_a_share_stands_in_a_second_column(programme: Programme, officer: User, sources: dict[str, int], share: str, wanted: str):
    assert read(programme, officer, BESIDE.format("Council", share)) == (Payer(sources["Council"], Fraction(wanted)),)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        (LINE.format("Council, Health board"), "paid_by", "Say how much “Council” and “Health board” pays"),
        (LINE.format("Council 70%; Health board 40%"), "paid_by", "The shares come to 110%"),
        (LINE.format("Council 140%"), "paid_by", "A share must be more than 0 and at most 100%."),
        (BESIDE.format("Council 70%", "30%"), "paid_share", "says how much already"),
        (BESIDE.format("", "30%"), "paid_share", "Name the funding source"),
        (BESIDE.format("Council", "half"), "paid_share", "Write how much this source pays: 60%"),
        (BESIDE.format("Council", "140%"), "paid_share", "A share must be more than 0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_cell(
    programme: Programme, officer: User, sources: dict[str, int], text: str, column: str, message: str
):
    preview = look(programme, text, officer)
    assert preview.refused
    assert message in preview.outcomes[0].errors[column]


def test_an_unknown_source_is_asked_once_and_taken_as_answered(programme: Programme, officer: User, sources: dict[str, int]):
    text = LINE.format("70% Helth board; 30% Council") + "1\tClerk\t1\t30,000\t1 Aug 2016\thelth  board\n"
    preview = look(programme, text, officer)
    assert preview.refused
    (question,) = preview.unanswered
    assert (question.row, question.column) == (2, "paid_by")
    assert question.text == "“Helth board” is no funding source of this programme: which one is meant?"
    assert [words for _, words in question.options][:3] == [
        "Children's prevention grant",
        "Council",
        "Fire and rescue; county/borough",
    ]
    put(programme, text, officer, answers={question.key: str(sources["Health board"])})
    manager, clerk = CostLine.objects.order_by("position")
    assert payers(manager) == (Payer(sources["Health board"], Fraction(7, 10)), Payer(sources["Council"], Fraction(3, 10)))
    assert payers(clerk) == (Payer(sources["Health board"], Fraction(1)),)


def test_without_an_answer_nothing_is_stored_and_none_leaves_it_as_it_was(
    programme: Programme, officer: User, sources: dict[str, int]
):
    put(programme, LINE.format("Council"), officer)
    preview = look(programme, LINE.format("Lottery"), officer)
    assert preview.refused
    assert counts(look(programme, LINE.format("Lottery"), officer, answers={preview.unanswered[0].key: "none"})) == {"same": 1}


def test_a_programme_without_sources_is_asked_one_question(programme: Programme, officer: User):
    text = LINE.format("Council") + "1\tClerk\t1\t30,000\t1 Aug 2016\tGrant\n"
    preview = look(programme, text, officer)
    assert [question.key for question in preview.unanswered] == ["no-sources"]
    put(programme, text, officer, answers={"no-sources": "none"})
    assert {payers(line) for line in CostLine.objects.all()} == {()}


def test_the_check_shows_old_and_new_and_a_blank_cell_changes_nothing(
    programme: Programme, officer: User, sources: dict[str, int]
):
    put(programme, LINE.format("Council"), officer)
    for same in ("", "TBC", "Council", "100% by Council"):
        assert counts(look(programme, LINE.format(same), officer)) == {"same": 1}, same
    (outcome,) = look(programme, LINE.format("60% Council"), officer).outcomes
    assert outcome.differences == [("Who pays", "100% by Council", "60% by Council")]
    put(programme, LINE.format("60% Council"), officer)
    assert payers(CostLine.objects.get()) == (Payer(sources["Council"], Fraction(3, 5)),)
    assert AuditEntry.objects.filter(action="lines_pasted").count() == 2
    entry = AuditEntry.objects.filter(action="lines_pasted").latest("number")
    undo(programme=programme, entry=entry, by=officer, at=NOON)
    assert payers(CostLine.objects.get()) == (Payer(sources["Council"], Fraction(1)),)


def test_rows_that_other_sources_pay_are_not_added_into_one_line(programme: Programme, officer: User, sources: dict[str, int]):
    text = LINE.format("Council") + "1\tManager\t1\t90,000\t1 Aug 2016\tHealth board\n"
    (question,) = look(programme, text, officer).unanswered
    assert [value for value, _ in question.options] == ["shared", "shared_fte", "several"]
    put(programme, text, officer, answers={question.key: "several"})
    assert [payers(line)[0].source for line in CostLine.objects.order_by("position")] == [
        sources["Council"],
        sources["Health board"],
    ]


def test_the_page_asks_at_the_cell_and_stores_the_answer(
    client: Client, programme: Programme, officer: User, sources: dict[str, int]
):
    client.force_login(officer)
    page = paste_page.send(client, "ours", text=LINE.format("Lottery"), reason="As pasted", do="preview")
    assert "“Lottery” is no funding source of this programme" in page.content.decode()
    key = look(programme, LINE.format("Lottery"), officer).unanswered[0].key
    page = paste_page.onward(client, "ours", page, **{f"answer-{key}": str(sources["Council"])})
    paste_page.onward(client, "ours", page, do="apply")
    assert payers(CostLine.objects.get()) == (Payer(sources["Council"], Fraction(1)),)


def test_our_own_files_come_back_as_they_are(
    programme: Programme, officer: User, sources: dict[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = LINE.format("60% Council; £2,000 a year by Health to home from 1 April 2017; the rest by Children's prevention grant")
    put(programme, text + "1\tClerk\t1\t30,000\t1 Aug 2016\tFire and rescue; county/borough\n1\tCook\t1\t9\t\t\n", officer)

    def taken_in(content: bytes, ending: str) -> dict[str, Any]:
        file = tmp_path / f"table.{ending}"
        file.write_bytes(content)
        call_command("import_lines", "ours", str(file))
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        return said

    programme.refresh_from_db()
    made = schedule_for(programme, council(), usual_options(programme, council()), as_at=NOON)
    csv, workbook = as_csv(made), as_xlsx(made)
    said = taken_in(csv.encode(), "csv")
    assert {"heading": "who_pays", "read_as": "Who pays"}.items() <= said["columns"][-1].items()
    assert (said["same"], said["changed"], said["new"], said["questions"]) == (3, 0, 0, [])
    ods = as_ods(lines_in_pounds(workbook))
    for content, ending in ((workbook, "xlsx"), (saved_again(workbook), "xlsx"), (ods, "ods")):
        said = taken_in(content, ending)
        assert any(column["read_as"] == "Who pays" for column in said["columns"]), ending
        assert (said["same"], said["changed"], said["new"], said["questions"]) == (3, 0, 0, []), ending
    said = taken_in(csv.replace("60% by Council", "50% by Council").encode(), "csv")
    assert said["changed"] == 1
    (difference,) = said["fates"][0]["differences"]
    assert (difference["cell"], difference["after"]) == ("Who pays", difference["before"].replace("60%", "50%"))


SPLIT = "Phase\tPost\tFTE\tAnnual cost\tFrom\tRecruited\tFunding source\n"


@pytest.mark.parametrize(
    ("fte", "answer", "stored"),
    [("0.6", "shared", "1.20"), ("1", "shared", "2.00"), ("1", "shared_fte", "1.00"), ("", "shared", None)],
)
def test_rows_of_one_post_with_a_source_each_become_one_line_in_shares(
    programme: Programme, officer: User, sources: dict[str, int], fte: str, answer: str, stored: str | None
) -> None:
    recruited = "Yes" if fte else "n/a"
    rows = [(54_000, "Council"), (36_000, "Health board")]
    text = SPLIT + "".join(f"1\tManager\t{fte}\t{cost}\t1 Aug 2016\t{recruited}\t{name}\n" for cost, name in rows)
    (question,) = look(programme, text, officer).block.questions
    named = [value for value, _ in question.options]
    assert named == ["shared", *(["shared_fte"] if fte else []), "several"]
    assert question.options[0][1].endswith("Council 3/5 and Health board 2/5")
    put(programme, text, officer, answers={question.key: answer})
    line = CostLine.objects.get()
    assert (line.fte, line.annual_cost) == (stored and Decimal(stored), 90_000)
    assert line.recruited_fte == line.fte
    assert payers(line) == (Payer(sources["Council"], Fraction(3, 5)), Payer(sources["Health board"], Fraction(2, 5)))


@pytest.mark.parametrize(
    "rows",
    [
        ["1\t54000\t1 Aug 2016\t\tCouncil", "1\t36000\t1 Sep 2016\t\tHealth board"],  # from different days
        ["1\t54000\t1 Aug 2016\t\tCouncil", "1\t36000\t1 Aug 2016\t\t"],  # one names nobody
        ["1\t54000\t1 Aug 2016\t\tCouncil", "1\t36000\t1 Aug 2016\t\t40% Health board"],
        ["1\t54000\t1 Aug 2016\t\tCouncil", "1\t0\t1 Aug 2016\t\tHealth board"],
        ["1\t999983\t1 Aug 2016\t\tCouncil", "1\t999979\t1 Aug 2016\t\tHealth board"],  # no fraction that a cell can hold
    ],
)
def test_rows_that_no_share_could_say_stay_lines_of_their_own(
    programme: Programme, officer: User, sources: dict[str, int], rows: list[str]
) -> None:
    preview = look(programme, SPLIT + "".join(f"1\tManager\t{row}\n" for row in rows), officer)
    (options,) = [each.options for each in preview.block.questions if each.key.endswith("-repeated")]
    assert not {"shared", "shared_fte"} & {value for value, _ in options}
