"""The council's governance, each arrangement with the day from which it holds."""

from django.db import models
from django.db.models import Q

from accounts.governance.rules import Form, Governance


class GovernanceTerm(models.Model):
    """Governance from a day on, until the next term begins."""

    form = models.CharField("how the council is governed", max_length=12, choices=[(form.value, form.label) for form in Form])
    since = models.DateField("first day")
    member_call_in = models.BooleanField("decisions of one member of the executive are open to call-in", default=True)
    officer_call_in = models.BooleanField("key decisions of officers are open to call-in", default=True)
    committee_call_in = models.BooleanField("the constitution gives call-in under the committee system", default=False)
    scrutiny_call_in = models.BooleanField("the combined authority’s scrutiny committee may call decisions in", default=False)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["since"], name="governance_once_for_a_day"),
            models.CheckConstraint(condition=Q(form__in=[form.value for form in Form]), name="governance_form_is_known"),
            models.CheckConstraint(
                condition=Q(form="committees", member_call_in=False, officer_call_in=False, scrutiny_call_in=False)
                | Q(form__in=["combined", "mayoral"], member_call_in=False, officer_call_in=False, committee_call_in=False)
                | Q(~Q(form__in=["committees", "combined", "mayoral"]), committee_call_in=False, scrutiny_call_in=False),
                name="governance_call_in_fits_its_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()}"

    @property
    def as_rule(self) -> Governance:
        """As the rules know it."""
        settings = (self.member_call_in, self.officer_call_in, self.committee_call_in, self.scrutiny_call_in)
        return Governance(Form(self.form), self.since, *settings)
