"""Months in addresses, and where the lines of a notice lead."""

import re
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from reports.wording import Target


class MonthConverter:
    """2024-06 in an address, (2024, 6) in a view."""

    regex = "20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> tuple[int, int]:
        year, month = value.split("-")
        return int(year), int(month)

    def to_url(self, value: tuple[int, int] | str) -> str:
        return value if isinstance(value, str) else f"{value[0]}-{value[1]:02}"


def follows_month_picker(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead `?to=2024-05` to the same page of that month, with all else that was picked: the picker
    is a plain form."""

    @wraps(view)
    def pick(request: HttpRequest, month: tuple[int, int], pk: int) -> HttpResponse:
        wanted = request.GET.get("to", "")
        if re.fullmatch(MonthConverter.regex, wanted):
            query = request.GET.copy()
            del query["to"]
            address = reverse(str(request.resolver_match.url_name), args=[wanted, pk])
            return redirect(f"{address}?{query.urlencode()}" if query else address)
        return view(request, month, pk)

    return pick


def address_of(target: Target) -> str:
    """The page of a target, at the figure that it names."""
    if target.page:
        return reverse(target.page) + (f"#{target.anchor}" if target.anchor else "")
    if target.team is None and target.unit is None:
        return reverse("this-month")
    if target.team is None:
        return reverse("unit-month", args=[target.month, target.unit])
    figure = f"#f-{target.figure}" if target.figure else ""
    return reverse("team-month", args=[target.month, target.team]) + figure


def whole_address_of(target: Target) -> str:
    """The same as it is reached from outside, for letters."""
    return settings.PUBLIC_URL + address_of(target)
