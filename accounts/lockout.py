"""Whose failures to sign in are counted together."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


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
