"""Teams come in from a sheet, and are taken back."""

from pathlib import Path

from teams import batches, establishment
from teams.models import Area, Batch, Team
from teams.workbooks import TEAMS
from tests.cast import Cast, Enter
from tests.teams import bringing, rosters
from tests.teams.bringing import worked

State = Batch.State


def test_teams_come_in_from_a_sheet_and_are_taken_back(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    heads = ["STT", "Tên Tổ", "Thôn/khu phố phụ trách", "Số quyết định", "Có wifi", "Kinh phí"]
    new = [1, "Tổ Khu phố 3", "khu phố 3", "45/QĐ-UBND", "có", "5.000.000"]
    changed = [2, "Tổ hg-2", "Khu phố 2; Khu phố 3", "", "", ""]
    path = rosters.save(tmp_path / "Danh sách tổ.xlsx", new, changed, heads=heads)
    with enter(cast.officer):
        before = list(Team.objects.order_by("pk").values())
        batch = bringing.received(path, cast.officer, subject=TEAMS)
        assert (batch.counts, batch.said) == ({"new": 1, "changed": 1}, "")
        bringing.commit(batch, cast.officer)
        assert worked(batch).state == State.COMMITTED
        team = Team.objects.get(name="Tổ Khu phố 3")
        assert (team.has_wifi, team.funds_in_dong) == (True, 5_000_000)
        again = bringing.received(path, cast.officer, subject=TEAMS)
        assert again.counts == {"unchanged": 2}
        batches.undo(batch=batch, actor=cast.officer)
        assert worked(batch).state == State.UNDONE
        assert list(Team.objects.order_by("pk").values()) == before
        assert Area.objects.filter(team=cast.teams["hg-2"]).count() == 1


def test_undoing_teams_is_refused_once_somebody_is_enrolled(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    new = ["Tổ Khu phố 3", "Khu phố 3"]
    path = rosters.save(tmp_path / "Tổ.xlsx", new, heads=["Tên Tổ", "Khu phố"])
    with enter(cast.officer):
        batch = bringing.received(path, cast.officer, subject=TEAMS)
        bringing.commit(batch, cast.officer)
        worked(batch)
        members = bringing.bring(cast.officer, [1, "", "Tổ Khu phố 3", "Lê Thị Mới", "TV", "", ""])
        bringing.commit(members, cast.officer)
        worked(members)
        batches.undo(batch=batch, actor=cast.officer)
        refused = worked(batch)
        assert (refused.state, "1 " in refused.said) == (State.COMMITTED, True)
        assert Team.objects.filter(name="Tổ Khu phố 3").exists()


def test_what_an_import_took_away_comes_back_with_it(
    cast: Cast, enter: Enter, tmp_path: Path
) -> None:
    """A hamlet that was served from the very day of the file is put right, and leaves no past."""
    heads, row = ["Tên Tổ", "Khu phố"], ["Tổ hg-2", "Khu phố 2"]
    path = rosters.save(tmp_path / "Tổ.xlsx", row, heads=heads)
    with enter(cast.officer):
        serve = {"values": {}, "hamlets": [cast.units["hg-2"], cast.units["hg-3"]]}
        establishment.amend(team=cast.teams["hg-2"], since=bringing.ON, actor=cast.officer, **serve)
        before = list(Area.objects.order_by("pk").values())
        batch = bringing.received(path, cast.officer, subject=TEAMS)
        bringing.commit(batch, cast.officer)
        batch = worked(batch)
        assert Area.objects.count() == len(before) - 1
        batches.undo(batch=batch, actor=cast.officer)
        assert worked(batch).state == State.UNDONE
        assert list(Area.objects.order_by("pk").values()) == before
