"""A decree beside whoever writes into the register of teams."""

from threading import Event

import pytest
from django.db import transaction

from teams import enlistment
from teams.models import Membership, Post
from teams.registry import NewMember, enrol_members
from tests.cast import SINCE, AtOnce, Cast, Enter
from tests.locks import wait_until_somebody_waits
from tests.reports import renaming
from tests.reports.renaming import DAY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("forms")]


def test_member_who_is_enrolled_meanwhile_goes_along(
    cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    """An import writes its plan; what it had made of the teams would be of those before."""
    enrolled = Event()

    def enrol_and_hold() -> None:
        with enter(cast.admin), transaction.atomic():
            enlistment.lock_register(cast.province.pk)
            new = NewMember(full_name="Nguyễn Văn An", post=Post.MEMBER)
            enrol_members(tenant=cast.province, members=[(cast.teams["viettel"], new)], since=SINCE)
            enrolled.set()
            wait_until_somebody_waits()

    def apply_meanwhile() -> None:
        with enter(cast.admin):
            assert enrolled.wait(10)
            renaming.apply(cast, district="Thành phố Hạ Long Mới")

    at_once(enrol_and_hold, apply_meanwhile)
    with enter(cast.admin):
        there = Membership.objects.filter(person__full_name="Nguyễn Văn An")
        (now,) = there.filter(valid__contains=DAY)
        assert now.team.unit.name == "Thành phố Hạ Long Mới"
