from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.audit.queries import exported


class Command(BaseCommand):
    help = "Writes the audit record as lines of JSON, which verify_export.py checks without this application."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", metavar="FILE", help="a new file; the terminal unless given")
        parser.add_argument("--first", type=int, default=1, metavar="NUMBER", help="the first entry (default 1)")
        parser.add_argument("--last", type=int, metavar="NUMBER", help="the last entry (default: the last there is)")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = exported(max(options["first"], 1), options["last"])
        if options["output"] is None:
            self.stdout.writelines(lines)
            return
        try:
            with open(options["output"], "x", encoding="utf-8", newline="\n") as output:
                output.writelines(lines)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"Wrote {options['output']}.")
