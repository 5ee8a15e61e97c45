"""A province that is reformed at random, and a Python model that counts its reports by hand.

The model knows nothing of dates or successions: it keeps a picture of each tree, and what became of
each unit from one picture to the next, and walks from picture to picture.
"""

from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.enrolment import open_first_account
from accounts.models import User
from accounts.roles import Role
from reports.models import Period, Report, Status, Total
from reports.periods import DECREE_09, lay_out
from teams.models import Kind, Team
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE
from units import clock
from units.founding import found_province
from units.models import Level, Placement, Succession, Tenant, Unit
from units.tree import Seedling, rebuild_ancestry

# The first of a reform's tree; each month lies wholly within one tree.
REFORMS = [date(2024, 11, 1), date(2025, 7, 1)]
MONTHS = [(2024, 6), (2025, 1), (2025, 8)]
TREES = [date(2024, 6, 14), date(2025, 1, 14), date(2025, 8, 14)]

Figures = dict[str, int | None]


@dataclass
class Picture:
    """One tree: by name the parent of each unit, None of the province."""

    parents: dict[str, str | None]
    # From the picture before to this one, of each unit that ended: what it became (all of it went
    # there, or nobody knows where), and of each that began what it came of.
    became: dict[str, list[str]] = field(default_factory=dict)
    was_split: set[str] = field(default_factory=set)

    def communes(self) -> list[str]:
        return sorted(name for name in self.parents if name.startswith("c"))


class Province:
    """Two districts with communes and hamlets, each with a team; reformed by `reform`."""

    def __init__(self, communes: int, hamlets: list[int]):
        seedlings = [
            Seedling(Level.PROVINCE, "91", "91", ""),
            Seedling(Level.DISTRICT, "d0", "d0", "91"),
            Seedling(Level.DISTRICT, "d1", "d1", "91"),
            *(
                Seedling(Level.COMMUNE, f"c{n}", f"c{n}", "91" if n % 3 == 2 else f"d{n % 3}")
                for n in range(communes)
            ),
            *(
                Seedling(Level.HAMLET, f"h{n}", f"h{n}", f"c{above % communes}")
                for n, above in enumerate(hamlets)
            ),
        ]
        planted = found_province(seedlings=seedlings, since=SINCE)
        self.units = {unit.code: unit for unit in planted}
        self.tenant: Tenant = planted[0].tenant
        self.pictures = [Picture({each.code: each.parent or None for each in seedlings})]
        self.months: list[Period] = []
        self.teams: dict[str, Team] = {}

    def settle(self) -> None:
        """Rights and months; in the province's own scope."""
        self.admin: User = open_first_account(
            username="cay.admin", full_name="Cây", role=Role.PROVINCE_ADMIN, unit=self.units["91"]
        )[0]
        for year, month in MONTHS:
            period = lay_out(tenant=self.tenant, year=year, month=month, by=DECREE_09)
            period.save()
            self.months.append(period)
        self._seat(self.units, SINCE)

    def _seat(self, units: dict[str, Unit], since: date) -> None:
        new = [NewTeam(name=name, unit=unit, kind=Kind.LOCAL) for name, unit in units.items()]
        found = establish_teams(tenant=self.tenant, teams=new, since=since)
        self.teams |= dict(zip(units, found, strict=True))

    # -- Reforms ----------------------------------------------------------------------------------

    def reform(self, day: date, steps: list[tuple[str, int, int]]) -> None:
        before = self.pictures[-1]
        after = Picture(deepcopy(before.parents))
        begun: dict[str, Unit] = {}
        for number, (step, one, other) in enumerate(steps):
            # Only what stood on the eve is touched, and what took others in does not end itself.
            heirs = {heir for heirs in after.became.values() for heir in heirs}
            free = sorted((set(before.communes()) & after.parents.keys()) - heirs)
            if len(free) < 2:
                break
            name = free.pop(one % len(free))
            self._step(after, begun, day, number, (step, name, free[other % len(free)]))
        self.pictures.append(after)
        self._write(before, after, begun, day)
        self._seat(begun, day)

    def _step(
        self,
        after: Picture,
        begun: dict[str, Unit],
        day: date,
        number: int,
        what: tuple[str, str, str],
    ) -> None:
        step, name, other = what
        new = f"c{day:%y}{number}"
        if step == "district":
            self._abolish(after)
        elif step == "founded":
            self._begin(after, begun, f"h{day:%y}{number}", day, name)
        elif step == "absorbed":
            self._end(after, name, [other])
        else:
            self._begin(after, begun, new, day, after.parents[name])
            if step == "split":
                after.was_split.add(name)
            self._end(after, name, [new, other] if step == "split" else [new])
            if step == "merged":
                self._end(after, other, [new])

    def _abolish(self, after: Picture) -> None:
        if "d0" in after.parents:
            for name, parent in after.parents.items():
                if parent == "d0":
                    after.parents[name] = "91"
            del after.parents["d0"]
            after.became["d0"] = []

    def _begin(
        self, after: Picture, begun: dict[str, Unit], name: str, day: date, parent: str | None
    ) -> None:
        level = Level.HAMLET if name.startswith("h") else Level.COMMUNE
        after.parents[name] = parent
        begun[name] = Unit(
            tenant=self.tenant, level=level, code=name, name=name, valid=DateRange(day, None)
        )

    def _end(self, after: Picture, name: str, heirs: list[str]) -> None:
        under = sorted(each for each, parent in after.parents.items() if parent == name)
        for number, hamlet in enumerate(under):
            after.parents[hamlet] = heirs[number % len(heirs)]
        del after.parents[name]
        after.became[name] = heirs

    def _write(self, before: Picture, after: Picture, begun: dict[str, Unit], day: date) -> None:
        for unit in begun.values():
            unit.save()
        self.units |= begun
        for name, parent in before.parents.items():
            unit = self.units[name]
            if name not in after.parents:
                Unit.objects.filter(pk=unit.pk).update(valid=DateRange(unit.valid.lower, day))
            if after.parents.get(name) != parent:
                for row in Placement.objects.filter(unit=unit, valid__contains=day):
                    row.valid = DateRange(row.valid.lower, day)
                    row.save()
        for name, parent in after.parents.items():
            if parent is not None and before.parents.get(name) != parent:
                self._place(name, parent, day)
        self._succeed(after, day)
        rebuild_ancestry(tenant=self.tenant)

    def _succeed(self, after: Picture, day: date) -> None:
        for old, heirs in after.became.items():
            for heir in heirs:
                Succession.objects.create(
                    tenant=self.tenant, predecessor=self.units[old], successor=self.units[heir],
                    partial=old in after.was_split, decree="1", effective_on=day,
                )  # fmt: skip

    def _place(self, name: str, parent: str, day: date) -> None:
        Placement.objects.create(
            tenant=self.tenant, unit=self.units[name], parent=self.units[parent],
            valid=DateRange(day, None),
        )  # fmt: skip

    # -- Reports ----------------------------------------------------------------------------------

    def report(self, form: Any, month: int, values: dict[str, Figures]) -> None:
        """What each team says whose unit stands in the tree of the month, by its name."""
        Report.objects.bulk_create(
            Report(
                tenant=self.tenant, form=form, period=self.months[month], unit=self.units[name],
                team=self.teams[name], status=Status.APPROVED, values=figures,
                updated_at=clock.now(), updated_by=self.admin,
            )
            for name, figures in values.items()
            if name in self.pictures[month].parents
        )  # fmt: skip

    def stored(self, month: int, tree: int) -> dict[str, tuple[Figures, int, int]]:
        """By the unit's name: sums, how many reported and how many were expected."""
        rows = Total.objects.filter(period=self.months[month], tree_on=TREES[tree])
        return {
            total.unit.code: (total.values, total.approved, total.expected)
            for total in rows.select_related("unit")
        }

    def by_hand(self, month: int, tree: int) -> dict[str, tuple[Figures, int, int]]:
        sums: dict[str, Figures] = {}
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        picture = self.pictures[tree]
        for name in picture.parents:
            if not name.startswith("h"):
                sums[name] = {}
        reports = {
            each.team_id: each
            for each in Report.objects.filter(period=self.months[month])
            if each.status == Status.APPROVED
        }
        for name in self.pictures[month].parents:
            report = reports.get(self.teams[name].pk)
            at: str | None = self.walk(name, month, tree)
            while at is not None:
                if at in sums:
                    counts[at][0] += report is not None
                    counts[at][1] += 1
                    for code, value in report.values.items() if report else ():
                        held = sums[at].get(code)
                        sums[at][code] = held if value is None else (held or 0) + value
                at = picture.parents[at]
        return {name: (sums[name], *counts[name]) for name in sums}  # type: ignore[misc]

    def walk(self, name: str, start: int, goal: int) -> str:
        """The unit of the goal's picture at which a unit of the start's is found."""
        for at in range(start, goal):
            name = self._forward(name, at)
        for at in range(start, goal, -1):
            name = self._back(name, at)
        return name

    def _forward(self, name: str, at: int) -> str:
        after = self.pictures[at + 1]
        while name not in after.parents:
            heirs = after.became[name]
            if len(heirs) == 1 and name not in after.was_split:
                return heirs[0]
            name = str(self.pictures[at].parents[name])
        return name

    def _back(self, name: str, at: int) -> str:
        here, before = self.pictures[at], self.pictures[at - 1]
        while name not in before.parents:
            olds = [old for old, heirs in here.became.items() if name in heirs]
            if len(olds) == 1:
                return olds[0]
            name = str(here.parents[name])
        return name
