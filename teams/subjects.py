"""What files may hold: for each subject its columns, how it is held against the register, and how
it is written. The apps above add their own by `declare`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.roles import Right
from teams.plans import Plan
from units.models import Unit
from units.sheets.columns import Column
from units.sheets.entries import Entry


class Compare(Protocol):
    def __call__(
        self,
        entries: Iterable[Entry],
        area: Unit,
        *,
        on: date,
        is_complete: bool = False,
    ) -> Plan: ...


class Write(Protocol):
    def __call__(self, plan: Any, *, tenant: int, on: date) -> None: ...


@dataclass(frozen=True)
class Subject:
    """One kind of file. `title` and `label` may be lazy texts.

    `compare` plans what a sheet would change, and `write` does it; `tracked` are the models that it
    writes, whatever refers to others before them: an import is undone from their history.
    """

    key: str
    label: Any
    title: Any
    file_name: str
    right: Right
    columns: list[Column]
    compare: Compare
    write: Write
    tracked: tuple[Any, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}


# What may stand on an import, as people call it.
NAMED = {
    "teams.Person": _("people"),
    "teams.Membership": _("memberships"),
    "teams.Team": _("teams"),
    "teams.Area": _("hamlets served"),
    "teams.Committee": _("steering committees"),
    "teams.Seat": _("seats in committees"),
}

_subjects: dict[str, Subject] = {}


def declare(subject: Subject) -> None:
    _subjects[subject.key] = subject


def subject_of(key: str) -> Subject:
    return _subjects[key]


def rights() -> set[Right]:
    """Those of which somebody needs one to bring anything."""
    return {each.right for each in _subjects.values()}


def subjects_for(user: Any) -> dict[str, Subject]:
    """What somebody may bring, by its key."""
    return {key: each for key, each in _subjects.items() if user.holds(each.right)}


def kept_by(user: Any, batches: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the imports that the user may look into: over whose unit the right of their subject
    reaches. They tell whole what lists of people tell to others masked."""
    kept = Q(pk__in=[])
    for key, subject in subjects_for(user).items():
        kept |= Q(subject=key, unit__in=Unit.objects.within(user.unit_ids_with(subject.right)))
    return batches.filter(kept)
