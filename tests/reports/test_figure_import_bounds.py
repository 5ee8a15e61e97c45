"""A file of figures holds up nobody: it has few rows, and its month is held only to store them."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.periods import lock_period
from teams.models import Batch
from tests.cast import Cast, Enter
from tests.reports import sheets
from tests.teams import bringing
from tests.teams.bringing import worked

State = Batch.State


pytestmark = pytest.mark.usefixtures("in_vietnamese")


def test_file_of_more_rows_than_can_be_meant_is_refused(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    """Three teams of the ward, and room for a hundred rows that name none."""
    strangers = [["", f"Tổ {number}", 1, 1] for number in range(106)]
    most = sheets.save(tmp_path, *strangers)
    more = sheets.save(tmp_path, ["", "Tổ hg-2", 5, 4], *strangers, name="Hơn.xlsx")
    with enter(cast.officer):
        assert sheets.bring(most, cast.officer, cast).counts == {"refused": 106}
        batch = sheets.bring(more, cast.officer, cast)
    assert (batch.state, batch.said) == (
        State.FAILED,
        "Bảng có hơn 106 dòng, trong khi tại đây bạn nhập số liệu của 3 Tổ: "
        "hãy chỉ để lại các dòng của những Tổ đó.",
    )  # fmt: skip


def test_month_is_held_only_while_figures_are_stored(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    """It can be locked while a file of it is read, however long that takes."""
    path = sheets.save(tmp_path, ["", "Tổ hg-2", 5, 4])
    with enter(cast.officer):
        with CaptureQueriesContext(connection) as previewing:
            batch = sheets.bring(path, cast.officer, cast)
        bringing.commit(batch, cast.officer)
        with CaptureQueriesContext(connection) as committing:
            assert worked(batch).state == State.COMMITTED
    held = [
        any("reports_period" in each["sql"] and "for share" in each["sql"] for each in asked)
        for asked in (previewing, committing)
    ]
    assert held == [False, True]


def test_file_of_a_locked_month_is_not_shown(cast: Cast, enter: Enter, tmp_path: Path) -> None:
    path = sheets.save(tmp_path, ["", "Tổ hg-2", 5, 4])
    with enter(cast.admin):
        lock_period(period=cast.june, actor=cast.admin, reason="đã chốt")
        batch = sheets.bring(path, cast.admin, cast)
    assert (batch.state, "đã chốt" in batch.said) == (State.FAILED, True)
