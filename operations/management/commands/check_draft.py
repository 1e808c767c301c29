import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.clock import queries as clock
from accounts.council import queries as council_queries
from phases.models import Programme
from reports.draft.queries import known_of
from reports.draft.rules.matching import Status
from reports.draft.rules.reading import Unreadable, read_upload, refuse_size
from reports.draft.rules.report import Report, check


class Command(BaseCommand):
    help = "Compare every figure of a draft paper with a programme's committee table, and print what was found as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the programme's address, such as ofsted-2016")
        parser.add_argument(
            "file", type=Path, help="a Word document (.docx), an OpenDocument text (.odt), a PDF made here, or plain text"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.filter(slug=options["slug"]).first()
        if programme is None:
            raise CommandError(f"There is no programme with the address {options['slug']}.")
        try:
            refuse_size(options["file"].stat().st_size)
            draft = read_upload(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except Unreadable as error:
            raise CommandError(str(error)) from None
        report = check(draft, known_of(programme, council_queries.council(), as_at=clock.localtime()))
        self.stdout.write(json.dumps(_summary(report), ensure_ascii=False))


def _summary(report: Report) -> dict[str, Any]:
    found = [
        {"rule": each.rule, "severity": each.severity.value, "text": each.text, "quote": each.sentence, "place": each.place}
        for each in report.findings
    ]
    figures = report.counted
    return {
        "figures": figures.all,
        "matched": figures.of(Status.MATCHED),
        "wrong": figures.of(Status.WRONG),
        "not_found": figures.of(Status.NOT_FOUND) + figures.of(Status.BY_AMOUNT),
        "by_amount": figures.of(Status.BY_AMOUNT),
        "not_compared": figures.of(Status.NOT_COMPARED),
        "compared_in_words": figures.in_words,
        "not_read": list(report.draft.left_out),
        "findings": found,
    }
