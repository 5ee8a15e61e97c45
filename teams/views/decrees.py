"""Decrees on boundaries: brought, looked at, decided, applied, taken back."""

from collections import defaultdict
from itertools import groupby
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.doors import holders_of, open_to
from accounts.roles import Right
from teams.decree_forms import DecreeForm
from teams.views.uploads import is_sound, takes_file
from units import decrees as files
from units import outlook, reform, undoing
from units.errors import FileRefused, NotPossibleNow
from units.models import Decree, Level, Unit
from units.outlook import Fate, Outlook

PAGE = 50
DECIDERS = holders_of(Right.BOUNDARIES)


@open_to(DECIDERS)
@takes_file
@require_http_methods(["GET", "HEAD", "POST"])
def decrees(request: HttpRequest) -> HttpResponse:
    """Those of the province, and a form to bring another."""
    form = DecreeForm(request.POST, request.FILES) if request.method == "POST" else DecreeForm()
    if request.method == "POST" and is_sound(request, form) and (made := _load(request, form)):
        return redirect("decree", made.pk)
    rows = Decree.objects.visible_to(request.user)
    context = {"form": form, "decrees": rows}
    return render(request, "administration/decrees.html", context, status=form.status)


def _load(request: HttpRequest, form: DecreeForm) -> Decree | None:
    typed = form.cleaned_data
    if official := files.OFFICIAL.get(typed["official"]):
        what: dict[str, Any] = vars(official)
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
    province = Unit.objects.visible_to(request.user).get(level=Level.PROVINCE)
    try:
        return files.load(**what, province=province, actor=request.user)
    except FileRefused as refusal:
        form.refuse({"": [refusal.message]})
    return None


@open_to(DECIDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def decree(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would do, and the questions that a person answers."""
    row = _visible(request, pk)
    if request.method == "POST":
        return _act(request, row, lambda: _decide(request, row))
    return _show(request, row)


def _decide(request: HttpRequest, row: Decree) -> None:
    seen = reform.decide(
        decree=row,
        answers=dict(request.POST.items()),
        is_example=bool(request.POST.get("is_example")),
        actor=request.user,
    )
    count = len(seen.undecided)
    said = reform.still_open(count) if count else _("Everything is decided.")
    messages.success(request, f"{_('Saved.')} {said}")


@open_to(DECIDERS)
@require_POST
def apply_decree(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    return _act(request, row, lambda: reform.apply(decree=row, actor=request.user))


@open_to(DECIDERS)
@require_POST
def undo_decree(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    return _act(request, row, lambda: undoing.undo(decree=row, actor=request.user))


@open_to(DECIDERS)
@require_POST
def discard_decree(request: HttpRequest, pk: int) -> HttpResponse:
    row = _visible(request, pk)
    try:
        reform.discard(decree=row, actor=request.user)
    except NotPossibleNow as refusal:
        return _show(request, row, refusal.message, status=409)
    messages.success(request, _("%(name)s is discarded.") % {"name": row})
    return redirect("decrees")


def _visible(request: HttpRequest, pk: int) -> Decree:
    return get_object_or_404(Decree.objects.visible_to(request.user), pk=pk)


def _act(request: HttpRequest, row: Decree, act: Any) -> HttpResponse:
    try:
        act()
    except NotPossibleNow as refusal:
        row.refresh_from_db()
        return _show(request, row, refusal.message, status=409)
    return redirect("decree", row.pk)


def _show(request: HttpRequest, row: Decree, refusal: str = "", status: int = 200) -> HttpResponse:
    seen = outlook.foresee(row)
    wanted = request.GET.get("fate", "")
    is_chosen = wanted in Fate.values
    lots = [lot for lot in seen.lots if lot.fate == wanted] if is_chosen else seen.ending
    page = Paginator(lots, PAGE).get_page(request.GET.get("page"))
    context = {
        "decree": row,
        "outlook": seen,
        "groups": _groups(seen) if row.is_draft else [],
        "page": page,
        "lots": [(lot, [seen.names[code] for code in lot.heirs]) for lot in page],
        "fate": wanted if is_chosen else "",
        "query": f"{urlencode({'fate': wanted})}&" if is_chosen else "",
        "why_not": _why_not(row, seen),
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "administration/decree.html", context, status=status)


def _why_not(row: Decree, seen: Outlook) -> str:
    if row.is_draft:
        return reform.why_not_applied(seen)
    return undoing.why_not_undone(row) if row.is_applied else ""


def _groups(seen: Outlook) -> list[dict[str, Any]]:
    """The questions by what they are about, each with its answer and those that lean on it."""
    decisions, still_open = seen.decree.decisions, seen.undecided
    leaning: dict[str, list[Any]] = defaultdict(list)
    for each in seen.questions:
        leaning[each.leans_on].append((each, decisions.get(each.key, "")))
    found = []
    for title, asked in groupby(leaning[""], lambda pair: pair[0].about):
        questions = [(each, answer, leaning[each.key]) for each, answer in asked]
        is_open = any(each.key in still_open for each, _answer, _leaning in questions)
        found.append({"title": title, "questions": questions, "is_open": is_open})
    return found
