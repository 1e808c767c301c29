from typing import Any

from django.core.management.base import BaseCommand

from accounts.clock import queries as clock
from approvals.notices import actions as notices


class Command(BaseCommand):
    help = "Queues reminders to those who have not answered yet: one working day before their answer is due, and once after it."

    def handle(self, *args: Any, **options: Any) -> None:
        told = notices.remind(clock.now())
        self.stdout.write(f"{told} {'reminder is' if told == 1 else 'reminders are'} queued.")
