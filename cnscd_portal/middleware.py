"""What every request passes: its tenant, its door, and the sentence for what went wrong."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.doors import door_of
from units.errors import DomainError
from units.tenancy import scope

Respond = Callable[[HttpRequest], HttpResponse]

# Where somebody with a first password may go before they have chosen their own.
BEFORE_OWN_PASSWORD = {"password", "sign-out", "set_language", "health"}


class LanguageMiddleware:
    """Vietnamese, unless the person chose English: what a browser asks for is no choice."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = chosen in dict(settings.LANGUAGES)
        with translation.override(chosen if known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            return self.get_response(request)


class PrivacyMiddleware:
    """Leaves nothing in the browser of what a person was shown: the next one at a shared computer
    only had to go back. A view that sets the header itself knows why."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Signing out changes who it is.
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in and "Cache-Control" not in response:
            add_never_cache_headers(response)
        return response


class TenantMiddleware:
    """Opens the database connection for the tenant of the person, and closes it again."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        with scope(tenant=user.tenant_id, reads_all=user.reads_all_tenants):
            return self.get_response(request)


class AccessMiddleware:
    """Admits to a view whom its door admits; a view without a door admits nobody."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        door = door_of(view)
        if door is None:
            raise PermissionDenied
        if door.signed_in and not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        if not door.admits(request.user):
            raise PermissionDenied
        if door.signed_in and request.user.must_change_password:
            return _ask_for_own_password(request)
        return None


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if is_for_programs(request):
        return JsonResponse({"detail": _("Sign in first.")}, status=401)
    # What was sent is lost with the session, and its address may have no page of its own.
    reads = request.method in ("GET", "HEAD")
    return redirect_to_login(
        request.get_full_path() if reads else page_before(request) or reverse("home")
    )


def _ask_for_own_password(request: HttpRequest) -> HttpResponse | None:
    if request.resolver_match.url_name in BEFORE_OWN_PASSWORD:
        return None
    if is_for_programs(request):
        return JsonResponse({"detail": _("Choose a password of your own first.")}, status=403)
    return redirect("password")


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def page_before(request: HttpRequest) -> str:
    """Where the person came from, if that was a page of ours: anybody can make up a Referer."""
    referer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        referer, {request.get_host()}, require_https=request.is_secure()
    )
    return referer if ours else ""


class DomainErrorMiddleware:
    """The one place where an error of the domain becomes a status and a page."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        context = {"message": error.message, "back": page_before(request)}
        return render(request, "refused.html", context, status=error.status)
