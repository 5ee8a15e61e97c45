"""Signing in and out, one's own password, and the accounts of a province."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import delegation, enrolment
from accounts import preferences as writing
from accounts.doors import EVERYBODY, SIGNED_IN, holders_of, open_to
from accounts.forms import (
    TAKEN,
    AddressForm,
    HandOverForm,
    NewAccountForm,
    OwnPasswordForm,
    PreferencesForm,
    RoleForm,
    SignInForm,
)
from accounts.models import Delegation, User
from accounts.roles import Right, Role
from units import clock
from units.tenancy import scope
from units.text import normalise

PAGE = 50


@open_to(EVERYBODY)
class SignInView(LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ["get", "head", "post", "options"]

    def get_redirect_url(self) -> str:
        """Where the person wanted to go; leading back here would never end."""
        wanted = super().get_redirect_url()
        return "" if urlsplit(wanted).path == self.request.path else wanted

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        # From here on the province is known; signing in writes the time of it.
        with scope(tenant=user.tenant_id):
            login(self.request, user)
        return redirect(self.get_success_url())


@open_to(EVERYBODY)
class SignOutView(LogoutView):
    pass


def locked_out(
    request: HttpRequest, response: Any = None, credentials: Any = None, *args: Any, **kwargs: Any
) -> HttpResponse:
    context = {"by_address": getattr(request, "is_from_locked_address", False)}
    return render(request, "accounts/locked_out.html", context, status=429)


@open_to(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    form = OwnPasswordForm(request, request.POST or None)
    is_right = request.method == "POST" and form.is_valid()
    if getattr(request, "axes_locked_out", False):
        # Somebody else sits at this person's computer.
        logout(request)
        return locked_out(request)
    if is_right:
        user = form.save(commit=False)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form})


@open_to(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Where the portal writes to the person, and whether it reminds them."""
    user = request.user
    stored = {name: getattr(user, name) for name in ("email", "wants_reminders", "wants_mail")}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.taken_by(partial(writing.choose, user=user)):
        messages.success(request, _("Your choice is saved."))
        return redirect("preferences")
    return render(request, "accounts/preferences.html", {"form": form}, status=form.status)


@open_to(holders_of(Right.ACCOUNTS))
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    rows = User.objects.visible_to(request.user).prefetch_related("grants__unit")
    if wanted := normalise(request.GET.get("q", "")):
        rows = rows.filter(Q(username__icontains=wanted) | Q(full_name__icontains=wanted))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/accounts.html",
        {"page": page, "q": wanted, "query": f"{urlencode({'q': wanted})}&"},
    )


@open_to(holders_of(Right.ACCOUNTS))
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Two pages: the role first, because it says which units can be chosen."""
    chosen = RoleForm(request.POST or request.GET or None)
    if not chosen.is_valid():
        return render(request, "accounts/new_account_role.html", {"form": chosen})
    role = Role(chosen.cleaned_data["role"])
    form = NewAccountForm(request.POST or None, actor=request.user, role=role)
    if request.method == "POST" and form.is_valid():
        try:
            user, first_password = enrolment.open_account(
                username=form.cleaned_data["username"],
                full_name=form.cleaned_data["full_name"],
                role=role,
                unit=form.cleaned_data["unit"],
                actor=request.user,
            )
            return show_first_password(request, user, first_password)
        except IntegrityError:
            # Somebody else took the name since it was looked up.
            form.add_error("username", TAKEN)
    return render(request, "accounts/new_account.html", {"form": form, "role": role})


@open_to(holders_of(Right.ACCOUNTS))
@require_POST
def renew_password(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    return show_first_password(
        request, user, enrolment.renew_password(user=user, actor=request.user)
    )


@open_to(holders_of(Right.ACCOUNTS))
@require_http_methods(["GET", "HEAD", "POST"])
def account_mail(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = AddressForm(sent, initial={"email": user.email})
    if form.taken_by(partial(writing.set_address, user=user, actor=request.user)):
        messages.success(request, _("The address of %(name)s is saved.") % {"name": user.username})
        return redirect("accounts")
    context = {"form": form, "account": user}
    return render(request, "accounts/account_mail.html", context, status=form.status)


@open_to(holders_of(Right.ACCOUNTS))
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    active = request.POST.get("active") == "1"
    enrolment.set_active(user=user, active=active, actor=request.user)
    said = _("%(name)s can sign in again.") if active else _("%(name)s can no longer sign in.")
    messages.success(request, said % {"name": user.username})
    return redirect("accounts")


def show_first_password(
    request: HttpRequest, user: User, first_password: str, *, back: tuple[str, str] | None = None
) -> HttpResponse:
    """Shown in the answer itself and kept nowhere: it cannot be asked for twice. `back` names and
    addresses the page that the administrator came from; the list of accounts, if None."""
    name, address = back or (_("Accounts"), reverse("accounts"))
    context = {"account": user, "password": first_password, "from": name, "back": address}
    return render(request, "accounts/first_password.html", context)


# -- Standing in for somebody -------------------------------------------------------------------


@open_to(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Who stands in for the person, and for whom they stand in."""
    user = request.user
    grants = delegation.to_hand_over(user)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        grants=grants,
        actor=user,
        initial={"since": clock.today()},
    )

    def hand_over(**typed: Any) -> Delegation:
        return delegation.hand_over(**typed, actor=user)

    if request.method == "POST" and not grants:
        raise PermissionDenied
    if form.taken_by(hand_over):
        said = _("%(name)s stands in for you from %(since)s to %(until)s.")
        given = {"name": form.made.holder, "since": clock.written(form.made.since)}
        messages.success(request, said % {**given, "until": clock.written(form.made.until)})
        return redirect("delegations")
    rows = Delegation.objects.editable_by(user).with_standing()
    context = {
        "form": form if grants else None,
        "colleagues": delegation.colleagues(user)[:PAGE],
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/delegations.html", context, status=422 if form.errors else 200)


@open_to(SIGNED_IN)
@require_POST
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Delegation.objects.visible_to(request.user), pk=pk)
    reason = request.POST.get("reason", "")
    ended = delegation.end(delegation=row, actor=request.user, reason=reason)
    said = _("%(holder)s no longer stands in for %(giver)s.")
    if ended.was_declined:
        said = _("You have declined to stand in for %(giver)s.")
    messages.success(request, said % {"holder": ended.holder, "giver": ended.giver})
    return redirect("delegations")


@open_to(holders_of(Right.ACCOUNTS))
@require_safe
def all_delegations(request: HttpRequest) -> HttpResponse:
    rows = Delegation.objects.visible_to(request.user).with_standing()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/all_delegations.html", {"page": page})
