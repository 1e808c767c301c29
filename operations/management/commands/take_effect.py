from typing import Any

from django.core.management.base import BaseCommand

from accounts.clock import queries as clock
from approvals import actions


class Command(BaseCommand):
    help = (
        "Publishes every record whose planned day has come, and puts every published decision into effect whose day has come"
        " and that no call-in holds up. To be run daily."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        published = actions.publish_planned(clock.now())
        self.stdout.write(f"{published} {'record is' if published == 1 else 'records are'} published.")
        done = actions.take_effect_of_all(clock.now())
        self.stdout.write(f"{done} {'decision takes' if done == 1 else 'decisions take'} effect.")
