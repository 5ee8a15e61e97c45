"""The targets that a year sets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import SIGNED_IN, open_to
from targets.models import Target
from units import clock


@open_to(SIGNED_IN)
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    rows = Target.objects.visible_to(request.user)
    years = list(rows.order_by("-year").values_list("year", flat=True).distinct())
    year = next((year for year in years if year <= clock.today().year), None)
    context = {"year": year, "targets": rows.filter(year=year)}
    return render(request, "targets/targets.html", context)
