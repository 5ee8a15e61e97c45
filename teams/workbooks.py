"""The workbooks that this app reads: of teams and of their members."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Right
from teams import differences, directory, enlistment, roster, team_differences
from teams.models import Area, Membership, Person, Team
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
)
TEAMS = Subject(
    key="teams",
    label=_("Teams"),
    title=_("List of teams"),
    file_name="danh-sach-to",
    right=Right.ROSTER,
    columns=directory.COLUMNS,
    compare=team_differences.compare,
    write=team_differences.write,
    tracked=(Area, Team),
)
