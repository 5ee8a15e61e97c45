"""Whose failures to sign in are counted together, and whom they lock out."""

from ipaddress import ip_address
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest

# So many addresses have to fail as often as each may, within a quarter of an hour, before their
# guesses lock a name: nobody does that by mistake, and 5,000 guesses a day find no password.
BESIEGING_ADDRESSES = 10
# So often an address may fail within a quarter of an hour, whatever names it tries, and as often
# again for each person who signs in there meanwhile: an office of many has many failures.
FAILURES_OF_AN_ADDRESS = 30


class Locks(AxesDatabaseHandler):
    """Three locks. Five failures lock a name from one address. Where many addresses fail, the name
    is locked from everywhere but those from which its person has signed in before: or a stranger
    could keep an officer from work for as long as they like. Where one address fails on many names,
    it is locked for all but those that have signed in there before."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        name, address = counted_name(request, credentials), client_address(request)
        if _has_signed_in(name, address):
            return False
        # Which sentence is told, see `accounts.views.locked_out`.
        request.is_from_locked_address = _tries_many_names(address, request)
        return request.is_from_locked_address or _is_besieged(name, request)


def _tries_many_names(address: str | None, request: HttpRequest) -> bool:
    since = get_cool_off_threshold(request)
    recent = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    failures = recent.aggregate(count=Sum("failures_since_start", default=0))["count"]
    if failures < FAILURES_OF_AN_ADDRESS:
        return False
    signed_in = AccessLog.objects.filter(ip_address=address, attempt_time__gte=since)
    people = signed_in.values("username").distinct().count()
    return failures >= FAILURES_OF_AN_ADDRESS * (1 + people)


def _is_besieged(name: str, request: HttpRequest) -> bool:
    recent = AccessAttempt.objects.filter(
        username=name, attempt_time__gte=get_cool_off_threshold(request)
    )
    by_address = recent.values_list("ip_address").annotate(Sum("failures_since_start"))
    each_may = settings.AXES_FAILURE_LIMIT
    # Requests that come at once are more than that, and still only one address.
    failures = sum(min(count, each_may) for _address, count in by_address)
    return failures >= BESIEGING_ADDRESSES * each_may


def _has_signed_in(name: str, address: str | None) -> bool:
    """Within the 90 days that are remembered."""
    return AccessLog.objects.filter(ip_address=address, username=name).exists()


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Under which name a failure counts: however it is typed, it is the same account."""
    return str((credentials or request.POST).get("username") or "").lower()


def client_address(request: HttpRequest) -> str | None:
    """Where a request comes from. To us all come from the proxy, and then five failures of a
    stranger would lock out the person who is meant."""
    if settings.BEHIND_PROXY:
        # The proxy adds at the end; what stands before that anybody can write.
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if _is_address(forwarded):
            return forwarded
    return request.META.get("REMOTE_ADDR")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
