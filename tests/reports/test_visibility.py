"""Which reports a person sees, what of them they read, and which they may enter or judge."""

import pytest

from accounts.enrolment import grant_role
from accounts.roles import Right, Role
from reports.models import Report, ReportStep, Status
from tests.cast import Cast, Enter, ReportIn

HONG_GAI = {"hg-1a", "hg-1b", "hg-2"}
HA_LONG = HONG_GAI | {"bd-1", "viettel"}
QUANG_NINH = HA_LONG | {"ct-1", "vnpt"}
ALL = QUANG_NINH | {"pl-1", "mobifone"}

# Seen, filled in, reviewed.
REPORTS = {
    "leader": ({"hg-1a"}, {"hg-1a"}, set()),
    "officer": (HONG_GAI, HONG_GAI, HONG_GAI),
    "neighbour": ({"bd-1"}, {"bd-1"}, {"bd-1"}),
    "district_officer": (HA_LONG, set(), HA_LONG),
    "staff": (QUANG_NINH, set(), set()),
    "admin": (QUANG_NINH, QUANG_NINH, QUANG_NINH),
    "stranger": ({"pl-1", "mobifone"}, {"pl-1", "mobifone"}, {"pl-1", "mobifone"}),
    "national": (ALL, set(), set()),
}


def names(reports) -> set[str]:
    return {report.team.name.removeprefix("Tổ ") for report in reports.select_related("team")}


def test_reports_are_seen_filled_in_and_reviewed_by(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    for team in ALL:
        report_in(Status.SUBMITTED, team=team)
    # Everything is readable here, so that only the first wall decides.
    with enter(cast.national):
        for who, (seen, filled, reviewed) in REPORTS.items():
            user = getattr(cast, who)
            found = {
                "seen": names(Report.objects.visible_to(user)),
                "filled in": names(Report.objects.editable_by(user)),
                "reviewed": names(Report.objects.with_right(user, Right.REVIEW)),
            }
            assert found == {"seen": seen, "filled in": filled, "reviewed": reviewed}, who
            steps = ReportStep.objects.visible_to(user)
            assert steps.count() == len(seen), who


FILLERS, REVIEWERS = {"leader", "officer", "admin"}, {"officer", "district_officer", "admin"}
ONLOOKERS = {"staff", "national"}
STRANGERS = {"neighbour", "stranger"}


@pytest.mark.parametrize("status", Status)
def test_report_that_is_not_handed_in_is_its_writers(
    status: Status, cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    report_in(status)
    handed_in = status in {Status.SUBMITTED, Status.APPROVED, Status.LOCKED}
    everybody = FILLERS | REVIEWERS | ONLOOKERS
    found: dict[str, set[str]] = {"seen": set(), "read": set(), "marked readable": set()}
    with enter(cast.national):
        for who in everybody | STRANGERS:
            user = getattr(cast, who)
            seen = Report.objects.visible_to(user)
            marks = seen.with_readable(user).values_list("is_readable", flat=True)
            found["seen"] |= {who} if seen else set()
            found["read"] |= {who} if Report.objects.readable_by(user) else set()
            found["marked readable"] |= {who} if any(marks) else set()
            assert bool(ReportStep.objects.visible_to(user)) <= bool(seen)
    assert found == {
        "seen": everybody if handed_in else FILLERS | REVIEWERS,
        "read": everybody if handed_in else FILLERS,
        "marked readable": everybody if handed_in else FILLERS,
    }


def test_province_that_is_overseen_leaves_the_commune_to_its_officer(
    cast: Cast, enter: Enter, report_in: ReportIn
) -> None:
    """Somebody may work in one place and look on in a wider one."""
    with enter(cast.admin):
        grant_role(
            user=cast.officer, role=Role.PROVINCE_STAFF, unit=cast.units["22"], actor=cast.admin
        )
    for team, status in [("hg-1a", Status.DRAFT), ("bd-1", Status.DRAFT), ("ct-1", Status.LOCKED)]:
        report_in(status, team=team)
    with enter(cast.admin):
        assert names(Report.objects.visible_to(cast.officer)) == {"hg-1a", "ct-1"}
        assert names(Report.objects.readable_by(cast.officer)) == {"hg-1a", "ct-1"}
