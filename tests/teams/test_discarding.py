"""A file of which nothing was imported is thrown away, and with it what it said."""

import pytest

from teams import batches
from teams.models import Batch, BatchFile
from tests.cast import Cast, Enter
from tests.teams import bringing, rosters
from tests.teams.bringing import worked
from units.errors import NotAllowed, NotPossibleNow

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
