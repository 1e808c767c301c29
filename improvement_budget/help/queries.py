"""Where the steps of help lead: straight to the page, as far as that can be known."""

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from accounts.permissions.rules import Permission
from improvement_budget.help.rules import Step
from phases.models import Programme


def only_programme(user: User | None) -> str | None:
    """The slug of the one programme there is; None where there are several, or the person may not see it."""
    if user is None or not user.may(Permission.VIEW_PROGRAMMES):
        return None
    slugs = list(Programme.objects.values_list("slug", flat=True)[:2])
    return slugs[0] if len(slugs) == 1 else None


def address_of(step: Step, programme: str | None) -> str:
    """Where the step is done; a page of a programme that is not known begins at the list of programmes. "" for no page."""
    if not step.place:
        return ""
    try:
        return reverse(step.place)
    except NoReverseMatch:
        return reverse(step.place, args=[programme]) if programme else reverse("programmes")
