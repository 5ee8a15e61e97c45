"""What files may hold: for each subject its columns, how it is held against the register, and how
it is written. The apps above add their own by `declare`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.roles import Right
from teams.models import Batch
from teams.plans import Plan
from units.models import Unit
from units.sheets.columns import Column
from units.sheets.entries import Entry
from units.sheets.tables import Heading


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


class Demand(Protocol):
    def __call__(self, *, hold: bool = True) -> None: ...


def demand_nothing(*, hold: bool = True) -> None:
    """Of most subjects anything can be written at any time."""


def keeps_asked(heading: Heading) -> Heading:
    """Of most files nothing is taken but the columns that are asked for."""
    return heading


def takes_any(above: Sequence[str]) -> str:
    """Most files say nothing above their table that has to be heeded."""
    return ""


@dataclass(frozen=True)
class Subject:
    """One kind of file. `title` and `label` may be lazy texts.

    `also_read` are columns that are understood in files and written into none.
    `compare` plans what a sheet would change, and `write` does it; `tracked` are the models that it
    writes, whatever refers to others before them: an import is undone from their history.

    `fit` makes of it what it is for one import, where that depends on who brings the file, and for
    when; such files have a page of their own to be brought on. `demand` raises NotPossibleNow while
    nothing may be written, and else holds that until the transaction ends, unless it is asked not
    to. `why_not` says what speaks against a file with these words above its table. `brought_on` and
    `page` are where such files are brought, and where people go on: names of pages, each with what
    its address takes.

    A file that `is_document` comes in as it is printed, with its totals, and whole or not at all;
    `also_kept` gives a key to those headings that no column goes by and that are taken as well.
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
    fit: "Callable[[Subject, Batch], Subject] | None" = None
    demand: Demand = demand_nothing
    why_not: Callable[[Sequence[str]], str] = takes_any
    brought_on: tuple[Any, ...] = ("imports",)
    page: tuple[Any, ...] = ()
    is_document: bool = False
    also_kept: Callable[[Heading], Heading] = keeps_asked
    also_read: Sequence[Column] = ()

    @property
    def understood(self) -> list[Column]:
        return [*self.columns, *self.also_read]

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.understood}


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


def subject_for(batch: Batch) -> Subject:
    """The subject as it is for this import."""
    subject = subject_of(batch.subject)
    return subject.fit(subject, batch) if subject.fit else subject


def rights() -> set[Right]:
    """Those of which somebody needs one to bring anything."""
    return {each.right for each in _subjects.values()}


def subjects_for(user: Any) -> dict[str, Subject]:
    """What somebody may bring on the page of imports, by its key."""
    return {key: each for key, each in _subjects.items() if not each.fit and user.holds(each.right)}


def kept_by(user: Any, batches: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the imports that the user may look into: over whose unit the right of their subject
    reaches. They tell whole what lists of people tell to others masked.

    Who leads a team there has the right for that team alone, and looks into their own imports.
    """
    kept = Q(pk__in=[])
    for key, subject in _subjects.items():
        held = user.unit_ids_with(subject.right)
        whole = Unit.objects.within([pk for pk in held if pk in user.area_ids])
        own = Q(uploaded_by=user.pk, unit__in=Unit.objects.within(held))
        kept |= Q(subject=key) & (Q(unit__in=whole) | own)
    return batches.filter(kept)
