"""Pages that belong to no app."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.i18n import set_language as django_set_language

from accounts.doors import EVERYBODY, open_to
from cnscd_portal.middleware import is_for_programs


@open_to(EVERYBODY)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: it answers, and so does its database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok", content_type="text/plain")


set_language = open_to(EVERYBODY)(django_set_language)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        return JsonResponse({"detail": _("Not found.")}, status=404)
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_programs(request):
        told = _("You do not have permission to perform this action.")
        return JsonResponse({"detail": told}, status=403)
    return render(request, "403.html", status=403)
