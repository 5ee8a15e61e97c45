"""Desks for the people who work on one report, and a province that was reformed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import override_settings

from reports import restating
from tests.cast import Cast, Enter, SignIn
from tests.reports.views.desk import Desk
from tests.reports.views.june import report_june, sweep
from tests.reports.views.renaming import rename


@pytest.fixture
def leader(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.leader), enter)


@pytest.fixture
def officer(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.officer), enter)


@pytest.fixture
def admin(cast: Cast, client_of: SignIn, enter: Enter) -> Desk:
    return Desk(cast, client_of(cast.admin), enter)


@pytest.fixture
def renamed(cast: Cast, enter: Enter) -> Iterator[Cast]:
    """Hồng Gai has another code since July, and districts are no more."""
    report_june(cast, enter)
    sweep(cast, enter)
    with enter(cast.admin):
        rename(cast)
    with override_settings(BUSINESS_DATE=date(2024, 7, 5)):
        yield cast


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What a worker was asked to restate."""
    calls: list[Any] = []
    monkeypatch.setattr(restating, "_listeners", [lambda *call: calls.append(call)])
    return calls
