"""Which reports a person sees, and whose figures they may enter or judge."""

from accounts.roles import Right
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
