from typing import Any

from django.core.management.base import BaseCommand

from improvement_budget import demonstration


class Command(BaseCommand):
    help = "Load the demonstration's accounts and case, if nobody and no programme is in the database."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = demonstration.load(at=demonstration.OPENING)
        self.stdout.write("Loaded the demonstration case." if loaded else "The database has data: nothing was loaded.")
