"""Draw and keep the public PDFs of records, corrections and the forward plan: anybody reads these, and copies are known."""

from datetime import date

from django.db import transaction
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from costing.frozen import digest
from reports.papers.forward_plan import queries as plan_paper
from reports.papers.published.models import PublishedPaper, PublishedPlan
from reports.papers.published.queries import (
    as_it_is_now,
    faces_after,
    not_noted,
    plans_not_noted,
    without_bytes,
)


def note_published() -> int:
    """Note the public PDFs that acts since the last time changed, as each act left them; how many acts there were.

    No lock is held while a PDF is drawn; done twice at once, it is noted once.
    """
    entries = list(not_noted())
    for entry in entries:
        faces = list(faces_after(entry))
        with transaction.atomic():
            for face in faces:
                given = {"record": face.record, "correction": face.correction, "entry": entry}
                made = {"sha256": digest(face.content), "content": face.content}
                PublishedPaper.objects.get_or_create(**given, defaults=made)
    return len(entries)


def keep_bytes() -> int:
    """Draw what can be read now, and of which an early version noted the hash alone; how many there were.

    Where another version of the fonts or of the drawing gives other bytes, these are kept beside that hash, under their own.
    """
    hollow = list(without_bytes())
    for paper in hollow:
        content = as_it_is_now(paper)
        PublishedPaper.objects.update_or_create(
            record=paper.record,
            correction=paper.correction,
            entry=paper.entry,
            sha256=digest(content),
            defaults={"content": content},
        )
    return len(hollow)


def note_plan(today: date) -> bool:
    """Note the forward plan's PDF as each act since the last time left it, and as anybody reads it today; whether there was
    anything to note. Done twice at once, it is noted once.
    """
    plans = plans_not_noted(today)
    for day, entry in plans:
        content = plan_paper.render(day, after=entry.number)
        with transaction.atomic():
            PublishedPlan.objects.get_or_create(on=day, entry=entry, defaults={"sha256": digest(content), "content": content})
    return bool(plans)


@task(queue_name="papers")
def note(day: str) -> None:
    """As `note_published`, `keep_bytes` and `note_plan`, in the background. The day is written 2016-09-20."""
    note_published()
    keep_bytes()
    note_plan(date.fromisoformat(day))


def note_soon(today: date) -> None:
    """Queue that, if there is something to note and it is not queued already."""
    waiting = DBTaskResult.objects.filter(task_path=note.module_path, status__in=["READY", "RUNNING"])
    if (not_noted().exists() or without_bytes().exists() or plans_not_noted(today)) and not waiting.exists():
        note.enqueue(today.isoformat())
