"""Pages that belong to no app."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.http import require_safe
from django.views.i18n import set_language as django_set_language

from accounts.doors import EVERYBODY, open_to
from cnscd_portal.middleware import is_for_programs

# So soon a database is back that was started anew.
SECONDS_UNTIL_NEXT_TRY = 30


@open_to(EVERYBODY)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: it answers, and so does its database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")


set_language = open_to(EVERYBODY)(django_set_language)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not is_for_programs(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return JsonResponse({"detail": _("What was sent is too large.")}, status=413)
    return JsonResponse({"detail": _("The request is malformed.")}, status=400)


def broken_down(request: HttpRequest) -> HttpResponse:
    """Asks for nothing that the database or the session would have to answer."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return _out_of_reach(request)
    if is_for_programs(request):
        return JsonResponse(
            {"detail": _("Something went wrong. It has been recorded.")}, status=500
        )
    return defaults.server_error(request)


def _out_of_reach(request: HttpRequest) -> HttpResponse:
    """The database is away, or has cut this request off."""
    headers = {"Retry-After": str(SECONDS_UNTIL_NEXT_TRY)}
    if is_for_programs(request):
        told = _("The database is out of reach. Try again in a moment.")
        return JsonResponse({"detail": told}, status=503, headers=headers)
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return JsonResponse({"detail": _("Not found.")}, status=404)
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        told = _("You do not have permission to perform this action.")
        return JsonResponse({"detail": told}, status=403)
    return render(request, "403.html", status=403)
