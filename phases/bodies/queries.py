"""Reads about the bodies that decide."""

from django.db.models import Exists, ManyToOneRel, OuterRef, QuerySet

from phases.bodies.models import Body


def bodies() -> QuerySet[Body]:
    """All of them, by name (one query)."""
    return Body.objects.all()


def body_named(name: str) -> Body | None:
    """The body of this name, which no two share (one query); None where it is called otherwise now."""
    return Body.objects.filter(name__iexact=name).first()


def is_used(body: Body) -> bool:
    """Whether a decision, a limit, a delegation or a paper names it (one query)."""
    unnamed = Body.objects.filter(pk=body.pk)
    for each in Body._meta.get_fields(include_hidden=True):
        if isinstance(each, ManyToOneRel):
            unnamed = unnamed.exclude(Exists(each.related_model._default_manager.filter(**{each.field.name: OuterRef("pk")})))
    return not unnamed.exists()
