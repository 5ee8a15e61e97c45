"""Many reports moved at once by two people: each moves once."""

from threading import Event

import pytest
from django.db import transaction

from reports import batches
from reports.models import Report, ReportStep, Status
from tests.cast import AtOnce, Cast, Enter
from tests.locks import wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_approve_many_moves_nothing_that_somebody_else_is_moving(
    reported: dict[str, Report], cast: Cast, enter: Enter, at_once: AtOnce
) -> None:
    approved = Event()

    def submitted() -> list[Report]:
        return list(Report.objects.filter(status=Status.SUBMITTED))

    def approve_and_hold() -> int:
        with enter(cast.admin), transaction.atomic():
            moved = batches.approve_many(reports=submitted(), actor=cast.admin)
            approved.set()
            wait_until_somebody_waits()
            return moved

    def approve_meanwhile() -> int:
        with enter(cast.admin):
            seen = submitted()
            assert approved.wait(10)
            return batches.approve_many(reports=seen, actor=cast.admin)

    assert at_once(approve_and_hold, approve_meanwhile) == [1, 0]
    with enter(cast.admin):
        report = Report.objects.get(pk=reported["hg-2"].pk)
        assert (report.status, report.version) == (Status.APPROVED, reported["hg-2"].version + 1)
        assert ReportStep.objects.filter(report=report, name="approve").count() == 1
