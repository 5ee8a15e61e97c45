"""The API's addresses, and its answers to errors of the domain."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import exception_handler

from accounts.doors import SIGNED_IN, open_to
from reports import api
from units.errors import DomainError

router = SimpleRouter()
router.register("units", api.UnitViewSet, basename="api-unit")
router.register("periods", api.PeriodViewSet, basename="api-period")
router.register("totals", api.TotalViewSet, basename="api-total")
router.register("reports", api.ReportViewSet, basename="api-report")
router.register("teams", api.DraftViewSet, basename="api-team")


@open_to(SIGNED_IN)
class SchemaView(SpectacularAPIView):
    pass


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The same statuses as on pages, see `units.errors`."""
    if isinstance(error, DomainError):
        told = {"detail": error.message}
        for name in ("errors", "theirs"):
            if hasattr(error, name):
                told[name] = getattr(error, name)
        return Response(told, status=error.status)
    if isinstance(error, Http404):
        # Django's own sentence is English, and names the model.
        return Response({"detail": _("Not found.")}, status=404)
    if isinstance(error, PermissionDenied) and str(error.detail).startswith("CSRF Failed"):
        # REST framework says it in English, past any translation.
        told = _("The request has no valid CSRF token: send it in the header X-CSRFToken.")
        return Response({"detail": told}, status=403)
    return exception_handler(error, context)
