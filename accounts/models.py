"""People, the offices they hold, the council's own settings, and the audit chain."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.permissions.rules import Permission, Role, permissions_of
from costing.intake import Basis
from costing.money import Rounding, Unit
from display.formats import CreditStyle


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Sign-in ignores the case of an e-mail address; the store keeps them in lower case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in. `roles` say what they may do; power to decide comes from an office, never from here."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField("full name", max_length=120)
    job_title = models.CharField("job title", max_length=120, blank=True)
    roles = ArrayField(models.CharField(max_length=30, choices=Role), default=list)
    is_active = models.BooleanField("can sign in", default=True)
    demo_account = models.SlugField("demonstration account", max_length=50, null=True, unique=True, editable=False)  # noqa: DJ001 - "" would be unique once

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(Lower("name"), "id", name="user_sorted_by_name")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=~Q(name=""), name="user_has_a_name"),
            models.CheckConstraint(condition=Q(roles__contained_by=[role.value for role in Role]), name="user_roles_are_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        return permission in permissions_of(self)

    @property
    def role_names(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)


class Office(models.Model):
    """An office to which power attaches, e.g. Chief Executive. Records name the person who held it on the day.

    `statutory_role` is the statutory post that the holder is in as well; "" for most offices.
    """

    class StatutoryRole(models.TextChoices):
        SECTION_151 = "section_151", "Section 151 officer"
        HEAD_OF_PAID_SERVICE = "head_of_paid_service", "Head of paid service"
        MONITORING_OFFICER = "monitoring_officer", "Monitoring officer"

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=50, unique=True)
    statutory_role = models.CharField(max_length=20, choices=StatutoryRole, blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(Lower("name"), "id", name="office_sorted_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["statutory_role"], condition=~Q(statutory_role=""), name="statutory_role_of_one_office"
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

    def __str__(self) -> str:
        return f"{self.deputy} for {self.office} from {self.since}"

    @property
    def last_day(self) -> date | None:
        """The last day on which they may act; before `since` where it was revoked from the start. None: until further notice."""
        return self.revoked_from - timedelta(days=1) if self.revoked_from else self.until


class Council(models.Model):
    """The council's own name, colour and table settings: one row."""

    name = models.CharField(max_length=120, default="Your council")
    colour = models.CharField(
        max_length=7,
        default="#1d4f5f",
        validators=[
            RegexValidator(r"^#[0-9a-fA-F]{6}$", "Enter the colour as # and six digits or letters a to f, like #1d4f5f.")
        ],
    )
    unit = models.CharField(max_length=20, choices=[(Unit.THOUSANDS, "£'000"), (Unit.POUNDS, "£")], default=Unit.THOUSANDS)
    rounding = models.CharField(
        max_length=20,
        choices=[
            (Rounding.SUM_OF_ROUNDED, "The sum of the rounded lines shown"),
            (Rounding.ROUNDED_SUM, "The exact total, rounded"),
        ],
        default=Rounding.SUM_OF_ROUNDED,
    )
    basis = models.CharField(
        "part-year basis for new programmes",
        max_length=10,
        choices=[(Basis.MONTHS, "Months"), (Basis.DAYS, "Days")],
        default=Basis.MONTHS,
    )
    credit_style = models.CharField(
        "how credits are shown",
        max_length=10,
        choices=[(CreditStyle.BRACKETS, "(863)"), (CreditStyle.MINUS, "-863"), (CreditStyle.CR, "Cr 863")],
        default=CreditStyle.BRACKETS,
    )
    show_team_subtotals = models.BooleanField("show a subtotal for each team", default=False)
    consultation_days = models.PositiveSmallIntegerField("working days to answer", default=5)
    call_in_days = models.PositiveSmallIntegerField("working days open to call-in", default=5)
    record_years = models.PositiveSmallIntegerField("years to keep decision records", default=6)
    papers_years = models.PositiveSmallIntegerField("years to keep background papers", default=4)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="council_is_one_row"),
            models.CheckConstraint(
                condition=Q(consultation_days__range=(1, 60), call_in_days__range=(1, 60)), name="council_days_in_range"
            ),
            models.CheckConstraint(
                condition=Q(record_years__range=(1, 99), papers_years__range=(1, 99)), name="council_years_in_range"
            ),
            models.CheckConstraint(condition=Q(colour__regex=r"^#[0-9a-fA-F]{6}$"), name="council_colour_is_a_colour"),
            models.CheckConstraint(condition=~Q(name=""), name="council_has_a_name"),
            models.CheckConstraint(condition=Q(unit__in=[u.value for u in Unit]), name="council_unit_is_known"),
            models.CheckConstraint(condition=Q(rounding__in=[r.value for r in Rounding]), name="council_rounding_is_known"),
            models.CheckConstraint(condition=Q(basis__in=[b.value for b in Basis]), name="council_basis_is_known"),
            models.CheckConstraint(
                condition=Q(credit_style__in=[c.value for c in CreditStyle]), name="council_credit_style_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """A text that the council publishes about its service. An empty one is the standard text (accounts.statements.rules)."""

    class Kind(models.TextChoices):
        ACCESSIBILITY = "accessibility", "Accessibility statement"
        PRIVACY = "privacy", "Privacy notice"
        CONTACT = "contact", "Contact details"

    kind = models.CharField(max_length=20, choices=Kind, primary_key=True)
    text = models.TextField(blank=True)
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["accessibility", "privacy", "contact"]), name="statement_kind_is_known"),
            models.CheckConstraint(condition=Q(text="") | Q(text__regex=r"\S"), name="statement_text_can_be_seen"),
            models.CheckConstraint(condition=Q(text="") | Q(changed_at__isnull=False), name="statement_says_when_it_was_changed"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class AuditHead(models.Model):
    """The last link of the chain: one row, locked by every write, moved on only by the database itself."""

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="audit_head_is_one_row")]

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


class AuditEntry(models.Model):
    """One act, for ever. `content` is canonical JSON kept to the letter; `hash` is SHA-256 over the previous hash and it.

    Rows are added by accounts.actions.record alone. The database refuses UPDATE, DELETE and TRUNCATE, a wrong link, and moves
    the head on (triggers in the first migration).
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    content = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "audit entries"
        # And audit_words in the migration: of the content, by any three letters of it.
        indexes = [
            models.Index(fields=["subject", "number"], name="audit_by_subject"),
            models.Index(fields=["action", "number"], name="audit_by_action"),
            models.Index(fields=["actor", "-number"], name="audit_by_actor"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="audit_number_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    @property
    def act(self) -> str:
        """What was done, in words: "Phase added"."""
        return in_words(self.action)

    @property
    def about(self) -> str:
        """What it was done to, in words: "Drawdown DD-0001"."""
        kind, _, name = self.subject.partition(":")
        return f"{in_words(kind)} {name}".strip()

    @property
    def details(self) -> str:
        """What the entry says of the act, a line for each thing. `content` stays as it was written."""
        details = json.loads(self.content).get("details", {})
        return "\n".join(_in_lines(details, is_change=self.action.endswith(("_changed", "_ended"))))


def in_words(name: str) -> str:
    """acting_for as Acting for."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _in_lines(details: dict[str, Any], *, is_change: bool) -> Iterator[str]:
    """`is_change`: a pair is what was before and what came after, not two things."""
    for name, value in details.items():
        if name == "changed" and isinstance(value, dict):
            yield from _in_lines(value, is_change=True)
        elif is_change and isinstance(value, list) and len(value) == 2 and name not in ("before", "after"):
            before, after = (_short(each) for each in value)
            yield f"{in_words(name)}: {before} → {after}"
        elif name == "lines" and isinstance(value, list):
            for line in value:
                yield f"{line.get('title', '')}: {', '.join(line.get('changed', {}))}"
        elif value and isinstance(value, list) and all(isinstance(each, dict) for each in value):
            for each in value:
                yield f"{in_words(name)}: {_short(each)}"
        else:
            yield f"{in_words(name)}: {_short(value)}"


def _short(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_short(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_short(each)}" for name, each in value.items())
    return str(value)
