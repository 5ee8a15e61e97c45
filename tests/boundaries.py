"""A decree in the small tree: thành phố Hạ Long gets another name, and so is another unit."""

from datetime import date

import pghistory

from tests.cast import QUANG_NINH, Cast
from units import clock
from units.models import Decree, Level

DAY = date(2024, 6, 1)
NEW_NAME = "Thành phố Hạ Long Mới"


def bring(cast: Cast, *, on: date = DAY, name: str = NEW_NAME) -> Decree:
    """A draft of the administrator's, about which nothing is to be decided."""
    names = {"193": name}
    units = [
        [int(each.level), each.code, names.get(each.code, each.name), each.parent]
        for each in QUANG_NINH
        if each.level in (Level.DISTRICT, Level.COMMUNE)
    ]
    with pghistory.context(user=cast.admin.pk):
        return Decree.objects.create(
            tenant=cast.province,
            name="Nghị quyết 1",
            effective_on=on,
            plan={"units": units, "successions": []},
            loaded_at=clock.now(),
            loaded_by=str(cast.admin),
        )
