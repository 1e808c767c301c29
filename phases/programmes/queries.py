"""Reads about programmes and phases, as they are and as they were, each a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.core.cache import caches
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404

from accounts.joined.queries import Joined
from accounts.models import User
from accounts.permissions.rules import Permission
from costing.measure import FULL_YEAR, Measure, in_year, stored
from phases.programmes.models import Programme, ProgrammeRevision

Kept = TypeVar("Kept")


def programmes_for(user: User) -> QuerySet[Programme]:
    """The programmes this person may see: all of them, or none."""
    return Programme.objects.select_related("committee") if sees_programmes(user) else Programme.objects.none()


def sees_programmes(user: User) -> bool:
    """Whether this person may see the programmes: all of them, or none."""
    return user.may(Permission.VIEW_PROGRAMMES)


def in_words(words: str) -> Q:
    """The programmes in whose name, or web address, every one of these words occurs."""
    found = Q()
    for word in words.split():
        found &= Q(name__icontains=word) | Q(slug__icontains=word)
    return found


def of_programmes(words: str) -> Q:
    """What belongs to the programme with this web address, or to those in whose name all these words occur.

    Of rows that have a `programme`: a list narrowed to a programme takes it typed, since of a thousand nobody reads a menu.
    """
    named = Q()
    for word in words.split():
        named &= Q(name__icontains=word)
    return Q(programme__in=Programme.objects.filter(Q(slug=words) | named).order_by().values("pk"))


def running_in(starts_in: int) -> Q:
    """The programmes that have the financial year which starts in this calendar year."""
    return Q(first_year__lte=starts_in, last_year__gte=starts_in)


def kept_by_version(
    what: str, programmes: Sequence[Programme], read: Callable[[Sequence[Programme]], Mapping[int, Kept]]
) -> dict[int, Kept]:
    """What `read` says of each programme by its number, kept in the process under the version of the programme.

    Every write to a programme and its lines moves the version on: of those that nobody wrote to, nothing is asked.
    """
    keys = {f"{what}:{programme.pk}:{programme.version}": programme for programme in programmes}
    kept: dict[str, Kept] = caches["positions"].get_many(keys)
    if missing := [programme for key, programme in keys.items() if key not in kept]:
        found = read(missing)
        new = {key: found[programme.pk] for key, programme in keys.items() if programme.pk in found}
        caches["positions"].set_many(new, timeout=None)
        kept |= new
    return {programme.pk: kept[key] for key, programme in keys.items()}


class Planned(NamedTuple):
    """What the lines of a programme come to in one measure, in whole pounds, and how many of them state no figure."""

    pounds: Decimal
    not_stated: int


class ProgrammeSize(NamedTuple):
    """A programme in the list of them, with how many phases and lines it has, and what these come to, by measure."""

    programme: Programme
    phases: int
    lines: int
    planned: dict[Measure, Planned]


def sizes_of(programmes: Sequence[Programme]) -> list[ProgrammeSize]:
    """These programmes, in their order (three queries)."""
    counted = Programme.objects.filter(pk__in=[each.pk for each in programmes]).order_by()
    phases = dict(counted.values_list("pk", Count("phases")))
    lines = dict(counted.values_list("pk", Count("lines")))
    planned = _planned_in(counted)
    return [ProgrammeSize(each, phases[each.pk], lines[each.pk], planned.get(each.pk, {})) for each in programmes]


def _planned_in(programmes: QuerySet[Programme]) -> dict[int, dict[Measure, Planned]]:
    year, amount = "lines__amounts__financial_year", "lines__amounts__amount"
    sums = programmes.filter(lines__amounts__isnull=False).values_list("pk", year)
    # An amount that is missing because there is no full-year effect is nothing; one that nobody has stated is unknown.
    unknown = Count("lines__amounts", filter=Q(lines__amounts__absence="not_stated"))
    found: dict[int, dict[Measure, Planned]] = defaultdict(dict)
    for pk, starts_in, pounds, not_stated in sums.annotate(pounds=Sum(amount, default=Decimal(0)), unknown=unknown):
        found[pk][stored(starts_in)] = Planned(pounds, not_stated)
    return {pk: dict(sorted(planned.items())) for pk, planned in found.items()}


def measures_of(programmes: QuerySet[Programme]) -> list[Measure]:
    """The measures of these programmes: their years, and whatever else their lines have amounts in (two queries)."""
    spans = programmes.order_by().values_list("first_year", "last_year").distinct()
    years = {in_year(year) for first, last in spans for year in range(first, last + 1)}
    planned = programmes.filter(lines__amounts__isnull=False).order_by().values_list("lines__amounts__financial_year", flat=True)
    return sorted({*years, FULL_YEAR, *map(stored, planned.distinct())})


def programme_for(user: User, slug: str) -> Programme:
    """One programme with its committee, or Http404 for one that is unknown or that this person may not know of.

    Every page of a programme asks for it.
    """
    programme = _WITH_COMMITTEE.one("t.slug = %s", [slug]) if sees_programmes(user) else None
    if programme is None:
        raise Http404("No such programme.")
    return programme


def programmes_by_name(user: User, most: int | None = None) -> list[Programme]:
    """All that this person may see, or the first `most`, with their committees, by name. One query; Home asks each time."""
    return _WITH_COMMITTEE.read("TRUE ORDER BY t.name, t.id LIMIT %s", [most]) if sees_programmes(user) else []


_WITH_COMMITTEE = Joined(Programme, "committee")


class PhaseThen(NamedTuple):
    """A phase as it stood. Its `id` stays when it is renamed or given another number."""

    id: int
    number: int
    name: str


_FORM = 1


def state_of(programme: Programme) -> dict[str, Any]:
    """A programme and its phases as they are stored now, for a ProgrammeRevision: `as_it_was` reads it back (two queries)."""
    stored = Programme.objects.get(pk=programme.pk)
    phases = stored.phases.order_by("pk").values_list("pk", "number", "name")
    details = {field.attname: field.value_to_string(stored) for field in _details() if getattr(stored, field.attname) is not None}
    return {"form": _FORM, "details": details, "phases": [list(phase) for phase in phases]}


def as_it_was(programme: Programme, moment: datetime) -> tuple[Programme, list[PhaseThen]]:
    """A copy of the programme, and its phases, as they stood at a moment (at most two queries)."""
    later = ProgrammeRevision.objects.filter(programme=programme, entry__at__gt=moment).order_by("entry__number")
    revision = later.values_list("state", flat=True).first()
    was = copy(programme)
    if revision is None:
        return was, [PhaseThen(*phase) for phase in programme.phases.values_list("pk", "number", "name")]
    if revision["form"] != _FORM:
        raise ValueError(f"A programme's past is in form {revision['form']}, which is not known.")
    for field in _details():
        setattr(was, field.attname, field.to_python(revision["details"].get(field.attname)))
    return was, [PhaseThen(*phase) for phase in revision["phases"]]


def _details() -> list[Any]:
    """What a person types of a programme. Its version only counts, and its address is where it is found now."""
    return [field for field in Programme._meta.concrete_fields if field.attname not in ("id", "version", "slug")]
