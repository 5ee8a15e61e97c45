"""What several tests of teams stand on."""

from typing import Any

import pytest

from teams import differences
from teams.differences import Roster
from tests.cast import Cast, Enter
from tests.teams.planning import ON, PlanOf
from units.sheets.entries import Entry


@pytest.fixture
def plan_of(cast: Cast, enter: Enter) -> PlanOf:
    """`plan_of({...}, {...})` holds rows, numbered from 2, against the register of the commune."""

    def plan(*rows: dict[str, Any], area: str = "06691", **options: Any) -> Roster:
        entries = [Entry(number, dict(row)) for number, row in enumerate(rows, 2)]
        with enter(cast.admin):
            return differences.compare(entries, cast.units[area], on=ON, **options)

    return plan
