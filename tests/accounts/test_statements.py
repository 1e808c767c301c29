"""The texts a council publishes about its service: how they are read, stored, changed and shown."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import AuditEntry, Council, Statement
from accounts.permissions.rules import Role
from accounts.statements import rules
from accounts.statements.actions import change_statement
from accounts.statements.queries import all_published, published, standard_text
from tests.making import NOON, make_administrator, make_user
from tests.refusals import refused_by

CHANGE = "/settings/texts/contact/"


def test_a_text_is_read_as_headings_paragraphs_and_gaps():
    text = "# Who we are\nThe [name of the\nteam] team.\nRoom 5\n\n\nSecond <b>one</b>, [day].\n#\n## Deep\nLast [day]"
    assert rules.parts(text) == [
        (True, [("Who we are", False)]),
        (False, [("The ", False), ("name of the\nteam", True), (" team.\nRoom 5", False)]),
        (False, [("Second <b>one</b>, ", False), ("day", True), (".", False)]),
        (True, [("Deep", False)]),
        (False, [("Last ", False), ("day", True)]),
    ]
    assert rules.gaps(text) == ["name of the team", "day"]


@pytest.mark.parametrize("text", ["", "\n \n", "#", "[]", "[[nested]]"])
def test_odd_texts_are_read_without_failing(text: str):
    assert all(piece.words for part in rules.parts(text) for piece in part.pieces)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", Statement.Kind)
def test_the_standard_texts_speak_of_the_council_and_say_what_only_it_can_fill_in(kind: str):
    Council.objects.create(pk=1, name="Northmoor Council", record_years=8)
    assert "Northmoor Council" in standard_text(kind)
    assert rules.gaps(standard_text(kind))
    assert ("for 8 years" in standard_text(kind)) == (kind == Statement.Kind.PRIVACY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("statement_kind_is_known", {"kind": "cookies"}),
        ("statement_text_can_be_seen", {"kind": "privacy", "text": " \n", "changed_at": NOON}),
        ("statement_says_when_it_was_changed", {"kind": "privacy", "text": "We hold nothing."}),
    ],
)
def test_a_text_that_breaks_a_rule_is_refused(rule: str, values: dict[str, Any]):
    with refused_by(rule):
        Statement.objects.create(**values)


@pytest.mark.django_db
def test_a_text_is_changed_once_however_often_it_is_sent_and_the_audit_record_keeps_both():
    administrator = make_administrator()
    for _ in range(2):
        change_statement(kind="contact", text="Ring 0800.\r\n\r\nAsk.", by=administrator, at=NOON)
    assert published("contact").text == "Ring 0800.\n\nAsk."
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.actor) == ("statement_changed", "statement:contact", administrator)
    assert entry.details == "Text: Ring 0800.\n\nAsk."


@pytest.mark.django_db
@pytest.mark.parametrize("standard", [False, True])
def test_an_empty_text_or_the_standard_one_is_the_standard_text_again(standard: bool):
    administrator = make_administrator()
    change_statement(kind="contact", text="Ring 0800.", by=administrator, at=NOON)
    change_statement(kind="contact", text=standard_text("contact") if standard else " \n", by=administrator, at=NOON)
    assert Statement.objects.get(kind="contact").text == ""
    Council.objects.create(pk=1, name="Another Council")
    assert "Another Council" in published("contact").text


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_the_administrator_changes_a_text(role: Role):
    with pytest.raises(PermissionDenied):
        change_statement(kind="contact", text="Ring me.", by=make_user(role), at=NOON)
    assert [each.statement.text for each in all_published()] == ["", "", ""]


@pytest.fixture
def administrator(client: Client) -> Client:
    client.force_login(make_administrator())
    return client


def _made_on(client: Client) -> str:
    return client.get(CHANGE).context["form"].made_on


@pytest.mark.django_db
def test_a_text_that_was_changed_is_what_everybody_reads_and_never_markup(administrator: Client):
    typed = "# Ring <us>\n<script>alert(1)</script> [hours]"
    response = administrator.post(CHANGE, {"text": typed, "made_on": _made_on(administrator)}, follow=True)
    assert "Contact details saved. Everybody sees it now." in response.text
    page = Client().get("/contact/").text
    assert "Ring &lt;us&gt;</h2>" in " ".join(page.split()).replace(" </h2>", "</h2>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; to be added</p>" in page
    assert "hours" not in page


@pytest.mark.django_db
def test_gaps_are_listed_for_the_administrator_alone(administrator: Client):
    said = "Gaps that only the council can fill"
    assert said in administrator.get("/contact/").text
    assert "<mark>postal address</mark>" in administrator.get("/contact/").text
    assert "<li>postal address</li>" in administrator.get("/settings/texts/").text
    everybody = Client().get("/contact/").text
    assert said not in everybody
    assert "postal address" not in everybody
    change_statement(kind="contact", text="Ring 0800.", by=make_administrator(), at=NOON)
    assert "Nothing is left to fill in." in administrator.get("/contact/").text


@pytest.mark.django_db
def test_a_text_somebody_else_changed_is_not_overwritten_unseen(administrator: Client):
    opened = _made_on(administrator)
    change_statement(kind="contact", text="Theirs.", by=make_administrator(), at=NOON)
    response = administrator.post(CHANGE, {"text": "Mine.", "made_on": opened})
    assert response.status_code == 409
    assert "Stored now: Theirs." in response.text
    assert "Mine.</textarea>" in response.text
    assert published("contact").text == "Theirs."
    assert administrator.post(CHANGE, {"text": "Mine.", "made_on": response.context["form"].made_on}).status_code == 302
    assert published("contact").text == "Mine."


@pytest.mark.django_db
def test_the_same_text_sent_twice_from_one_page_is_no_conflict(administrator: Client):
    sent = {"text": "Ring 0800.\r\nAsk.", "made_on": _made_on(administrator)}
    assert [administrator.post(CHANGE, sent).status_code for _ in range(2)] == [302, 302]
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A\u202eB", "Remove the hidden character"),
        ("x" * 50_001, "This text has 50,001 characters: shorten it to 50,000."),
        ("# " + "long " * 30, "is longer than 120 characters. Shorten it, or remove its #."),
    ],
)
def test_a_mistake_gets_its_message_and_loses_nothing(administrator: Client, text: str, said: str):
    response = administrator.post(CHANGE, {"text": text, "made_on": _made_on(administrator)})
    assert response.status_code == 200
    assert said in str(response.context["form"].errors)
    assert text.strip() in response.text
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_there_is_no_other_text(administrator: Client):
    assert administrator.get("/settings/texts/cookies/").status_code == 404
    assert administrator.post("/settings/texts/cookies/", {"text": "x"}).status_code == 404
