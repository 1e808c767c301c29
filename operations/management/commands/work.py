from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts.clock import queries as clock
from accounts.unsaved import actions as unsaved
from approvals import actions
from approvals.notices import actions as notices
from approvals.notices.delivery import actions as delivery
from operations.worker import Supervisor
from posts.entry.presence import actions as presence
from reports.papers.published.actions import note_soon


class Command(BaseCommand):
    help = "Does what is queued in the background, such as mail, until it is ended. Run one for a database; a second one waits."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--beside", type=int, metavar="PROCESS", help="end when this process ends")

    def handle(self, *args: Any, **options: Any) -> None:
        Supervisor(daily=_daily, beside=options["beside"], often=lambda: note_soon(clock.today())).run()


def _daily(_: datetime) -> None:
    at = clock.now()
    actions.publish_planned(at)
    actions.take_effect_of_all(at)
    notices.remind(at)
    delivery.send_digests(at)
    unsaved.discard_old(at)
    presence.discard_old(at)
    call_command("prune_db_task_results", verbosity=0)  # what was done a fortnight ago
