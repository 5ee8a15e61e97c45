"""The workbook that this app reads: the figures of a month."""

from dataclasses import replace
from datetime import date
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Right
from reports import batches, figure_differences, figure_sheet
from reports.catalogue import of_period
from reports.figure_differences import Fillings
from reports.models import Period, Report, ReportStep
from reports.periods import demand_open
from teams.models import Batch
from teams.subjects import Subject
from units.errors import NotPossibleNow


def of_month(subject: Subject, batch: Batch) -> Subject:
    """The subject as it is for the month in whose window the day of the import lies. Raises
    NotPossibleNow where the province has no such month."""
    day = batch.effective_on
    months = Period.objects.filter(tenant=batch.tenant_id, starts_on__lte=day, ends_on__gte=day)
    period = months.select_related("form").order_by("ends_on").first()
    if period is None:
        raise NotPossibleNow(_("There is no month any more in which this day lies."))
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
# What may stand on an import of figures, as people call it.
MAY_STAND = (
    (Report, gettext_lazy("reports"), ("team", "period"), str),
    (
        ReportStep,
        gettext_lazy("steps of reports"),
        ("report__team", "report__period"),
        lambda step: str(step.report),
    ),
)
