"""The people who sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.permissions.rules import Permission, Role, permissions_of


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Sign-in ignores the case of an e-mail address; the store keeps them in lower case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who signs in. `roles` say what they may do; power to decide comes from an office, never from here.

    `kind` says whether they are a member of the council or an officer; "" while nobody has said it. It fits every office they
    take (triggers in the migration: holder_of_the_offices_kind, deputy_of_the_offices_kind, person_fits_their_offices).
    """

    class Kind(models.TextChoices):
        MEMBER = "member", "Member"
        OFFICER = "officer", "Officer"

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField("full name", max_length=120)
    job_title = models.CharField("job title", max_length=120, blank=True)
    kind = models.CharField("member or officer", max_length=7, choices=Kind, blank=True)
    roles = ArrayField(models.CharField(max_length=30, choices=Role), default=list)
    is_active = models.BooleanField("can sign in", default=True)
    mail_once_a_day = models.BooleanField("one mail a day", default=False)
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
            models.CheckConstraint(condition=Q(kind__in=["", "member", "officer"]), name="user_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        return permission in permissions_of(self)

    @property
    def role_names(self) -> str:
        return ", ".join(Role(role).label for role in self.roles)
