"""Who would lead each team by a sheet? One person on any day, whoever leads it before or after."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from teams.identity import Leader, Register
from teams.models import Post
from teams.plans import Line, Outcome
from units import clock

# By membership the line that ends it, and the first day without it.
Ends = dict[int | None, tuple[Line, date]]


@dataclass(slots=True)
class Lead:
    """Who would lead a team by the file, and from which day on."""

    line: Line
    since: date
    # Whether nothing is to be asked any more: of who leads it already, and of who was refused.
    is_settled: bool = False


class Leads:
    def __init__(self) -> None:
        self.by_team: dict[int, Lead] = {}

    def note(self, team: int, post: str, lead: Lead) -> None:
        """Remember who would lead the team, and refuse whoever the file says so of after that."""
        if post != Post.LEADER:
            return
        first = self.by_team.setdefault(team, lead)
        if first is not lead:
            lead.line.refuse(
                "post",
                _("The team would have two leaders: see row %(row)s.") % {"row": first.line.number},
            )

    def judge(self, register: Register, ends: Ends) -> None:
        """Refuse those beside whom somebody else would lead.

        A row that is refused may be the one by which that leader was to go, so that all are asked
        again until nothing more is refused.
        """
        if not self.by_team:
            return
        since = min(lead.since for lead in self.by_team.values())
        leaders = register.leaders(self.by_team, since)
        while refused := [
            (lead, why)
            for team, lead in self.by_team.items()
            if not lead.is_settled and (why := _why_not(lead, leaders[team], ends))
        ]:
            for lead, (key, said) in refused:
                lead.is_settled = True
                lead.line.refuse(key, said)


def _why_not(lead: Lead, leaders: list[Leader], ends: Ends) -> tuple[str, str] | None:
    """The key and the sentence where somebody leads the team on one of the days."""
    for leader in leaders:
        line, until = ends.get(leader.membership, (None, leader.until))
        stays = line is not None and line.outcome == Outcome.REFUSED
        until = leader.until if stays else until
        if until and until <= lead.since:
            continue
        told = {"name": leader.name, "day": clock.written(until or leader.since)}
        if line is not None and stays and line.number:
            told["row"] = str(line.number)
            return "post", _("%(name)s leads the team as long as row %(row)s is refused.") % told
        if until:
            key = "joined_on" if "joined_on" in lead.line.gives else "post"
            return key, _("%(name)s leads the team until %(day)s: nobody else before.") % told
        if leader.since > lead.since:
            return "post", _("%(name)s leads the team from %(day)s on.") % told
        return "post", _("%(name)s leads the team: give that person another post, too.") % told
    return None
