"""The PDFs that are made in the background."""

from functools import cached_property

from django.db import models
from django.db.models import F, Q

from accounts.models import AuditEntry, User
from accounts.text.rules import visible_text
from phases.models import Programme
from reports.papers.models import IssuedPaper
from reports.requests.rules import PackItem, PackRequest, Request, read


class Rendering(models.Model):
    """A PDF that is made in the background: a pack, a long paper that is to be issued, or a long committee table.

    `wanted` is what was asked for: a request as canonical JSON. `done` of `total` steps are taken; a `total` of 0 means that
    nobody has counted them yet. A finished paper is kept as `paper`, everything else as `content` with its SHA-256. What is
    ready stays.
    """

    class Kind(models.TextChoices):
        PACK = "pack", "Pack"
        PAPER = "paper", "Paper"
        TABLE = "table", "Committee table"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        MAKING = "making", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Not made"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="renderings")
    kind = models.CharField(max_length=5, choices=Kind)
    title = models.CharField(max_length=200, validators=[visible_text])
    committee = models.CharField(max_length=120, blank=True, validators=[visible_text])
    meeting_date = models.DateField(null=True, blank=True)
    agenda_item = models.CharField(max_length=30, blank=True, validators=[visible_text])
    part = models.PositiveSmallIntegerField(default=1)
    wanted = models.TextField()
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField("why it was not made", blank=True)
    content = models.BinaryField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    paper = models.OneToOneField(IssuedPaper, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["programme", "kind", "-id"], name="rendering_of_a_programme"),
            models.Index(fields=["programme", "kind", "meeting_date", "id"], name="rendering_sorted_by_day"),
            models.Index(fields=["sha256"], name="rendering_by_its_hash"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "making"], failure="", finished_at__isnull=True)
                | Q(state="ready", failure="", finished_at__isnull=False)
                | Q(state="failed", failure__regex=r"\S", finished_at__isnull=False),
                name="rendering_ends_in_words_or_well",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") & Q(content__isnull=True, sha256="", paper__isnull=True)
                | Q(state="ready", kind="paper", content__isnull=True, sha256="", paper__isnull=False)
                | Q(state="ready", kind__in=["pack", "table"], content__isnull=False, paper__isnull=True) & ~Q(sha256=""),
                name="rendering_has_its_result_when_ready",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="rendering_does_no_more_than_all"),
            models.CheckConstraint(condition=Q(part__in=[1, 2]), name="rendering_part_is_known"),
            models.CheckConstraint(
                condition=~Q(kind="pack")
                | Q(committee__regex=r"\S", meeting_date__isnull=False, asked__isnull=False)
                & (~Q(state="ready") | Q(entry__isnull=False)),
                name="rendering_pack_has_its_meeting_and_entries",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def request(self) -> Request:
        """What was asked for. Raises UnknownForm."""
        return read(self.wanted)

    @property
    def items(self) -> list[PackItem]:
        """What is in a pack, in its order; nothing of anything else."""
        return list(self.request.items) if isinstance(self.request, PackRequest) else []

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.MAKING)
