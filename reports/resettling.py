"""Reports and totals when units end.

A report keeps its unit, for it is history. Only what a team at an ended unit has reported of months
that the new tree counts goes to the team that follows it, so that the sums have it once. More time
goes along, see `reports.extensions`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.known_passwords import KnownPasswords
from reports import extensions, periods, rollup
from reports.four_eyes import PASSWORDS_REMEMBERED
from reports.models import DirtyTotal, Extension, Period, Report, ReportStep, Status, Total
from reports.steps import STEPS
from teams.models import Team
from units import clock, outlook
from units.models import Decree, Succession, Unit
from units.outlook import Hindrance, Kind, Outlook, Reform, Tally

OPEN = Kind(
    "reports",
    gettext_lazy("open reports, which come along"),
    (
        gettext_lazy("Team"),
        gettext_lazy("Unit before"),
        gettext_lazy("Month"),
        gettext_lazy("State"),
    ),
)

LOCKED = Kind(
    "locked-months",
    gettext_lazy("months that have been locked, and are counted anew"),
    (gettext_lazy("Month"),),
)

# Rows a statement.
AT_ONCE = 2000


class ReportMover(outlook.Mover):
    tracked = (Extension, Report)
    derived = (Total, DirtyTotal)

    kinds = (OPEN, LOCKED)

    def hold(self, decree: Decree) -> None:
        periods.hold_all(decree.tenant_id)
        rollup.hold_still(decree.tenant_id)

    def counted(self, outlook: Outlook) -> list[Tally]:
        units = [*(lot.unit.pk for lot in outlook.ending), *(each.pk for each in outlook.moved)]
        still_open = Report.objects.filter(unit__in=units).exclude(status__in=Status.counted())
        found = still_open.order_by("period", "unit__code", "pk").values_list(
            "team__name", "unit__name", "period__month", "period__year", "status"
        )
        rows = [[team, at, f"{month:02}/{year}", status] for team, at, month, year, status in found]
        months = [[str(month)] for month in _locked(outlook.decree)]
        return [Tally(OPEN, len(rows), rows), Tally(LOCKED, len(months), months)]

    def read(self, kind: Kind, rows: list[list[Any]]) -> list[list[Any]]:
        labels = dict(Status.choices)
        return [[*told, labels.get(status, status)] for *told, status in rows]

    def move(self, reform: Reform) -> None:
        rollup.forget_kept_trees([reform.outlook.decree.tenant_id])
        late = list(
            Report.objects.filter(
                unit__in=list(reform.heirs),
                team__in=list(reform.followers),
                period__ends_on__gte=reform.day,
            ).order_by("pk")
        )
        for report in late:
            report.unit = reform.heirs[report.unit_id]
            report.team_id = reform.followers[report.team_id]
            report.version = F("version") + 1
        Report.objects.bulk_update(late, ["unit", "team", "version"], batch_size=AT_ONCE)
        # Of the ended units the database marks all totals, for they left the tree of these months.
        rollup.mark_dirty(late)
        extensions.come_along(reform)

    def why_not_applied(self, outlook: Outlook, actor: Any) -> str:
        """What was locked has been sent on: it moves when a second person has looked at it."""
        if why := _stranded(outlook):
            return why
        decree = outlook.decree
        months = _locked(decree)
        if not months or not _may_be_one_of(_deciders(decree), actor, decree):
            return ""
        return _(
            "It moves figures of months that have been locked: %(months)s. Somebody else who may "
            "apply decrees has to apply it than who brought and decided it."
        ) % {"months": _named(months)}

    def why_not_undone(self, decree: Decree, begun: Sequence[int], actor: Any) -> Hindrance | None:
        if (months := _locked(decree)) and _may_be_one_of(_appliers(decree), actor, decree):
            return Hindrance(
                _(
                    "It moves figures of months that have been locked: %(months)s. Somebody else "
                    "has to undo it than who applied it."
                )
                % {"months": _named(months)}
            )
        return _first_step(decree, begun) or _first_draft(decree, begun)

    def forget(self, decree: Decree, begun: Sequence[int]) -> None:
        Total.objects.filter(unit__in=begun).delete()
        rollup.forget_kept_trees([decree.tenant_id])
        DirtyTotal.objects.filter(unit__in=begun).delete()


def _stranded(outlook: Outlook) -> str:
    """Reports that the new tree would count nowhere: their team ended before it, so that none goes
    on in its place, and their unit ends with the decree. "" where there is none."""
    day = outlook.decree.effective_on
    report = (
        Report.objects.filter(
            unit__in=[lot.unit.pk for lot in outlook.ending],
            period__ends_on__gte=day,
            team__active__endswith__lte=day,
        )
        .exclude(status__in=Status.editable())
        .select_related("team", "period")
        .order_by("period", "pk")
        .first()
    )
    if report is None:
        return ""
    return _(
        "%(team)s ended on %(day)s, before the decree, and has sent its figures of month "
        "%(month)s: no new unit would count them. Take back the end of the team first, or return "
        "its report."
    ) % {
        "team": report.team,
        "day": clock.written(report.team.active.upper),
        "month": report.period,
    }


# -- Months that were locked ----------------------------------------------------------------------


def _locked(decree: Decree) -> list[Period]:
    """The months that were ever locked, of those that the decree's tree counts."""
    locked = ReportStep.objects.filter(report__period=OuterRef("pk"), name="lock")
    months = Period.objects.filter(tenant=decree.tenant_id, ends_on__gte=decree.effective_on)
    return list(months.filter(Q(state=Period.State.LOCKED) | Exists(locked)).order_by("ends_on"))


def _named(months: Iterable[Period]) -> str:
    return ", ".join(map(str, months))


def _deciders(decree: Decree) -> set[int]:
    """Who brought the decree, and who decided anything of it."""
    versions = _versions(decree)
    return _users(versions.exclude(pgh_context__has_any_keys=["decree", "undoes_decree"]))


def _appliers(decree: Decree) -> set[int]:
    return _users(_versions(decree).filter(pgh_context_id=decree.context))


def _versions(decree: Decree) -> QuerySet[Any]:
    rows: QuerySet[Any] = _history(Decree).filter(pgh_obj=decree.pk)
    return rows


def _users(versions: QuerySet[Any]) -> set[int]:
    said = versions.values_list("pgh_context__user", flat=True)
    return {int(each) for each in said if each is not None}


def _may_be_one_of(others: Iterable[int], actor: Any, decree: Decree) -> bool:
    since = decree.loaded_at - PASSWORDS_REMEMBERED
    known = KnownPasswords(decree.tenant_id, since=since)
    return any(known.may_be_one(each, actor.pk, since=since) for each in others)


# -- What stands on it ----------------------------------------------------------------------------


def _first_step(decree: Decree, begun: Sequence[int]) -> Hindrance | None:
    """The first that was taken of a report under the new tree, in one of its months."""
    links = Succession.objects.filter(
        effective_on=decree.effective_on, predecessor__tenant=decree.tenant_id
    )
    new = Unit.objects.within(
        [*links.values_list("successor", flat=True), *begun], on=decree.effective_on
    )
    taken = ReportStep.objects.filter(
        Q(report__unit__in=new) | Q(report__unit__in=links.values("predecessor")),
        report__period__ends_on__gte=decree.effective_on,
        at__gt=decree.applied_at,
    )
    step = taken.select_related("report__team", "report__period", "by").order_by("at", "pk").first()
    if step is None:
        return None
    said = _(
        "The report of %(team)s for month %(month)s is %(done)s under the new units, by %(person)s "
        "at %(time)s."
    ) % {
        "team": step.report.team or step.report.unit,
        "month": step.report.period,
        "done": STEPS[step.name].said,
        "person": step.by or _("the schedule"),
        "time": f"{localtime(step.at):%H:%M %d/%m/%Y}",
    }
    return _on(step.report, said)


def _first_draft(decree: Decree, begun: Sequence[int]) -> Hindrance | None:
    """The first that was saved for a team that the decree made. Whatever is not handed in of teams
    that go on goes with them."""
    made = _history(Team).filter(pgh_context_id=decree.context, pgh_label="insert")
    moved = _history(Report).filter(pgh_context_id=decree.context, pgh_label="update")
    saved = Report.objects.filter(
        Q(unit__in=begun)
        | Q(team__in=made.values("pgh_obj_id"))
        | Q(pk__in=moved.values("pgh_obj_id")),
        updated_at__gt=decree.applied_at,
    )
    report = saved.select_related("team", "period", "updated_by").order_by("updated_at").first()
    if report is None:
        return None
    said = _(
        "%(person)s saved figures of month %(month)s at %(time)s for %(team)s, which came to be "
        "with the decree."
    ) % {
        "team": report.team or report.unit,
        "month": report.period,
        "person": report.updated_by,
        "time": f"{localtime(report.updated_at):%H:%M %d/%m/%Y}",
    }
    return _on(report, said)


def _history(model: Any) -> Any:
    return model._meta.get_field("events").related_model.objects


def _on(report: Report, said: str) -> Hindrance:
    if report.team_id is None:
        return Hindrance(said)
    return Hindrance(said, "team-month", (report.period.key, report.team_id))
