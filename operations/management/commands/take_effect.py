from typing import Any

from django.core.management.base import BaseCommand

from accounts.clock import queries as clock
from approvals import actions


class Command(BaseCommand):
    help = "Puts every published decision into effect whose day has come and that no call-in holds up. To be run daily."

    def handle(self, *args: Any, **options: Any) -> None:
        done = actions.take_effect_of_all(clock.now())
        self.stdout.write(f"{done} {'decision takes' if done == 1 else 'decisions take'} effect.")
