"""The workbooks that this app reads: of members, of teams, and of steering committees."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Right
from teams import (
    committee_sheet,
    differences,
    directory,
    enlistment,
    roster,
    seat_differences,
    seat_writing,
    team_differences,
    team_writing,
)
from teams.models import Area, Committee, Membership, Person, Seat, Team
from teams.subjects import Subject

MEMBERS = Subject(
    key="members",
    label=_("Members of teams"),
    title=_("Roster of team members"),
    file_name="danh-sach-thanh-vien",
    right=Right.ROSTER,
    columns=roster.COLUMNS,
    compare=differences.compare,
    write=enlistment.write,
    tracked=(Membership, Person),
    also_read=roster.OF_ONE_SEX,
)
TEAMS = Subject(
    key="teams",
    label=_("Teams"),
    title=_("List of teams"),
    file_name="danh-sach-to",
    right=Right.ROSTER,
    columns=directory.COLUMNS,
    compare=team_differences.compare,
    write=team_writing.write,
    tracked=(Area, Team),
)
COMMITTEES = Subject(
    key="committees",
    label=_("Steering committees"),
    title=_("Steering committees"),
    file_name="to-chi-dao",
    right=Right.ROSTER,
    columns=committee_sheet.COLUMNS,
    compare=seat_differences.compare,
    write=seat_writing.write,
    tracked=(Seat, Committee),
)
SUBJECTS = (MEMBERS, TEAMS, COMMITTEES)
