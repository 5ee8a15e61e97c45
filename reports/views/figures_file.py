"""The grid of a month as a file: taken out, filled in, and brought back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from reports import figure_sheet, periods
from reports.models import Period
from reports.views.month import Month, draw, period_or_404
from reports.workbooks import FIGURES
from teams.forms import FileForm
from teams.models import Batch, Team
from teams.subjects import kept_by
from teams.views.files import file_response
from teams.views.uploads import is_sound, take_in, takes_file
from units import lineage, tree
from units.errors import NotAllowed
from units.models import Unit

FILLERS = holders_of(Right.FILL)
LATEST = 10


@open_to(FILLERS)
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """How the figures of a month come in from a file, and what was brought so far."""
    unit, period = _named(request, month, pk)
    form = FileForm()
    if request.method == "POST":
        periods.demand_open(period)
        form = FileForm(request.POST, request.FILES)
        if is_sound(request, form) and (
            batch := take_in(
                form, actor=request.user, subject=FIGURES, unit=unit, effective_on=period.ends_on
            )
        ):
            return redirect("import", batch.pk)
    path = tree.path(unit, on=lineage.shown_on(unit, on=period.tree_on) or period.tree_on)
    brought = kept_by(request.user, Batch.objects.visible_to(request.user)).filter(
        unit=unit, subject=FIGURES.key,
        effective_on__gte=period.starts_on, effective_on__lte=period.ends_on,
    )  # fmt: skip
    context = {
        "unit": unit,
        "period": period,
        "path": path,
        "within_reach": Unit.objects.visible_to(request.user).among(path),
        "closed": "" if period.is_open else periods.why_closed(period),
        "form": form,
        "brought": brought.select_related("uploaded_by")[:LATEST],
    }
    status = 422 if form.errors else 200
    return render(request, "months/figures_file.html", context, status=status)


@open_to(FILLERS)
@require_safe
def template(request: HttpRequest, month: Month, pk: int) -> HttpResponse:
    """A workbook with the teams that the person fills in, and what is stored of them by now; in
    Vietnamese."""
    unit, period = _named(request, month, pk)
    picture = draw(unit, period, request.user)
    own = Team.objects.editable_by(request.user).filter(pk__in=[p.team.pk for p in picture.teams])
    editable = set(own.values_list("pk", flat=True))
    parts = [part for part in picture.teams if part.team.pk in editable]
    with translation.override("vi"):
        content = figure_sheet.template(unit, period, picture.catalogue, parts)
    return file_response(content, f"so-lieu-{period.key}-{unit.code}.xlsx")


def _named(request: HttpRequest, month: Month, pk: int) -> tuple[Unit, Period]:
    """Raises NotAllowed where the person fills in nothing. Whoever leads a team does on the unit
    where it sits, and that team alone."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if not request.user.may(Right.FILL, unit):
        raise NotAllowed(_("You do not enter the figures of %(name)s.") % {"name": unit.name})
    return unit, period_or_404(request.user, unit.tenant_id, month)
