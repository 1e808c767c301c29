from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from operations.proof import NotProved, check_everything


class Command(BaseCommand):
    help = (
        "Checks every entry of the audit record (its number, its link to the one before, its hash, its columns), "
        "then works out every stored total and hash again, checks that no guard of the database is off, and that an act "
        "explains every row that gives power: roles, offices with holders and deputies, delegations, limits."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            nargs=2,
            metavar=("NUMBER", "HASH"),
            action="append",
            default=[],
            help="an entry that was written down elsewhere; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known = [(_number(number), text.lower()) for number, text in options["head"]]
        # One snapshot: entries written meanwhile are in neither the entries read nor the head.
        with transaction.atomic(), transaction.get_connection().cursor() as cursor:
            if not transaction.get_connection().savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            try:
                head, tallies = check_everything(known)
            except NotProved as error:
                raise CommandError(str(error)) from None
        self.stdout.write(f"The audit record is whole: {head.number:,} {'entry' if head.number == 1 else 'entries'}.")
        self.stdout.write(f"The last has the hash {head.hash}.")
        for kind, tally in tallies.items():
            self.stdout.write(f"{kind.capitalize()}: {tally.rows:,}, all equal.")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise CommandError(f"{text!r} is not the number of an entry.")
    return int(text)
