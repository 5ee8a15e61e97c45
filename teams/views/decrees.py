"""Decrees on boundaries: brought, looked at, decided, applied, taken back."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from teams.decree_forms import DecreeForm
from teams.views.decree_page import DecreePage
from teams.views.uploads import is_sound, takes_file
from units import decrees as files
from units import objections, outcome, reform, undoing
from units.errors import InvalidEntry, NotAllowed, NotPossibleNow
from units.models import Decree, Level, Unit
from units.text import whole_number

DECIDERS, READERS = holders_of(Right.BOUNDARIES), holders_of(Right.DECREES)


@open_to(READERS)
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def decrees(request: HttpRequest) -> HttpResponse:
    """Those of the province, and a form to bring another."""
    decides = _decides(request)
    province = Unit.objects.visible_to(request.user).get(level=Level.PROVINCE)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DecreeForm(*sent, province=province)
    if sent and is_sound(request, form) and (made := _load(request, form, province)):
        return redirect("decree", made.pk)
    rows = Decree.objects.visible_to(request.user).defer("plan", "record", "decisions")
    context = {"form": form, "decrees": rows, "decides": decides}
    return render(request, "administration/decrees.html", context, status=form.status)


def _load(request: HttpRequest, form: DecreeForm, province: Unit) -> Decree | None:
    typed = form.cleaned_data
    if official := form.offered.get(typed["official"]):
        what = official.parts
    else:
        brought = (typed["file"], typed["units"])
        paths = [Path(file.temporary_file_path()) for file in brought]
        what = {
            "name": typed["name"],
            "effective_on": typed["effective_on"],
            "successions": paths[0],
            "units": paths[1],
            "called": (brought[0].name, brought[1].name),
        }
    try:
        return files.load(**what, province=province, actor=request.user)
    except InvalidEntry as refusal:
        form.refuse(_by_field(refusal.errors, is_official=official is not None))
    return None


def _by_field(errors: dict[str, list[str]], *, is_official: bool) -> dict[str, list[str]]:
    """What is wrong with a decree that comes with the portal is said of the choice of it."""
    if is_official:
        return {"official": [why for reasons in errors.values() for why in reasons]}
    return {{"successions": "file"}.get(key, key): reasons for key, reasons in errors.items()}


@open_to(READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decree(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would do, and the questions that a person answers."""
    row = _visible(request, pk)
    _decides(request)
    if request.method == "POST":
        return _act(request, row, lambda: _decide(request, row))
    return _show(request, row)


def _decide(request: HttpRequest, row: Decree) -> None:
    seen = reform.decide(
        decree=row,
        answers=dict(request.POST.items()),
        seen=whole_number(request.POST.get("version", "")),
        is_example=bool(request.POST.get("is_example")),
        actor=request.user,
    )
    count = len(seen.undecided)
    said = objections.still_open(count) if count else _("Everything is decided.")
    messages.success(request, _("Saved. %(what_is_open)s") % {"what_is_open": said})


@open_to(DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def apply_decree(request: HttpRequest, pk: int) -> HttpResponse:
    """What is about to happen, once more in numbers, and the one button that does it."""
    row = _visible(request, pk)
    if request.method == "POST":
        agreed = request.POST.get("agreed", "")
        return _act(
            request, row, lambda: reform.apply(decree=row, agreed=agreed, actor=request.user)
        )
    return _confirm(request, row) if row.is_draft else redirect("decree", pk)


@open_to(DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_decree(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be taken back, and the one button that does it."""
    row = _visible(request, pk)
    if request.method == "POST":
        return _act(request, row, lambda: undoing.undo(decree=row, actor=request.user))
    return _confirm(request, row) if row.is_applied else redirect("decree", pk)


def _confirm(request: HttpRequest, row: Decree) -> HttpResponse:
    page = DecreePage(row, request.user)
    if page.why_not:
        return redirect("decree", row.pk)
    context = {"decree": row, "told": page.told, "agreed": outcome.digest(row, page.told)}
    return render(request, "administration/decree_step.html", context)


@open_to(DECIDERS)
@require_POST
def discard_decree(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    try:
        reform.discard(decree=row, actor=request.user)
    except Decree.DoesNotExist:
        raise Http404 from None
    except NotPossibleNow as refusal:
        return _show(request, row, refusal.message, status=409)
    messages.success(request, _("%(name)s is discarded.") % {"name": row})
    return redirect("decrees")


def _decides(request: HttpRequest) -> bool:
    """Whether the person may do more than read. Raises NotAllowed where they do it without."""
    may = bool(request.user.holds(Right.BOUNDARIES))
    if request.method == "POST" and not may:
        raise NotAllowed(_("Provincial administrators decide about boundaries."))
    return may


def _visible(request: HttpRequest, pk: int) -> Decree:
    return get_object_or_404(Decree.objects.visible_to(request.user), pk=pk)


def _act(request: HttpRequest, row: Decree, act: Any) -> HttpResponse:
    try:
        act()
    except Decree.DoesNotExist:  # Discarded by somebody else at the same moment.
        raise Http404 from None
    except NotPossibleNow as refusal:
        row.refresh_from_db()
        return _show(request, row, refusal.message, status=409)
    return redirect("decree", row.pk)


def _show(request: HttpRequest, row: Decree, refusal: str = "", status: int = 200) -> HttpResponse:
    page = DecreePage(row, request.user, typed=request.POST)
    context = {"decree": row, "told": page.told, "refusal": refusal}
    context |= {"why_not": page.why_not, "seen_at": page.seen_at}
    context |= {"decides": _decides(request), "namesakes": page.namesakes}
    context["groups"] = page.groups if context["decides"] else []
    context |= page.listed(request.GET)
    return render(request, "administration/decree.html", context, status=status)
