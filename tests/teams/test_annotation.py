"""The person's own file comes back with what is wrong in it, and with what was chosen since."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from teams import annotation, batches
from teams.models import Batch
from tests.cast import Cast, Enter
from tests.teams import bringing, rosters
from tests.teams.bringing import worked

NEAR = ["", "Khu phôs 2", "", "Lê Thị Một", "TV", "", ""]


@pytest.fixture
def _officer(cast: Cast, enter: Enter) -> Iterator[None]:
    with enter(cast.officer):
        yield


def returned(batch: Batch) -> Worksheet:
    sheet: Worksheet = load_workbook(BytesIO(annotation.annotated(batch))).worksheets[0]
    return sheet


@pytest.mark.usefixtures("_officer")
def test_problems_stand_in_their_cells(cast: Cast) -> None:
    sheet = returned(bringing.bring(cast.officer, rosters.NEW, rosters.REFUSED))
    assert sheet["D3"].comment is None
    assert "2099" in sheet["F4"].comment.text


@pytest.mark.usefixtures("_officer")
def test_what_was_chosen_is_not_asked_for_again(cast: Cast, tmp_path: Path) -> None:
    batch = bringing.bring(cast.officer, NEAR, rosters.REFUSED)
    batches.correct(batch=batch, number=3, key="hamlet", chosen="Khu phố 2", actor=cast.officer)
    batch = worked(batch)
    sheet = returned(batch)
    assert (sheet["B3"].value, "Khu phôs 2" in sheet["B3"].comment.text) == ("Khu phố 2", True)
    path = tmp_path / "Danh sách.xlsx"
    path.write_bytes(annotation.annotated(batch))
    assert bringing.received(path, cast.officer).counts == batch.counts


@pytest.mark.usefixtures("_officer")
def test_columns_that_were_matched_are_recognised_the_next_time(cast: Cast, tmp_path: Path) -> None:
    heads: list[Any] = ["STT", "Ghi chú", "Tên tổ", "Tên gọi", "Họ và tên", "", "SĐT"]
    path = rosters.save(
        tmp_path / "a.xlsx", [1, "Khu phố 2", "", "Lê Thị Một", "Tý", "", "12"], heads=heads
    )
    batch = bringing.received(path, cast.officer)
    matched = {"1": "hamlet", "2": "team", "3": "full_name", "4": "", "6": "phone"}
    batches.match_columns(batch=batch, matched=matched, actor=cast.officer)
    batch = worked(batch)
    assert [each["text"] for each in batch.headings if not each["key"]] == ["STT", "Họ và tên"]
    assert batch.unused == ["Họ và tên"]
    path.write_bytes(annotation.annotated(batch))
    again = bringing.received(path, cast.officer)
    assert again.places == batch.places
    assert again.counts == batch.counts


@pytest.mark.usefixtures("_officer")
def test_columns_of_which_nothing_is_taken_are_known(cast: Cast, tmp_path: Path) -> None:
    heads = [*rosters.HEADS, "Ghi chú", "Sở thích", "Số ĐT"]
    path = rosters.save(tmp_path / "a.xlsx", [*rosters.NEW, "x", "y", ""], heads=heads)
    batch = bringing.received(path, cast.officer)
    assert batch.unused == ["Ghi chú", "Sở thích", "Số ĐT"]
