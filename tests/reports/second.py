"""The second pair of eyes that a correction needs."""

from accounts.enrolment import open_account
from accounts.models import User
from accounts.roles import Role
from tests.cast import PASSWORD, Cast, Enter


def second_admin(cast: Cast, enter: Enter) -> User:
    """Another administrator of Quảng Ninh."""
    with enter(cast.admin):
        user, _password = open_account(
            username="qn.second",
            full_name="Quản trị viên thứ hai",
            role=Role.PROVINCE_ADMIN,
            unit=cast.units["22"],
            actor=cast.admin,
        )
        user.set_password(PASSWORD)
        user.must_change_password = False
        user.save()
    return user
