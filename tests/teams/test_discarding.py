"""A file of which nothing was imported is thrown away, and with it what it said."""

from collections.abc import Mapping
from pathlib import Path
from threading import Event

import pytest

from teams import batches
from teams.models import Batch, BatchFile
from tests.cast import AtOnce, Cast, Enter
from tests.teams import bringing, rosters
from tests.teams.bringing import worked
from units.errors import NotAllowed, NotPossibleNow
from units.sheets import entries
from units.sheets.columns import Column
from units.sheets.tables import TableRow

State = Batch.State


def test_file_that_nobody_imports_can_be_discarded(cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, rosters.NEW, rosters.REFUSED)
    with enter(cast.neighbour), pytest.raises(NotAllowed):
        batches.discard(batch=batch, actor=cast.neighbour)
    with enter(cast.officer):
        batches.discard(batch=batch, actor=cast.officer)
        batch.refresh_from_db()
        assert (batch.state, batch.discarded_by) == (State.DISCARDED, cast.officer)
        # Who brought what stays; what was in it goes, quotations of it among it.
        assert (batch.uploaded_by, len(batch.sha256)) == (cast.officer, 64)
        assert (batch.rows.count(), batch.headings, batch.counts) == (0, [], {})
        assert not BatchFile.objects.filter(batch=batch).exists()
        for ask in (batches.discard, batches.undo):
            with pytest.raises(NotPossibleNow):
                ask(batch=batch, actor=cast.officer)


def test_what_was_imported_is_not_discarded(cast: Cast, enter: Enter) -> None:
    with enter(cast.officer):
        batch = bringing.bring(cast.officer, rosters.NEW)
        bringing.commit(batch, cast.officer)
        for stage in (State.COMMITTING, State.COMMITTED):
            batch.refresh_from_db()
            assert batch.state == stage
            with pytest.raises(NotPossibleNow):
                batches.discard(batch=batch, actor=cast.officer)
            worked(batch)
        assert BatchFile.objects.filter(batch=batch).exists()


def test_file_that_waits_for_a_worker_can_be_discarded(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    path = rosters.save(tmp_path / "roster.xlsx", rosters.NEW)
    with enter(cast.officer):
        batch = bringing.handed_in(path, cast.officer)
        batches.discard(batch=batch, actor=cast.officer)
        batch = worked(batch)
        assert (batch.state, batch.said, batch.rows.count()) == (State.DISCARDED, "", 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [3, 2000])
def test_worker_gives_up_a_file_that_is_discarded_meanwhile(
    size: int,
    cast: Cast,
    enter: Enter,
    at_once: AtOnce,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """At its next word of how far it is; of a few rows there is none, and nothing is shown."""
    path = rosters.save(tmp_path / "roster.xlsx", *[rosters.REFUSED] * size)
    with enter(cast.officer):
        batch = bringing.handed_in(path, cast.officer)
    begun, discarded, taken, read = Event(), Event(), [], entries.read

    def wait_and_read(row: TableRow, columns: Mapping[str, Column]) -> entries.Entry:
        begun.set()
        assert discarded.wait(timeout=20)
        taken.append(row.number)
        return read(row, columns)

    def work() -> None:
        with enter(cast.officer):
            batches.work(batch.pk)

    def discard() -> None:
        assert begun.wait(timeout=20)
        with enter(cast.officer):
            batches.discard(batch=batch, actor=cast.officer)
        discarded.set()

    monkeypatch.setattr(entries, "read", wait_and_read)
    assert at_once(work, discard) == [None, None]
    assert len(taken) == min(size, 500)
    with enter(cast.officer):
        batch.refresh_from_db()
        assert (batch.state, batch.said, batch.rows.count()) == (State.DISCARDED, "", 0)
