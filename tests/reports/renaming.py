"""A decree in the small tree: phường Hồng Gai becomes another unit, and whatever else is asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pghistory

from tests.cast import QUANG_NINH, Cast
from units import clock, outlook, reform
from units.models import Decree, Level

DAY = date(2024, 6, 1)
OLD, NEW = "06691", "06692"
RENAMED = [(OLD, NEW)]


def bring(
    cast: Cast,
    *,
    on: date = DAY,
    links: Sequence[tuple[str, str]] = RENAMED,
    district: str = "Thành phố Hạ Long",
) -> Decree:
    """A draft in which everything is decided; `links` are of old and new communes."""
    ended, begun = ({link[side] for link in links} for side in (0, 1))
    kept = {each.code for each in QUANG_NINH} - (ended - begun)
    names = {"193": district}
    units = [
        [int(each.level), each.code, names.get(each.code, each.name), each.parent]
        for each in QUANG_NINH
        if each.level in (Level.DISTRICT, Level.COMMUNE) and each.code in kept
    ]
    made = [
        [int(Level.COMMUNE), code, f"Phường Mới {code}", "193"] for code in sorted(begun - kept)
    ]
    with pghistory.context(user=cast.admin.pk):
        decree = Decree.objects.create(
            tenant=cast.province,
            name="Nghị quyết 1",
            effective_on=on,
            plan={"units": units + made, "successions": [list(link) for link in links]},
            loaded_at=clock.now(),
            loaded_by=str(cast.admin),
        )
        seen = outlook.foresee(decree)
        decree.decisions = {each.key: each.options[0][0] for each in seen.questions}
        decree.save()
    return decree


def apply(cast: Cast, **changes: Any) -> Decree:
    return reform.apply(decree=bring(cast, **changes), actor=cast.admin)
