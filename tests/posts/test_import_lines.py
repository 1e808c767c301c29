"""`manage.py import_lines`: what it prints, when it refuses, and that it then stores nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.council import queries as council_queries
from accounts.models import AuditEntry, Council, User
from accounts.permissions.rules import Role
from improvement_budget import demonstration
from phases.models import Programme
from posts.models import CostLine
from reports.table.faces.rules import as_csv
from reports.table.queries import schedule_for, usual_options
from tests.around import AFTERWARDS
from tests.making import NOON, make_clerk, make_officer, make_phase, make_programme
from tests.posts.source_table import SOURCE_TABLE

pytestmark = pytest.mark.django_db

LINES = "phase,team,title,fte,2016/17\n1,Adoption,Manager,1,83000\n"


@pytest.fixture
def officer() -> User:
    return make_officer(name="Finance officer")


@pytest.fixture
def programme(officer: User) -> Programme:
    made = make_programme(slug="ours")
    make_phase(made, 1, name="Phase One")
    return made


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command over a file of this content; gives its exit status and what it printed."""

    def run(content: str | bytes, *options: str, slug: str = "ours") -> tuple[int, dict[str, Any]]:
        file = tmp_path / "lines.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        status = 0
        try:
            call_command("import_lines", slug, str(file), *options)
        except SystemExit as ended:
            status = int(str(ended.code))
        return status, json.loads(capsys.readouterr().out)

    return run


def test_without_apply_it_only_says_what_it_would_do(run: Any, programme: Programme):
    status, said = run(LINES)
    assert status == 0
    counted = {"rows": 1, "new": 1, "changed": 0, "same": 0, "totals_confirmed": 0, "applied": False}
    empty = ("refused", "totals", "left_out", "columns_not_read", "not_read", "questions", "said", "removed", "corrected")
    assert said == {
        **counted,
        **{name: [] for name in empty},
        "columns": said["columns"],
        "effect": said["effect"],
        "fates": said["fates"],
        "not_mentioned": {},
        "units": {"2016/17": "pounds"},
        "after": {"2016/17": "83000", "2017/18": "0", "full_year": "0"},
    }
    assert said["columns"][-1] == {"heading": "2016/17", "read_as": "2016/17", "unit": "£"}
    assert said["fates"][0]["amounts"]["2016/17"] == 83_000
    assert said["effect"][0]["before"] == {"fte": "0", "2016/17": "0", "2017/18": "0", "full_year": "0"}
    assert said["effect"][0]["after"]["2016/17"] == "83000"
    assert not CostLine.objects.exists()


def test_with_apply_it_stores_the_lines_in_the_name_of_a_finance_officer(run: Any, programme: Programme, officer: User):
    status, said = run(LINES, "--apply")
    assert (status, said["applied"]) == (0, True)
    stated = CostLine.objects.get().amounts.get(financial_year=2016)
    assert stated.stated_by == officer
    assert stated.reason.startswith("As imported from lines.csv on ")
    assert AuditEntry.objects.get(action="lines_imported").actor == officer
    assert run(LINES, "--apply")[1]["same"] == 1


def test_a_wrong_row_refuses_all_with_exit_status_one(run: Any, programme: Programme):
    status, said = run(LINES + "1,Adoption,Clerk,one,20000\n9,,Buyer,1,1\n", "--apply")
    assert (status, said["applied"], said["new"]) == (1, False, 1)
    assert said["refused"] == [
        {"row": 3, "column": "FTE", "reason": "Write the FTE as a number, such as 1 or 0.5."},
        {"row": 4, "column": "Phase", "reason": "There is no phase “9” in this programme. Its phases: Phase One."},
    ]
    assert not CostLine.objects.exists()


def test_totals_are_confirmed_or_refused(run: Any, programme: Programme):
    assert run(LINES + "TOTAL,,,1,83000\n")[1]["totals_confirmed"] == 1
    status, said = run(LINES + "TOTAL,,,1,84000\n", "--apply")
    assert status == 1
    differs = {"column": "2016/17", "says": "84,000", "lines_add_up_to": "83,000"}
    assert said["totals"] == [{"row": 3, "label": "TOTAL", "outcome": "differs", "cells": [differs]}]
    assert not CostLine.objects.exists()


def test_a_column_of_money_that_is_not_understood_refuses_until_it_is_left_out_by_name(run: Any, programme: Programme):
    text = LINES.replace("2016/17", "2016/17,Backfill").replace("83000", "83000,2500")
    status, said = run(text, "--apply")
    assert (status, said["applied"]) == (1, False)
    assert said["left_out"] == ["Backfill"]
    assert said["columns_not_read"][0] == {
        "column": "Backfill",
        "figures": ["2500"],
        "why": "is not understood",
        "undecided": True,
    }
    assert said["refused"][0]["reason"].startswith("The column Backfill holds figures (2500) and is not understood")
    assert not CostLine.objects.exists()
    status, said = run(text, "--apply", "--leave-out", "backfill")
    assert (status, said["applied"]) == (0, True)
    assert said["left_out"] == ["Backfill"]
    assert said["columns_not_read"][0]["why"] == "as you chose"


def test_a_cell_is_corrected_by_its_row_and_heading_and_the_store_says_so(run: Any, programme: Programme):
    text = LINES + "1,Adoption,Clerk,one,20000\n"
    assert run(text, "--apply")[0] == 1
    status, said = run(text, "--apply", "--set", "3:fte=0.5", "--set", "3: 2016/17 =£21,000")
    assert (status, said["new"], said["applied"]) == (0, 2, True)
    assert said["corrected"] == [
        {"row": 3, "column": "fte", "was": "one", "is": "0.5"},
        {"row": 3, "column": "2016/17", "was": "20000", "is": "£21,000"},
    ]
    assert said["after"]["2016/17"] == "104000"
    assert json.loads(AuditEntry.objects.get(action="lines_imported").content)["details"]["corrected"][0]["read_as"] == "0.5"
    for wrong, message in (("fte=1", "Write a correction as ROW:HEADING=VALUE"), ("3:FTEs=1", "No column has the heading FTEs")):
        with pytest.raises(CommandError, match=message):
            run(text, "--set", wrong)


def test_an_annual_cost_from_a_day_on_is_taken_in_and_is_the_same_afterwards(run: Any, programme: Programme):
    text = "phase,title,fte,Annual cost,From,Annual cost from 1 April 2017\n1,Manager,1,48000,1 Jan 2017,60000\n"
    status, said = run(text, "--apply")
    assert (status, said["applied"]) == (0, True)
    assert said["after"] == {"2016/17": "12000", "2017/18": "60000", "full_year": "60000"}
    assert run(text, "--apply")[1]["same"] == 1
    changed = run(text.replace("60000", "72000"), "--apply")[1]["fates"][0]
    assert {
        "cell": "Changes of the annual cost",
        "before": "60,000 from 1 April 2017",
        "after": "72,000 from 1 April 2017",
    } in changed["differences"]
    later = text.replace("1 April 2017", "1 October 2017").replace("60000", "90000")
    assert run(later, "--apply")[1]["after"]["2017/18"] == "81000"


def test_the_fte_of_each_year_becomes_intakes_and_is_compared_afterwards(run: Any, programme: Programme):
    text = "phase,title,FTE 2016/17,FTE 2017/18,Annual cost\n1,Manager,2,1,90000\n"
    status, said = run(text, "--apply")
    assert (status, said["after"]) == (0, {"2016/17": "90000", "2017/18": "45000", "full_year": "45000"})
    assert CostLine.objects.get().fte == 2
    assert run(text)[1]["same"] == 1
    status, said = run(text.replace("2,1,", "2,2,"))
    assert (status, said["refused"][0]["column"]) == (1, "FTE 2017/18")


def test_a_question_refuses_is_printed_with_its_answers_and_is_answered_by_key(
    run: Any, programme: Programme, capsys: pytest.CaptureFixture[str]
):
    text = LINES + LINES.splitlines()[1] + "\n"
    status, said = run(text, "--apply")
    assert (status, said["applied"]) == (1, False)
    assert [(asked["key"], asked["row"], asked["answer"]) for asked in said["questions"]] == [("row-2-repeated", 2, None)]
    assert list(said["questions"][0]["options"]) == ["once", "add", "several"]
    assert said["questions"][0]["assumed"] == "once"
    with pytest.raises(CommandError, match="Write an answer as KEY=ANSWER"):
        run(text, "--answer", "once")
    status, said = run(text, "--apply", "--answer", "row-2-repeated=once")
    assert (status, said["new"], said["applied"]) == (0, 1, True)


def test_rows_without_a_phase_are_of_the_one_that_is_named(run: Any, programme: Programme):
    make_phase(programme, 2, name="Phase Two")
    text = "title,fte\nManager,1\n"
    assert run(text)[0] == 1
    assert run(text, "--phase", "Phase Two")[1]["fates"][0]["phase"] == "Phase Two"
    with pytest.raises(CommandError, match="There is no phase “Nine” in this programme"):
        run(text, "--phase", "Nine")


def test_the_source_table_and_our_own_csv_change_nothing_in_the_demonstration(run: Any):
    demonstration.load(at=AFTERWARDS)
    programme = Programme.objects.get(slug="ofsted-2016")
    text = as_csv(schedule_for(programme, Council(), usual_options(programme, Council()), as_at=NOON))
    before = AuditEntry.objects.count()
    for content, totals in ((text, 0), (SOURCE_TABLE, 4)):
        status, said = run(content, "--apply", slug="ofsted-2016")
        assert (status, said["same"], said["new"], said["changed"]) == (0, 22, 0, 0)
        assert said["totals_confirmed"] == totals
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 a workbook", "This is a damaged workbook, or no workbook at all"),
        (b"", "The box is empty"),
        (b"a,b\n" * 600_000, "at most 2 MB"),
        (b"title,fte\n" + b"a,1\n" * 10_500, "10,501 rows: at most 10,500"),
    ],
)
def test_a_file_that_is_not_read_says_why(run: Any, programme: Programme, content: bytes, message: str):
    with pytest.raises(CommandError, match=message):
        run(content)


def test_an_unknown_programme_or_file_gets_a_message(programme: Programme, tmp_path: Path):
    with pytest.raises(CommandError, match="There is no programme with the address theirs"):
        call_command("import_lines", "theirs", str(tmp_path / "lines.csv"))
    with pytest.raises(CommandError, match="cannot be read: No such file or directory"):
        call_command("import_lines", "ours", str(tmp_path / "lines.csv"))
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        call_command("import_lines", "ours", str(tmp_path))


def test_it_is_done_by_a_person_who_may_change_lines(run: Any, programme: Programme):
    second = make_officer(name="Second officer")
    assert run(LINES, "--apply", "--by", second.email.upper())[1]["applied"]
    assert AuditEntry.objects.get(action="lines_imported").actor == second
    with pytest.raises(CommandError, match="Nobody has the e-mail address nobody@council"):
        run(LINES, "--by", "nobody@council.example")
    with pytest.raises(CommandError, match="may not change posts and other costs"):
        run(LINES, "--by", make_clerk().email)


def test_without_an_active_finance_officer_it_asks_who(run: Any, programme: Programme):
    User.objects.filter(roles__contains=[Role.FINANCE_OFFICER]).update(is_active=False)
    with pytest.raises(CommandError, match="There is no active finance officer"):
        run(LINES)


def test_a_whole_life_sum_is_taken_in_and_comes_back_as_the_same(run: Any, programme: Programme):
    rows = "1,Adoption,Grant scheme,,3200,Grant letter\n1,Adoption,Manager,1,,\n"
    status, said = run(f"phase,team,title,fte,Whole life cost (£'000),Why stated\n{rows}", "--apply")
    assert (status, said["new"]) == (0, 2)
    stored = CostLine.objects.get(title="Grant scheme").amounts.get(financial_year=0)
    assert (stored.amount, stored.origin, stored.reason) == (3_200_000, "stated", "Grant letter")
    council = council_queries.council()
    programme.refresh_from_db()
    schedule = schedule_for(programme, council, usual_options(programme, council), as_at=NOON)
    assert "whole_life" in as_csv(schedule).splitlines()[0]
    status, said = run(as_csv(schedule))
    assert (status, said["same"], said["new"], said["changed"]) == (0, 2, 0, 0)


def test_a_whole_life_sum_that_its_years_come_to_states_nothing(run: Any, programme: Programme):
    block = "phase,team,title,fte,annual cost,from,whole life\n1,Adoption,Manager,1,90000,1 Aug 2016,150000\n"
    status, _ = run(block, "--apply")
    assert status == 0
    assert not CostLine.objects.get().amounts.filter(financial_year=0)


def test_words_before_figures_are_taken_in_and_come_back_as_the_same(run: Any, programme: Programme):
    rows = "1,Adoption,Manager,1,more than £83000,c. 90000,up to 95000\n"
    status, _ = run(f"phase,team,title,fte,2016/17,2017/18,full year\n{rows}", "--apply")
    assert status == 0
    line = CostLine.objects.get()
    assert [amount.bound for amount in line.amounts.all()] == ["at least", "about", "up to"]
    status, said = run(f"phase,team,title,fte,2016/17,2017/18,full year\n{rows}")
    assert (status, said["same"]) == (0, 1)
