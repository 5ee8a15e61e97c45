"""Which accounts a person sees, and which they manage."""

import pytest

from accounts.models import Grant, User
from accounts.roles import Right, Role
from tests.cast import Cast, Enter

OF_QUANG_NINH = {
    "qn.admin",
    "qn.staff",
    "qn.district_officer",
    "qn.officer",
    "qn.neighbour",
    "qn.leader",
}
SEEN = {
    "leader": set(),
    "officer": set(),
    "neighbour": set(),
    "district_officer": set(),
    "staff": set(),
    "admin": OF_QUANG_NINH,
    "stranger": {"hd.admin"},
    "national": set(),
}


@pytest.mark.parametrize("who", SEEN)
def test_accounts_are_seen_and_managed_by(who: str, cast: Cast, enter: Enter) -> None:
    user = getattr(cast, who)
    # Everything is readable here, so that only the first wall decides.
    with enter(cast.national):
        seen = set(User.objects.visible_to(user).values_list("username", flat=True))
        managed = set(User.objects.editable_by(user).values_list("username", flat=True))
    assert seen == SEEN[who]
    assert managed == seen - {user.username}


def test_account_of_a_person_with_two_roles_is_seen_once(cast: Cast, enter: Enter) -> None:
    with enter(cast.admin):
        Grant.objects.create(
            user=cast.officer,
            unit=cast.units["22"],
            role=Role.PROVINCE_STAFF,
            tenant=cast.province,
        )
        assert User.objects.visible_to(cast.admin).filter(pk=cast.officer.pk).count() == 1


def test_grants_are_seen_at_and_below_a_role(cast: Cast, enter: Enter) -> None:
    with enter(cast.national):

        def holders(user: User) -> set[str]:
            return set(Grant.objects.visible_to(user).values_list("user__username", flat=True))

        assert holders(cast.officer) == {"qn.officer", "qn.leader"}
        assert holders(cast.stranger) == {"hd.admin"}
        reviewers = Grant.objects.with_right(Right.REVIEW).values_list("user__username", flat=True)
        assert set(reviewers) == {
            "qn.officer", "qn.neighbour", "qn.district_officer", "qn.admin", "hd.admin",
        }  # fmt: skip
