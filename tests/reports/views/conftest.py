"""Desks for the people who work on one report."""

import pytest

from tests.cast import Cast, Enter, SignIn
from tests.reports.views.desk import Desk


@pytest.fixture
def leader(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.leader), enter)


@pytest.fixture
def officer(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.officer), enter)


@pytest.fixture
def admin(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.admin), enter)
