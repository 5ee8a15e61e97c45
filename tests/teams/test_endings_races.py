"""Two people at the register at once: what one has done, the other one sees."""

from threading import Event

import pytest
from django.db import transaction

from teams import endings
from teams.models import Ending, Membership, Team
from tests.cast import AtOnce, Cast, Enter
from tests.locks import wait_until_somebody_waits
from tests.teams.test_endings import ON
from units.errors import NotPossibleNow

pytestmark = pytest.mark.django_db(transaction=True)


def test_team_is_merged_once_however_many_are_at_it(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    team, other = cast.teams["hg-2"], cast.teams["hg-1a"]
    merged = Event()

    def merge_and_hold() -> str:
        with enter(cast.admin), transaction.atomic():
            endings.end(team=Team.objects.get(pk=team.pk), into=other, on=ON, actor=cast.admin)
            merged.set()
            wait_until_somebody_waits()
            return "merged"

    def dissolve_meanwhile() -> str:
        with enter(cast.admin):
            seen = Team.objects.get(pk=team.pk)
            assert merged.wait(10)
            with pytest.raises(NotPossibleNow):
                endings.end(team=seen, into=None, on=ON, actor=cast.admin)
            return "refused"

    assert at_once(merge_and_hold, dissolve_meanwhile) == ["merged", "refused"]
    with enter(cast.admin):
        assert Team.objects.get(pk=team.pk).ending == Ending.MERGED
        assert Membership.objects.filter(team=other).count() == 6
