"""Offices, who holds them, and who may deputise."""

from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower

from accounts.people.models import User


class Office(models.Model):
    """An office to which power attaches, e.g. Chief Executive. Records name the person who held it on the day.

    `kind` says whose office it is: the law asks another record of a decision of a member than of an officer, and somebody
    outside, such as a commissioner, consents or advises. `statutory_role` is the statutory post that the holder is in
    as well; "" for most offices.
    """

    class StatutoryRole(models.TextChoices):
        SECTION_151 = "section_151", "Section 151 officer"
        HEAD_OF_PAID_SERVICE = "head_of_paid_service", "Head of paid service"
        MONITORING_OFFICER = "monitoring_officer", "Monitoring officer"

    class Kind(models.TextChoices):
        MEMBER = "member", "Of a member"
        OFFICER = "officer", "Of an officer"
        OUTSIDE = "outside", "Of an outside body"

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.OFFICER)
    slug = models.SlugField(max_length=50, unique=True)
    statutory_role = models.CharField(max_length=20, choices=StatutoryRole, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(Lower("name"), "id", name="office_sorted_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["statutory_role"], condition=~Q(statutory_role=""), name="statutory_role_of_one_office"
            ),
            models.CheckConstraint(condition=Q(kind__in=["member", "officer", "outside"]), name="office_kind_is_known"),
            models.CheckConstraint(
                condition=Q(statutory_role="") | Q(kind="officer"), name="office_statutory_role_of_an_officer"
            ),
            models.CheckConstraint(
                condition=Q(statutory_role__in=["", "section_151", "head_of_paid_service", "monitoring_officer"]),
                name="office_statutory_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Terms(models.QuerySet[Any]):
    """Rows that are good from `since` up to and including `until`; for ever where `until` is empty."""

    def on(self, day: date) -> Self:
        """Those in force that day."""
        return self.not_ended(day).filter(since__lte=day)

    def not_ended(self, day: date) -> Self:
        """Those in force that day, and those to come."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day))

    def within(self, since: date, until: date | None) -> Self:
        """Those in force on any day from `since` to `until`."""
        return self.not_ended(since) if until is None else self.not_ended(since).filter(since__lte=until)


class Appointments(Terms):
    """As Terms; a revoked appointment ends the day before it is revoked from."""

    def not_ended(self, day: date) -> Self:
        return super().not_ended(day).exclude(revoked_from__lte=day)

    def within(self, since: date, until: date | None) -> Self:
        return super().within(since, until).exclude(revoked_from=F("since"))


class OfficeHolding(models.Model):
    """Who holds an office, from when, to when. `until` is the last day; empty while it lasts."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="holdings")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = Terms.as_manager()

    class Meta:
        ordering = ["office", "since"]
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="holding_ends_after_start"),
            # Two people in one office on one day: an exclusion constraint in the migration, office_held_by_one_person.
        ]
        indexes = [
            models.Index(fields=["since", "id"], name="holding_sorted_by_first_day"),
            models.Index(Coalesce("until", date.max), "id", name="holding_sorted_by_last_day"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} as {self.office} from {self.since}"

    @property
    def last_day(self) -> date | None:
        return self.until


class DeputyAppointment(models.Model):
    """Who may act for an office, from when, to when, under which authority. Several people may deputise at the same time.

    Nothing of it is changed afterwards but that it may be revoked, once: from `revoked_from` on they may no longer act. Revoked
    from its first day, it was never in force. `since` to `until` as for a holding.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputy_appointments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    authority = models.TextField()
    revoked_from = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = Appointments.as_manager()

    class Meta:
        ordering = ["office", "since"]
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="deputy_ends_after_start"),
            models.CheckConstraint(condition=Q(authority__regex=r"\S"), name="deputy_has_an_authority"),
            models.CheckConstraint(
                condition=Q(revoked_from__isnull=True, revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_from__isnull=False, revoked_at__isnull=False, revoked_by__isnull=False),
                name="deputy_revocation_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(revoked_from__isnull=True)
                | Q(revoked_from__gte=F("since")) & (Q(until__isnull=True) | Q(revoked_from__lte=F("until"))),
                name="deputy_revoked_within_the_term",
            ),
            # In the migration: deputy_appointed_once, deputy_is_not_the_holder, holder_is_not_a_deputy, and what stays as it is.
        ]
        indexes = [
            models.Index(fields=["since", "id"], name="deputy_sorted_by_first_day"),
            models.Index(Coalesce("until", date.max), "id", name="deputy_sorted_by_last_day"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.office} from {self.since}"

    @property
    def last_day(self) -> date | None:
        """The last day on which they may act; before `since` where it was revoked from the start. None: until further notice."""
        return self.revoked_from - timedelta(days=1) if self.revoked_from else self.until
