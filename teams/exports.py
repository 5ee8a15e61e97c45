"""Rosters as files: of exactly what was asked for, and never without a record of who took them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from teams.models import Export, Post, Sex, Team
from teams.querysets import MembershipQuerySet
from teams.roster import COLUMNS
from units import clock
from units.errors import NotPossibleNow
from units.models import Level, Placement, Unit
from units.sheets.columns import FORMULA_STARTS, Column
from units.sheets.writing import template
from units.text import dialled, masked

# A workbook of so many rows takes half a minute; a page that loads longer looks broken.
MOST_ROWS = 100_000
FIELDS = (
    "person", "team", "commune", "hamlet", "team__name", "person__full_name", "person__sex",
    "person__birth_year", "person__phone", "person__id_number", "post", "is_core", "organisation",
    "valid", "person__consented_on", "person__consent_purpose",
)  # fmt: skip


def members_file(
    members: MembershipQuerySet, kind: str, *, asked: dict[str, Any], unit: Unit | None, actor: User
) -> bytes:
    """The members as .xlsx or .csv, with the columns that an import reads; the taking is recorded.

    Raises NotPossibleNow where they are too many for one file: nothing is ever cut off.
    """
    count = members.count()
    if count > MOST_ROWS:
        raise NotPossibleNow(
            ngettext(
                "%(count)s member is too many for one file: choose a smaller area.",
                "%(count)s members are too many for one file: choose a smaller area.",
                count,
            )
            % {"count": count}
        )
    kept = set(Team.objects.visible_to(actor).kept_by(actor).values_list("pk", flat=True))
    Export.objects.create(
        tenant_id=actor.tenant_id,
        unit=unit or Unit.objects.visible_to(actor).get(pk=actor.area_ids[0]),
        subject="members",
        asked=asked,
        rows=count,
        is_masked=members.exclude(team__in=kept).exists(),
        at=clock.now(),
        by=actor,
    )
    rows = _rows(members, kept, clock.today())
    if kind == "csv":
        return as_csv(COLUMNS, rows)
    return template(COLUMNS, _("Roster of team members"), rows)


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
            person, team, commune, hamlet, name, full_name, str(Sex(sex).label) if sex else "",
            born, shows(phone), shows(id_number), str(Post(post).label), "x" if is_core else "",
            organisation, valid.lower, valid.upper, consented, purpose,
        ]  # fmt: skip


def _name(unit: OuterRef, level: Level) -> Any:
    return Unit.objects.filter(pk=unit, level=level).values("name")[:1]


def as_csv(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """With the mark by which Excel knows that it is UTF-8; formulas are texts."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([column.label for column in columns])
    writer.writerows([_as_text(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _as_text(value: Any) -> str:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
