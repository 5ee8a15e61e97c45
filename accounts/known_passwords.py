"""Who has known the password of whom, so that two accounts may be one person's.

Whoever opens an account, or gives it a new password, can sign in with it until it is changed, and
change it themselves. The history of the account keeps each time.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from accounts.models import User


class KnownPasswords:
    """Whose password was given by whom since a moment, of all accounts of a tenant."""

    def __init__(self, tenant_id: int, *, since: datetime) -> None:
        history = User.pgh_event_model.objects  # type: ignore[attr-defined]
        given: Iterable[tuple[int, int, datetime]] = (
            history.filter(tenant=tenant_id, password_given_at__gte=since)
            .exclude(password_given_by=None)
            .values_list("pgh_obj", "password_given_by", "password_given_at")
            .distinct()
        )
        self._given: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
        for account, by, at in given:
            self._given[account].append((by, at))

    def may_be_one(self, account: int, other: int, *, since: datetime) -> bool:
        """Whether one person can have signed in with both: one of the two, or somebody else who
        gave both a password since that moment, at however many removes."""
        return not self._behind(account, since).isdisjoint(self._behind(other, since))

    def _behind(self, account: int, since: datetime) -> set[int]:
        """The account itself, and whoever can have signed in with it."""
        found, to_ask = {account}, [account]
        while to_ask:
            givers = {by for by, at in self._given.get(to_ask.pop(), []) if at >= since}
            to_ask += givers - found
            found |= givers
        return found
