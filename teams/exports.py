"""Lists as files: of exactly what was asked for, and people never without a record of who took
them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from teams import directory
from teams.models import Area, Ending, Export, Kind, Post, Sex, Team
from teams.querysets import MembershipQuerySet, TeamQuerySet
from teams.subjects import Subject
from teams.workbooks import MEMBERS, TEAMS
from units import clock
from units.errors import NotPossibleNow
from units.models import Level, Placement, Unit
from units.sheets.listing import csv_file
from units.sheets.writing import template
from units.text import dialled, masked

# A workbook of so many rows takes half a minute; a page that loads longer looks broken.
MOST_ROWS = 100_000
FIELDS = (
    "person", "team", "commune", "hamlet", "team__name", "person__full_name", "person__sex",
    "person__birth_year", "person__phone", "person__id_number", "post", "is_core", "organisation",
    "valid", "person__consented_on", "person__consent_purpose",
)  # fmt: skip
TEAM_FIELDS = (
    "pk", "name", "kind", "commune", "hamlets", "decision_number", "decided_on", "active", "ending",
    "zalo_link", "zalo_followers", "phones_given", "members_with_free_data", "has_wifi",
    "funds_in_dong",
)  # fmt: skip


def teams_file(teams: TeamQuerySet, kind: str, *, on: date) -> bytes:
    """The teams with what they were on a day as .xlsx or .csv, with the columns of the directory.

    Nothing of it is personal, so that no record is kept of who took it.
    """
    return _file(TEAMS, _team_rows(teams, on), kind)


def _team_rows(teams: TeamQuerySet, on: date) -> Iterator[list[Any]]:
    home = Placement.objects.filter(unit=OuterRef("unit"), valid__contains=on)
    areas = Area.objects.served_on(on).filter(team=OuterRef("pk")).order_by("hamlet__code")
    told = teams.annotate(
        commune=Coalesce(
            Subquery(home.filter(unit__level=Level.HAMLET).values("parent__name")[:1]),
            "unit__name",
        ),
        hamlets=ArraySubquery(areas.values("hamlet__name")),
    )
    for row in told.values_list(*TEAM_FIELDS).iterator(chunk_size=2000):
        pk, name, what, commune, hamlets, number, decided, active, ending, *others = row
        zalo, followers, phones, free, wifi, funds = others
        has_ended = bool(ending) and active.upper <= on
        yield [
            pk, name, capfirst(str(Kind(what).label)), commune,
            f"{directory.SEPARATOR} ".join(hamlets), number, decided, active.lower,
            active.upper if has_ended else None,
            str(Ending(ending).label) if has_ended else "", zalo, followers, phones, free,
            {True: _("yes"), False: _("no"), None: ""}[wifi], funds,
        ]  # fmt: skip


@dataclass(frozen=True)
class Taking:
    """Somebody takes a list of people: which, those whose numbers are masked in it, of which unit
    and by what else it was asked for."""

    subject: Subject
    people: QuerySet[Any]
    masked: QuerySet[Any]
    actor: User
    unit: Unit | None
    asked: dict[str, Any]


def people_file(taking: Taking, rows: Iterable[Sequence[Any]], kind: str) -> bytes:
    """A list of people as .xlsx or .csv, with the columns of its subject; the taking is recorded.

    Raises NotPossibleNow where they are too many for one file: nothing is ever cut off.
    """
    count = taking.people.count()
    if count > MOST_ROWS:
        raise NotPossibleNow(
            ngettext(
                "%(count)s person is too many for one file: choose a smaller area.",
                "%(count)s people are too many for one file: choose a smaller area.",
                count,
            )
            % {"count": count}
        )
    _record(taking, count)
    return _file(taking.subject, rows, kind)


def _record(taking: Taking, count: int) -> None:
    actor = taking.actor
    Export.objects.create(
        tenant_id=actor.tenant_id,
        unit=taking.unit or Unit.objects.visible_to(actor).get(pk=actor.area_ids[0]),
        subject=taking.subject.key,
        asked=taking.asked,
        rows=count,
        is_masked=taking.masked.exists(),
        at=clock.now(),
        by=actor,
    )


def _file(subject: Subject, rows: Iterable[Sequence[Any]], kind: str) -> bytes:
    if kind == "csv":
        return csv_file(subject.columns, rows)
    return template(subject.columns, str(subject.title), rows)


def members_file(
    members: MembershipQuerySet, kind: str, *, on: date, actor: User, **asking: Any
) -> bytes:
    """The members of a day, with the columns that an import reads; see `people_file`."""
    kept = set(Team.objects.visible_to(actor).kept_by(actor).values_list("pk", flat=True))
    masked_ones = members.exclude(team__in=kept)
    taking = Taking(MEMBERS, members, masked_ones, actor, **asking)
    return people_file(taking, _rows(members, kept, on), kind)


def _rows(members: MembershipQuerySet, kept: set[int], on: date) -> Iterator[list[Any]]:
    home = Placement.objects.filter(unit=OuterRef("team__unit"), valid__contains=on)
    placed = members.annotate(
        hamlet=Subquery(_name(OuterRef("team__unit"), Level.HAMLET)),
        commune=Coalesce(
            Subquery(_name(OuterRef("team__unit"), Level.COMMUNE)),
            Subquery(home.filter(parent__level=Level.COMMUNE).values("parent__name")[:1]),
        ),
    )
    for row in placed.values_list(*FIELDS).iterator(chunk_size=2000):
        person, team, commune, hamlet, name, *of_person, valid, consented, purpose = row
        full_name, sex, born, phone, id_number, post, is_core, organisation = of_person
        shows = dialled if team in kept else masked
        yield [
            person, team, commune, hamlet, name, full_name,
            capfirst(str(Sex(sex).label)) if sex else "", born, shows(phone),
            shows(id_number), capfirst(str(Post(post).label)),
            "x" if is_core else "", organisation, valid.lower, valid.upper, consented, purpose,
        ]  # fmt: skip


def _name(unit: OuterRef, level: Level) -> Any:
    return Unit.objects.filter(pk=unit, level=level).values("name")[:1]
