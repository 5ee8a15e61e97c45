"""How well the totals of provinces are kept: what waits, what ran last, and what was wrong.

For those who look after the portal. The number of statements does not grow with the provinces.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import User
from reports import runs
from reports.models import DirtyTotal, Indicator, Period, RollupRun
from units.models import Tenant, Unit

Kind = RollupRun.Kind
State = RollupRun.State
# Beat has marks swept every minute: what waits longer waits for a worker that is not there.
STUCK_AFTER = timedelta(minutes=5)
RUNS_SHOWN = 10


@dataclass(frozen=True)
class Change:
    """A figure of a total that came out differently; None where it was, or is, not there."""

    unit: str
    month: str
    # The day since which the units stand under which it is a total; None of the month's own.
    tree: date | None
    figure: str
    was: int | None
    became: int | None


@dataclass(frozen=True)
class Told:
    """A run, and where it stands."""

    run: RollupRun
    state: State


@dataclass
class Upkeep:
    """How the totals of one province stand."""

    tenant: Tenant
    marks: int = 0
    # The mark that has waited longest.
    oldest: DirtyTotal | None = None
    # The last run of each kind, and the last one that found a difference.
    sweep: Told | None = None
    nightly: Told | None = None
    rebuild: Told | None = None
    differing: Told | None = None
    changes: list[Change] = field(default_factory=list)
    # Whether a worker is rebuilding now.
    is_at_work: bool = False

    @property
    def age(self) -> timedelta | None:
        """How long the oldest mark has waited: by the machine's clock, whatever day it is here."""
        return timezone.now() - self.oldest.marked_at if self.oldest else None

    @property
    def stands_still(self) -> bool:
        return self.age is not None and self.age > STUCK_AFTER

    @property
    def is_under_way(self) -> bool:
        """Whether a rebuild works, or waits for a worker."""
        return self.rebuild is not None and self.rebuild.state in (State.WAITING, State.RUNNING)

    def tell(self, run: RollupRun) -> Told:
        return Told(run, run.state(is_at_work=self.is_at_work))


# -- Reading --------------------------------------------------------------------------------------


def of(tenants: Iterable[Tenant], *, user: User | None) -> list[Upkeep]:
    """How the totals of these provinces stand; `user` None is whoever runs the server."""
    working = runs.at_work()
    found = {each.pk: Upkeep(each, is_at_work=each.pk in working) for each in tenants}
    marks = _seen(DirtyTotal, user).filter(tenant__in=found)
    for pk, count in marks.values_list("tenant_id").annotate(Count("pk")).order_by():
        found[pk].marks = count
    oldest = marks.order_by("tenant_id", "marked_at", "pk").distinct("tenant_id")
    for mark in oldest.select_related("unit", "period"):
        found[mark.tenant_id].oldest = mark
    _add_last_runs(found, user)
    return list(found.values())


def _add_last_runs(found: dict[int, Upkeep], user: User | None) -> None:
    last = {
        "sweep": _last(kind=Kind.SWEEP),
        "nightly": _last(kind=Kind.NIGHTLY),
        "rebuild": _last(kind=Kind.REBUILD),
        "differing": _last(differences__gt=0),
    }
    rows: list[Any] = list(Tenant.objects.filter(pk__in=found).values("pk", **last))
    wanted = {row[name] for row in rows for name in last} - {None}
    by_pk = _seen(RollupRun, user).select_related("asked_by").in_bulk(wanted)
    changes = changes_of(by_pk.values(), user=user)
    for row in rows:
        upkeep = found[row["pk"]]
        for name in last:
            if run := by_pk.get(row[name]):
                setattr(upkeep, name, upkeep.tell(run))
        upkeep.changes = changes.get(row["differing"], [])


def _last(**which: Any) -> Subquery:
    rows = RollupRun.objects.filter(tenant=OuterRef("pk"), **which)
    return Subquery(rows.order_by("-asked_at", "-pk").values("pk")[:1])


def recent(upkeep: Upkeep, *, user: User, kinds: Sequence[Kind]) -> list[Told]:
    """The last runs of these kinds in a province, the newest first."""
    rows = _seen(RollupRun, user).filter(tenant=upkeep.tenant, kind__in=kinds)
    return [upkeep.tell(run) for run in rows.select_related("asked_by")[:RUNS_SHOWN]]


def changes_of(found: Iterable[RollupRun], *, user: User | None) -> dict[int, list[Change]]:
    """What each of these runs found different, figure by figure, with names for people."""
    differing = [run for run in found if run.examples]
    examples = [example for run in differing for example in run.examples]
    every = Unit.objects.ever_visible_to(user) if user else Unit.objects.all()
    units = every.in_bulk({each["unit"] for each in examples})
    months = _seen(Period, user).in_bulk({each["period"] for each in examples})
    labels = {
        (indicator.form_id, indicator.code): indicator.label
        for indicator in Indicator.objects.filter(
            form__in={month.form_id for month in months.values()},
            code__in={each["code"] for each in examples},
        )
    }

    def named(example: dict[str, Any]) -> Change:
        month, code = months.get(example["period"]), example["code"]
        label = labels.get((month.form_id, code), code) if month else code
        return Change(
            unit=str(units.get(example["unit"], example["unit"])),
            month=str(month or example["period"]),
            tree=date.fromisoformat(example["tree"]) if example.get("tree") else None,
            figure=_figure(example["column"], label),
            was=example["was"],
            became=example["became"],
        )

    return {run.pk: [named(example) for example in run.examples] for run in differing}


def _figure(column: str, label: str) -> str:
    names = {
        "values": label,
        "gave": _("%(figure)s: teams that gave it") % {"figure": label},
        "not_applicable": _("%(figure)s: teams to which it does not apply") % {"figure": label},
        "expected": _("reports expected"),
        "submitted": _("reports submitted"),
        "approved": _("reports approved"),
    }
    return names[column]


def _seen(model: Any, user: User | None) -> QuerySet[Any]:
    return model.objects.visible_to(user) if user else model.objects.all()


# -- How long -------------------------------------------------------------------------------------


def lasted(span: timedelta | None) -> str:
    """0,4 s, 3 min 20 s, 2 h 5 min, or 3 days, in words; "" where nobody knows."""
    if span is None:
        return ""
    seconds = span.total_seconds()
    if seconds < 60:
        told = number_format(max(seconds, 0), decimal_pos=1 if seconds < 10 else 0, use_l10n=True)
        return _("%(seconds)s s") % {"seconds": told}
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if hours < 1:
        return _("%(minutes)s min %(seconds)s s") % {
            "minutes": minutes, "seconds": int(seconds % 60),
        }  # fmt: skip
    if hours < 48:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}
    return _("%(days)s days") % {"days": hours // 24}
