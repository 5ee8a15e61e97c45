"""The workbooks that this app reads: the figures of a month, and consolidated tables."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Right
from reports import (
    batches,
    declared_differences,
    declared_sheet,
    figure_differences,
    figure_sheet,
)
from reports.catalogue import of_period, of_year
from reports.declared_differences import Printing
from reports.declared_periods import Months, of_span, span_at
from reports.declared_sheet import UNIT
from reports.figure_differences import Fillings
from reports.models import (
    Declaration,
    DeclaredReason,
    DeclaredRow,
    Period,
    Report,
    ReportStep,
)
from reports.periods import demand_open
from reports.spans import Length
from teams.models import Batch
from teams.subjects import Subject
from units.errors import NotPossibleNow


def of_month(subject: Subject, batch: Batch) -> Subject:
    """The subject as it is for the month of the import."""
    period = _month_of(batch)
    month = {"period": period}
    return replace(
        subject,
        label=_("Figures of month %(month)s") % {"month": period},
        columns=figure_sheet.columns_of(of_period(period)),
        compare=partial(figure_differences.compare, **month, by=batch.uploaded_by),
        write=partial(write, **month, by=batch.committed_by),
        demand=partial(demand_open, period),
        why_not=partial(figure_sheet.why_not_of, period),
        brought_on=("bring-figures", period.key, batch.unit_id),
        page=("unit-grid", period.key, batch.unit_id),
    )


def _month_of(batch: Batch) -> Period:
    """That in whose window the day of the import lies. Raises NotPossibleNow where the province has
    no such month."""
    day = batch.effective_on
    months = Period.objects.filter(tenant=batch.tenant_id, starts_on__lte=day, ends_on__gte=day)
    period = months.select_related("form").order_by("ends_on").first()
    if period is None:
        raise NotPossibleNow(_("There is no month any more in which this day lies."))
    return period


def write(plan: Fillings, *, tenant: int, on: date, period: Period, by: User) -> None:
    """Store what the plan says; in the caller's transaction."""
    drafts = [(each.team, each.report, each.values) for each in plan.fillings]
    batches.save_drafts(period=period, drafts=drafts, actor=by)


FIGURES = Subject(
    key="figures",
    label=gettext_lazy("Figures of a month"),
    title=gettext_lazy("Figures of a month"),
    file_name="so-lieu",
    right=Right.FILL,
    columns=[],
    compare=figure_differences.compare,
    write=write,
    tracked=(Report,),
    fit=of_month,
)


# -- Consolidated tables ------------------------------------------------------------------------


def of_declared_month(subject: Subject, batch: Batch) -> Subject:
    """The subject as it is for a table of the month of the import."""
    period = _month_of(batch)
    return _of_table(subject, batch, Months(period.year, period.month, period.month), period)


def of_declared_span(subject: Subject, batch: Batch, *, length: Length) -> Subject:
    """The same for a table of so many months, among them that of its day."""
    return _of_table(subject, batch, of_span(span_at(length, batch.effective_on)), None)


def _of_table(subject: Subject, batch: Batch, months: Months, period: Period | None) -> Subject:
    """The subject as it is for one table: its columns are those that the file has."""
    columns = [
        {"key": each["key"], "heading": each["text"]}
        for each in batch.headings
        if each["key"] not in ("", UNIT)
    ]
    what = {"months": months, "columns": columns}
    kept = Declaration.objects.filter(batch=batch.pk).first()
    return replace(
        subject,
        label=_("Consolidated table of %(period)s") % {"period": months.label},
        columns=declared_sheet.columns_of(
            of_period(period) if period else of_year(months.year), batch.headings
        ),
        compare=partial(
            declared_differences.compare,
            **what,
            chosen={int(row): given[UNIT] for row, given in batch.corrections.items()},
        ),
        write=partial(write_table, **what, batch=batch),
        why_not=partial(declared_sheet.why_not_of, months.year, period),
        brought_on=("declared-tables", batch.unit_id),
        page=("declared-table", kept.pk) if kept else ("declared-tables", batch.unit_id),
    )


def write_table(
    plan: Printing,
    *,
    tenant: int,
    on: date,
    months: Months,
    columns: list[dict[str, str]],
    batch: Batch,
) -> None:
    """Keep the table as it is printed; in the caller's transaction."""
    title = batch.title or " · ".join(batch.above) or Path(batch.file_name).stem
    declaration = Declaration.objects.create(
        tenant_id=tenant, unit_id=batch.unit_id, **months.stored, title=title[:250],
        columns=columns, batch=batch,
    )  # fmt: skip
    DeclaredRow.objects.bulk_create(
        DeclaredRow(
            tenant_id=tenant, declaration=declaration, number=row.line.number, name=row.name,
            unit_id=row.unit, cells=row.cells, is_total=row.is_total,
        )
        for row in plan.rows
    )  # fmt: skip


DECLARED_MONTH = Subject(
    key="declared-month",
    label=gettext_lazy("Consolidated table of a month"),
    title=gettext_lazy("Consolidated tables"),
    file_name="bang-tong-hop",
    right=Right.CORRECT,
    columns=[],
    compare=declared_differences.compare,
    write=write_table,
    tracked=(DeclaredRow, Declaration),
    fit=of_declared_month,
    is_document=True,
    also_kept=declared_sheet.also_kept,
)
DECLARED_SPANS = {
    length: replace(
        DECLARED_MONTH,
        key=f"declared-{name}",
        label=label,
        fit=partial(of_declared_span, length=length),
    )
    for length, name, label in (
        (Length.QUARTER, "quarter", gettext_lazy("Consolidated table of a quarter")),
        (Length.HALF_YEAR, "half-year", gettext_lazy("Consolidated table of a half-year")),
        (Length.NINE_MONTHS, "nine-months", gettext_lazy("Consolidated table of nine months")),
        (Length.YEAR, "year", gettext_lazy("Consolidated table of a year")),
    )
}
SUBJECTS = (FIGURES, DECLARED_MONTH, *DECLARED_SPANS.values())
# What may stand on an import, as people call it.
MAY_STAND = (
    (Report, gettext_lazy("reports"), ("team", "period"), str),
    (
        ReportStep,
        gettext_lazy("steps of reports"),
        ("report__team", "report__period"),
        lambda step: str(step.report),
    ),
    (
        DeclaredReason,
        gettext_lazy("reasons of differences"),
        ("declaration",),
        lambda reason: reason.text,
    ),
)
