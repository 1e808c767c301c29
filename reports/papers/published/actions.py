"""Note which public PDFs there are, of records, corrections and the forward plan, so that a copy of each can be recognised."""

from datetime import date

from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from costing.frozen import digest
from reports.papers.forward_plan import queries as plan_paper
from reports.papers.published.models import PublishedPaper, PublishedPlan
from reports.papers.published.queries import faces_after, not_noted, plans_not_noted


def note_published() -> int:
    """Note the public PDFs that acts since the last time changed, as each act left them; how many acts there were.

    No lock is held while a PDF is drawn; done twice at once, it is noted once.
    """
    entries = list(not_noted())
    for entry in entries:
        faces = [(face.record, face.correction, digest(face.content)) for face in faces_after(entry)]
        with transaction.atomic():
            for record, correction, sha256 in faces:
                given = {"record": record, "correction": correction, "entry": entry}
                PublishedPaper.objects.get_or_create(**given, defaults={"sha256": sha256})
    return len(entries)


def note_plan(today: date) -> bool:
    """Note the forward plan's PDF as each act since the last time left it, and as anybody reads it today; whether there was
    anything to note. Done twice at once, it is noted once.
    """
    plans = plans_not_noted(today)
    for day, entry in plans:
        sha256 = digest(plan_paper.render(day, after=entry.number))
        with transaction.atomic():
            PublishedPlan.objects.get_or_create(on=day, entry=entry, defaults={"sha256": sha256})
    return bool(plans)


@task()
def note(day: str) -> None:
    """As `note_published` and `note_plan`, in the background. The day is written 2016-09-20."""
    note_published()
    note_plan(date.fromisoformat(day))


def note_soon(today: date) -> None:
    """Queue that, if there is something to note and it is not queued already."""
    waiting = DBTaskResult.objects.filter(task_path=note.module_path, status__in=["READY", "RUNNING"])
    if (not_noted().exists() or plans_not_noted(today)) and not waiting.exists():
        note.enqueue(today.isoformat())
