"""The council's logo: a row of its own, because every page reads the settings and only papers print the logo."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import LessThanOrEqual

from accounts.council.logo.rules import LARGEST_KEPT


class CouncilLogo(models.Model):
    """A PNG as `rules.drawn_again` writes it; empty where there is none. One row."""

    content = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="council_logo_is_one_row"),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(F("content"), function="octet_length", output_field=models.IntegerField()), Value(LARGEST_KEPT)
                ),
                name="council_logo_is_small",
            ),
        ]

    def __str__(self) -> str:
        return f"A logo of {len(self.content)} bytes"
