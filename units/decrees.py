"""The two files of a decree on boundaries: what became of which commune, and which units there are.

Codes are given again to other units, so a code on the left of a succession is of a unit that stood
on the day before, and a code on the right of one that stands on the day itself.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pghistory
from django.conf import settings
from django.utils.translation import gettext as _

from units import clock
from units.decree_tables import Entry, Key, read_successions, read_units
from units.errors import InvalidEntry
from units.models import Decree, Level, Unit
from units.objections import why_too_early, why_too_late
from units.text import normalise


@dataclass(frozen=True)
class Official:
    """A decree whose files come with the portal."""

    name: str
    effective_on: date
    successions: Path
    units: Path
    # The codes of the provinces that it is about; None for all of the country.
    provinces: frozenset[str] | None = None

    @property
    def parts(self) -> dict[str, Any]:
        """What `load` asks for."""
        return {
            "name": self.name,
            "effective_on": self.effective_on,
            "successions": self.successions,
            "units": self.units,
            "called": (self.successions.name, self.units.name),
        }


FOLDER = settings.FIXTURE_ROOT / "units"
OFFICIAL = {
    "2024-11-01": Official(
        "Nghị quyết 1199/NQ-UBTVQH15",
        date(2024, 11, 1),
        FOLDER / "succession-2024-11-01-quang-ninh.csv",
        FOLDER / "units-2024.csv",
        frozenset({"22"}),
    ),
    "2025-07-01": Official(
        "Sắp xếp đơn vị hành chính từ ngày 01/07/2025",
        date(2025, 7, 1),
        FOLDER / "succession-2025-07-01.csv",
        FOLDER / "units-2025.csv",
    ),
}


def offered_to(province: Unit) -> dict[str, Official]:
    """Those that are about the province and can still be applied, by the key of `OFFICIAL`."""
    return {
        key: each
        for key, each in OFFICIAL.items()
        if (each.provinces is None or province.code in each.provinces)
        and not why_not_of(each.effective_on, province)
    }


def load(
    *,
    name: str,
    effective_on: date,
    successions: Path,
    units: Path,
    province: Unit,
    actor: Any,
    called: tuple[str, str] = ("successions.csv", "units.csv"),
) -> Decree:
    """Read both files for a province and keep what they say as a draft.

    `called` is what their owner calls them. Raises InvalidEntry with all that is wrong, each by the
    argument that it is wrong with, and its cell; `effective_on` is refused where another decree is
    applied of that day or a later one, or where the province has no units on the eve.
    """
    entries, reading = read_units(units, called[1], province.code)
    links, other = read_successions(successions, called[0], entries)
    ours = _of_province(entries, province.code)
    if not ours and not reading.faults:
        reading.faults.append(
            _(
                "%(file)s has no unit of %(province)s, whose code is %(code)s. A province that "
                "becomes part of another one does so first, by merge_province on the server."
            )
            % {"file": called[1], "province": province, "code": province.code}
        )
    # Of a file that cannot be read no row is there that the other one could name.
    errors = {"units": reading.told(), "successions": other.told() if entries else []}
    errors["effective_on"] = list(filter(None, [why_not_of(effective_on, province)]))
    if any(errors.values()):
        raise InvalidEntry(_("The decree cannot be read."), errors=errors)
    begun = {code for level, code, *_rest in ours if level == Level.COMMUNE}
    with pghistory.context(user=actor.pk):
        return Decree.objects.create(
            tenant_id=province.tenant_id,
            name=normalise(name),
            effective_on=effective_on,
            plan={"units": ours, "successions": [link for link in links if link[1] in begun]},
            loaded_at=clock.now(),
            loaded_by=str(actor),
        )


def why_not_of(day: date, province: Unit) -> str:
    """What speaks against a decree of a day; "" where nothing does."""
    if day <= cast(date, province.valid.lower):
        return why_too_early(province)
    return why_too_late(province.tenant_id, day)


def _of_province(entries: dict[Key, Entry], code: str) -> list[list[Any]]:
    """[level, code, name, code of the parent] of all that stands under it, districts first."""
    reached: set[Key] = {(Level.PROVINCE, code)}
    found = []
    for key, entry in sorted(entries.items()):
        if entry.above in reached:
            reached.add(key)
            found.append([int(key[0]), key[1], entry.name, entry.above[1]])
    return found
