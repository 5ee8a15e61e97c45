"""Batches as officers bring them, for tests that need one that was read."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from accounts.models import User
from teams import batches
from teams.models import Batch
from teams.workbooks import MEMBERS
from tests.teams import rosters

ON = date(2024, 6, 10)


def bring(actor: User, *rows: list[Any], **options: Any) -> Batch:
    """A batch of these rows that was read; the connection is open for the actor."""
    with TemporaryDirectory() as folder:
        path = rosters.save(Path(folder) / "Danh sách.xlsx", *rows)
        return received(path, actor, **options)


def received(path: Path, actor: User, **options: Any) -> Batch:
    """A batch of this file that was read."""
    return worked(handed_in(path, actor, **options))


def handed_in(path: Path, actor: User, **options: Any) -> Batch:
    """A batch of this file that waits for a worker."""
    asked = {"effective_on": ON, "is_complete": False, "subject": MEMBERS, **options}
    return batches.receive(path=path, name=path.name, actor=actor, **asked)


def worked(batch: Batch) -> Batch:
    """The batch after the worker has taken its next stage."""
    batches.work(batch.pk)
    return Batch.objects.select_related("unit").get(pk=batch.pk)


def commit(batch: Batch, actor: User, *, leaves_out_refused: bool = False) -> None:
    """Have the plan of a batch carried out as its page does: the one that was seen."""
    batches.commit(
        batch=batch, digest=batch.digest, leaves_out_refused=leaves_out_refused, actor=actor
    )
