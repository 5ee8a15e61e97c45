"""What becomes of months and reports where a province becomes part of another one.

Both have a month of June. What was reported in the former province's June comes to stand in the
other's; its own June stays behind, so that the way back is known. Who was late stays late, and
nobody becomes so: a report that was sent keeps its deadline. Files stay in the folder in which they
were stored.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q

from reports import periods, rollup
from reports.models import (
    CensusMark,
    DirtyTotal,
    Evidence,
    KeptCensus,
    OwnHoliday,
    Period,
    Report,
    ReportingCalendar,
    Status,
    Total,
)
from units import mergers
from units.mergers import Model, run, silent, subject_of, that_came
from units.models import Arrival, Level, Merger, Tenant, Unit

# The months that both have. The former province's did not move.
PAIR = """
with pair as (
    select former.id as former_id, former.ends_on as former_ends_on,
           present.id as present_id, present.ends_on as present_ends_on
    from reports_period former
    join reports_period present using (year, month)
    where former.tenant_id = %(source)s and present.tenant_id = %(into)s
)
"""

# The sums stay what they were; only the month's last day may be another one.
TOTALS_TO_PRESENT = (
    PAIR
    + """
update reports_total total set period_id = pair.present_id, tree_on = pair.present_ends_on
from pair
where total.period_id = pair.former_id and total.tree_on = pair.former_ends_on
"""
)
TOTALS_TO_FORMER = (
    PAIR
    + """
update reports_total total set period_id = pair.former_id, tree_on = pair.former_ends_on
from pair
where total.period_id = pair.present_id and total.tree_on = pair.present_ends_on
"""
)
# On another last day another tree may have stood.
MARK_SHIFTED = (
    PAIR
    + """
insert into reports_dirtytotal (tenant_id, period_id, unit_id, marked_at)
select tenant_id, period_id, unit_id, statement_timestamp()
from reports_total
join pair on pair.present_id = period_id and pair.present_ends_on <> pair.former_ends_on
where """
    + that_came(Total)
)


class Part(mergers.Part):
    """Reports come along with all that hangs on them. How a province lays out its months, and its
    days off, were its own."""

    derived = (Total, DirtyTotal, KeptCensus, CensusMark)

    def hold(self, province: Tenant) -> None:
        periods.hold_all(province.pk)
        rollup.hold_still(province.pk)

    def staying(self, source: Tenant, into: Tenant) -> dict[Model, list[int]]:
        theirs = {(each.year, each.month) for each in Period.objects.filter(tenant=into)}
        months = Period.objects.filter(tenant=source)
        return {
            Period: [each.pk for each in months if (each.year, each.month) in theirs],
            ReportingCalendar: _keys(ReportingCalendar, source),
            OwnHoliday: _keys(OwnHoliday, source),
        }

    def repoint(self, merger: Merger) -> None:
        for former, due_on in _other_deadlines(merger):
            sent = Report.objects.filter(period=former, due_on=None, submitted_at__isnull=False)
            with silent(Report):
                sent.update(due_on=due_on)
        # Those under other days' trees can be had again.
        rollup.forget_kept_trees([merger.source_id, merger.tenant_id])
        run(TOTALS_TO_PRESENT, merger)
        for model, column in _of_a_month():
            with silent(model):
                run(
                    f"{PAIR} update {model._meta.db_table} dated set {column} = pair.present_id "
                    f"from pair where dated.{column} = pair.former_id",
                    merger,
                )
        _seat(merger, merger.ended, merger.successor, _to_finish(merger))
        run(MARK_SHIFTED, merger)
        _mark_census(merger)
        files = Evidence.objects.filter(pk__in=merger.came(Evidence), stored_under=None)
        with silent(Evidence):
            files.update(stored_under=merger.source)

    def point_back(self, merger: Merger) -> None:
        rollup.forget_kept_trees([merger.tenant_id])
        _seat(merger, merger.successor, merger.ended, Q(pk__in=merger.came(Report)))
        run(MARK_SHIFTED, merger)
        for each in (Total, DirtyTotal):
            _leave_with_its_units(each, merger)
        _recount_both(merger)
        run(f"{TOTALS_TO_FORMER} and {that_came(Total)}", merger)
        for model, column in _of_a_month():
            with silent(model):
                run(
                    f"{PAIR} update {model._meta.db_table} dated set {column} = pair.former_id "
                    f"from pair where dated.{column} = pair.present_id and {that_came(model)}",
                    merger,
                )
        # A deadline that an earlier merger kept is another one, or it would not have been kept.
        for former, due_on in _other_deadlines(merger):
            with silent(Report):
                Report.objects.filter(period=former, due_on=due_on).update(due_on=None)
        with silent(Evidence):
            Evidence.objects.filter(stored_under=merger.source).update(stored_under=None)


def _to_finish(merger: Merger) -> Q:
    """Reports of the months that are summed in the new tree, and those that somebody there has to
    finish, whatever their month is."""
    return Q(period__ends_on__gte=merger.effective_on) | ~Q(status__in=Status.counted())


def _seat(merger: Merger, unit: Unit, other: Unit, which: Q) -> None:
    """Let reports of one province's own teams be those of the other's."""
    rows = Report.objects.filter(which, unit=unit, team__isnull=False)
    months = set(rows.values_list("period", flat=True))
    with silent(Report):
        rows.update(unit=other)
    DirtyTotal.objects.bulk_create(
        DirtyTotal(tenant=merger.tenant, period_id=month, unit=each)
        for month in months
        for each in (unit, other)
    )


def _other_deadlines(merger: Merger) -> Iterator[tuple[Period, date]]:
    """The months of the former province whose deadline is another one in the province that they
    came to, with what it was. More time that was given to all teams counts: the unit to which it
    was given ends. Asked for while reports refer to these months."""
    present = {
        (each.year, each.month): each.team_due_on
        for each in Period.objects.filter(tenant=merger.tenant_id)
    }
    for former in Period.objects.filter(tenant=merger.source_id):
        given = former.extensions.with_last_on().filter(unit__level=Level.PROVINCE, team=None)
        whole = given.values_list("last_on", flat=True)
        due_on = max([former.team_due_on, *whole])
        if due_on != present.get((former.year, former.month), due_on):
            yield former, due_on


def _keys(model: Model, tenant: Tenant) -> list[int]:
    return list(model._default_manager.filter(tenant=tenant).values_list("pk", flat=True))


def _of_a_month() -> list[tuple[Model, str]]:
    """Every model whose rows refer to a month, histories included, with the column."""
    return [
        (model, str(field.column))
        for model in mergers.walled()
        for field in model._meta.concrete_fields
        if field.related_model is Period and subject_of(model) is not Period
    ]


def _leave_with_its_units(model: Model, merger: Merger) -> None:
    """Sums and marks are written again and again: those of units that leave do so, too. Of months
    that the other province does not have, nothing is left."""
    units, months = merger.came(Unit), merger.came(Period)
    shared = Period.objects.filter(tenant=merger.tenant_id).filter(
        Exists(
            Period.objects.filter(
                tenant=merger.source_id, year=OuterRef("year"), month=OuterRef("month")
            )
        )
    )
    rows = model._default_manager.filter(tenant=merger.tenant_id)
    rows.filter(unit__in=units).exclude(period__in=months).exclude(period__in=shared).delete()
    rows.filter(period__in=months).exclude(unit__in=units).delete()
    _let_leave(model, rows.filter(unit__in=units).values_list("pk", flat=True), merger)


def _recount_both(merger: Merger) -> None:
    KeptCensus.objects.filter(unit__in=merger.came(Unit)).delete()
    _mark_census(merger)
    _let_leave(CensusMark, [_mark_census(merger).pk], merger)


def _mark_census(merger: Merger) -> CensusMark:
    """On all days: while rows move the triggers leave no mark."""
    return CensusMark.objects.create(tenant=merger.tenant, days=DateRange(None, None))


def _let_leave(model: Model, ids: Iterable[int], merger: Merger) -> None:
    """Have these rows go with the former province, and no others of the model."""
    leaving = list(ids)
    Arrival.objects.update_or_create(
        merger=merger,
        table_name=model._meta.db_table,
        defaults={"ids": leaving},
        create_defaults={"ids": leaving, "tenant": merger.tenant},
    )
