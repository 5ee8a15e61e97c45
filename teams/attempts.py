"""Whose turn is it to work on an import, how often was it begun, and does anybody still want it?"""

from django.db import connection, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from teams.models import Batch
from units.errors import NotPossibleNow

# A worker that was killed may have been killed by what it read.
MOST = 3


class Abandoned(Exception):
    """Somebody threw the file away while it was being read."""


def begin(pk: int) -> None:
    """Count an attempt, which stays counted if the worker is killed. Raises NotPossibleNow where
    there were enough of them."""
    with transaction.atomic():
        waits = Batch.objects.filter(pk=pk, state__in=Batch.State.at_work())
        # Whoever finds another worker at it attempts nothing.
        if not is_free(pk) or not waits.update(attempts=F("attempts") + 1):
            return
        batch = waits.get()
    if batch.attempts > MOST:
        with translation.override(batch.language):
            raise NotPossibleNow(
                _(
                    "This was begun %(number)s times and broke off each time; nothing was changed. "
                    "Bring a smaller file, or tell the operators."
                )
                % {"number": MOST}
            )


def is_free(pk: int) -> bool:
    """Whether nobody else works on it; the lock ends with the transaction, or with the worker."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('teams_batch'), %s)", [pk])
        return bool(cursor.fetchone()[0])


def demand_wanted(batch: Batch, *, hold: bool = False) -> None:
    """Raises Abandoned where the batch was thrown away since it was read from the database. `hold`
    keeps anybody from it until the transaction ends."""
    rows = Batch.objects.filter(pk=batch.pk, state=batch.state)
    if not (rows.select_for_update(of=("self",)) if hold else rows).exists():
        raise Abandoned
