import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.clock import queries as clock
from accounts.models import User
from accounts.permissions.rules import Permission, Role
from phases.models import Programme
from posts.importing import actions as paste
from posts.importing.actions import CHANGED, NEW, SAME, Choices, Preview
from posts.importing.columns.rules import labels as labels_of
from posts.importing.text.rules import MOST_BYTES, Unreadable, decode
from posts.lines.actions import StaleLines


class Command(BaseCommand):
    help = (
        "Compare a .csv or tab-separated file of posts and other costs with a programme; with --apply, store it, all or nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the programme's address, such as ofsted-2016")
        parser.add_argument("file", type=Path, help="comma-separated or tab-separated text")
        parser.add_argument(
            "--apply", action="store_true", help="store the lines; without it the command only says what it would do"
        )
        parser.add_argument("--by", metavar="EMAIL", help="who imports; the first active finance officer unless given")

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.filter(slug=options["slug"]).first()
        if programme is None:
            raise CommandError(f"There is no programme with the address {options['slug']}.")
        by, at = _person(options["by"]), clock.localtime()
        reason = paste.usual_reason(by, at, options["file"].name)
        try:
            preview = paste.look(programme, Choices(_text_of(options["file"]), reason=reason), by=by, at=at)
        except Unreadable as error:
            raise CommandError(str(error)) from None
        applied = options["apply"] and not preview.refused
        if applied:
            try:
                paste.apply(preview, by=by, at=at)
            except StaleLines:
                raise CommandError("Somebody changed the programme at the same moment: nothing was stored. Try again.") from None
        self.stdout.write(json.dumps(_summary(preview, applied), ensure_ascii=False))
        if preview.refused:
            raise SystemExit(1)


def _person(email: str | None) -> User:
    if email is None:
        officer = User.objects.filter(is_active=True, roles__contains=[Role.FINANCE_OFFICER]).order_by("pk").first()
        if officer is None:
            raise CommandError("There is no active finance officer in whose name to import: add one, or say who with --by.")
        return officer
    person = User.objects.filter(email=email.lower()).first()
    if person is None:
        raise CommandError(f"Nobody has the e-mail address {email}.")
    if not person.may(Permission.EDIT_LINES):
        raise CommandError(f"{person.name} may not {Permission.EDIT_LINES.label}.")
    return person


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return decode(opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror or error}.") from None


def _summary(preview: Preview, applied: bool) -> dict[str, Any]:
    block, years = preview.block, preview.programme.years
    labels = labels_of(years)
    refused: list[dict[str, Any]] = [{"row": None, "column": None, "reason": message} for message in block.errors]
    refused += [{"row": None, "column": labels.get(name), "reason": message} for name, message in preview.errors]
    errors = {outcome.row.number: outcome.errors for outcome in preview.outcomes}
    refused += [
        {"row": row.number, "column": labels.get(name), "reason": message}
        for row in block.rows
        for name, message in errors.get(row.number, row.errors).items()
    ]
    differ = [
        {"row": total.row, "total": total.label, "column": labels[name], "says": says, "lines_add_up_to": adds}
        for total in block.totals_differ
        for name, says, adds in total.differences
    ]
    return {
        "rows": len(block.lines),
        "new": preview.count(NEW),
        "changed": preview.count(CHANGED),
        "same": preview.count(SAME),
        "refused": refused,
        "totals_confirmed": len(block.totals) - len(block.totals_differ),
        "totals_differ": differ,
        "applied": applied,
    }
