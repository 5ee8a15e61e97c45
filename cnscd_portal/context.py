"""What the frame of every page shows."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.roles import Right
from reports import notices
from reports.views.rollup import OPERATORS
from teams.subjects import subjects_for
from teams.views.committees import OVERSEERS
from units import clock


@dataclass(frozen=True)
class Entry:
    """One task of the navigation; `section` is the first part of the addresses it leads to."""

    label: str
    section: str
    address: str


# Pages that stand under another task than their addresses say.
SECTIONS = {"members": "teams"}


def portal(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "today": clock.today(),
        "date_is_pinned": settings.BUSINESS_DATE is not None,
        "demo": settings.DEMO,
        "navigation": _navigation(user) if signed_in else [],
        "sees_committees": signed_in and OVERSEERS.admits(user),
        # Asked for by the frame of a page alone, so that fragments and files cost nothing.
        "unread_count": SimpleLazyObject(lambda: notices.count_unread(user) if signed_in else 0),
        "section": SECTIONS.get(place := request.path.split("/")[1], place),
        "main_grant": user.held_grants[0] if signed_in and user.held_grants else None,
    }


def _navigation(user: Any) -> list[Entry]:
    entries = [Entry(_("Home"), "", reverse("home"))]
    if user.holds(Right.FILL) or user.holds(Right.REVIEW):
        entries.append(Entry(_("This month"), "months", reverse("this-month")))
    if user.holds(Right.OVERVIEW):
        entries.append(Entry(_("Overview"), "overview", reverse("overview-top")))
    entries.append(Entry(_("Teams"), "teams", reverse("teams")))
    if subjects_for(user):
        entries.append(Entry(_("Imports"), "imports", reverse("imports")))
    entries.append(Entry(_("Targets"), "targets", reverse("targets")))
    entries.append(Entry(_("Training"), "training", reverse("training")))
    if user.holds(Right.PERIODS) or user.holds(Right.ACCOUNTS):
        entries.append(Entry(_("Administration"), "administration", reverse("periods")))
    elif user.holds(Right.DECREES):
        entries.append(Entry(_("Boundaries"), "administration", reverse("decrees")))
    elif OPERATORS.admits(user):
        entries.append(Entry(_("Administration"), "administration", reverse("rollup")))
    return entries
