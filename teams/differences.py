"""What would a sheet of members change? The plan of an import: nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.gazetteer import Gazetteer
from teams.identity import OF_MEMBERSHIP, OF_PERSON, Known, Register, may_be_one
from teams.leading import Ends, Lead, Leads
from teams.models import Post
from teams.places import Misplaced
from teams.plans import Line, Outcome, Plan
from teams.roster import settle_sexes
from units import clock
from units.models import Unit
from units.sheets.entries import Entry
from units.text import fold

# What stands for one person only.
ONE_OF_A_KIND = (
    ("member_code", gettext_lazy("The same person stands in row %(row)s.")),
    ("id_number", gettext_lazy("The same ID number stands in row %(row)s.")),
    ("phone", gettext_lazy("The same phone stands in row %(row)s.")),
)


@dataclass(slots=True)
class Arrival:
    """A membership that would begin; `person` None is somebody new to the register."""

    line: Line
    team: int
    person: int | None
    values: dict[str, Any]
    since: date


@dataclass(slots=True)
class Change:
    """What would change of a present membership and its person, by field."""

    line: Line
    known: Known
    of_person: dict[str, Any]
    of_membership: dict[str, Any]


@dataclass(slots=True)
class Departure:
    line: Line
    known: Known
    until: date


@dataclass
class Roster(Plan):
    """Whoever comes, changes or goes."""

    arrivals: list[Arrival] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)


def compare(
    entries: Iterable[Entry],
    area: Unit,
    *,
    on: date,
    is_complete: bool = False,
) -> Roster:
    """Hold a sheet against the register as of `on`.

    With `is_complete`, whoever is in a team of the sheet but not in the sheet would leave it.
    """
    comparison = Comparison(area, on)
    for entry in entries:
        comparison.take(settle_sexes(entry))
    return comparison.finish(is_complete=is_complete)


class Comparison:
    def __init__(self, area: Unit, on: date):
        self.on = on
        self.plan = Roster()
        self.gazetteer = Gazetteer(area, on=on)
        self.known = Register(area, on, self.gazetteer.keeps)
        # In which row of the file a value stands first, by column.
        self.seen: dict[str, dict[Any, int]] = defaultdict(dict)
        # Who is new by the file, by team and name.
        self.new: dict[tuple[int, str], list[Arrival]] = defaultdict(list)
        self.teams: set[int] = set()
        self.leads = Leads()

    def take(self, entry: Entry, *, former: Known | None = None, is_new: bool = False) -> None:
        """`former` is who comes back, and `is_new` says that it is nobody known, where somebody
        has settled that already."""
        line = Line(entry.number, str(entry.values.get("full_name") or ""))
        self.plan.lines.append(line)
        for key, why in entry.problems.items():
            line.refuse(key, why)
        team = self._team(entry, line)
        if team is not None:
            line.title = " · ".join(filter(None, [line.title, self.gazetteer.names[team]]))
            self.teams.add(team)
        self._compare_within_file(entry, line)
        self._judge_days(line, entry.given)
        if team is None or not entry.values.get("full_name"):
            self._judge_astray(line, entry.values, team)
            return
        is_settled = former or is_new
        known = None if is_settled else self.known.find(entry.values, team, line.refuse)
        if known is None:
            self._join(line, team, entry.given, former)
            return
        self._claim(known, line)
        self._demand_begun(line, known, team, entry.given)
        if known.team == team:
            self._stay(line, known, entry.given)
        else:
            self._move(line, team, entry.given, known)

    def _team(self, entry: Entry, line: Line) -> int | None:
        try:
            return self.gazetteer.team_of(entry.values)
        except Misplaced as refusal:
            line.refuse(refusal.key, str(refusal), refusal.near)
            return None

    def _compare_within_file(self, entry: Entry, line: Line) -> None:
        """The same phone or ID number stands for one person only, and so does a member's code."""
        for key, sentence in ONE_OF_A_KIND:
            value = entry.values.get(key)
            if value and (first := self._first_row(key, value, entry)) != entry.number:
                line.refuse(key, sentence % {"row": first})
        name, born = entry.values.get("full_name"), entry.values.get("birth_year")
        if name and born:
            first = self._first_row("full_name", (fold(name), born), entry)
            if first != entry.number:
                line.notes.append(
                    _("The same name and year of birth stand in row %(row)s.") % {"row": first}
                )

    def _first_row(self, key: str, value: Any, entry: Entry) -> int:
        return self.seen[key].setdefault(value, entry.number)

    def _judge_days(self, line: Line, given: dict[str, Any]) -> None:
        for key in ("joined_on", "left_on", "consented_on"):
            line.refuse_if(key, clock.why_to_come(given.get(key)))

    def _judge_astray(self, line: Line, values: dict[str, Any], team: int | None) -> None:
        """What can be told already of a row without its name or its team."""
        found = self.known.named(values, line.refuse)
        known = found[0] if found else self.known.returning(values)
        if not values.get("full_name"):
            # Without a name, a number of the team's own is rather the person's.
            own = (owner for _key, owner in self.known.owners(values, None) if owner.team == team)
            known = known or next(own, None)
        self._judge_numbers(line, values, known)

    def _judge_numbers(self, line: Line, values: dict[str, Any], known: Known | None) -> None:
        """A phone or an ID number belongs to one person."""
        person = known.person if known else None
        for key, owner in self.known.owners(values, person):
            line.refuse(key, self._whose(key, owner))
        former = self.known.former_of(values)
        if former and former.known.person != person:
            left = _("This ID number is that of somebody who has left.")
            line.refuse("id_number", left if former.is_own else _of_others())

    def _whose(self, key: str, owner: Known) -> str:
        """To whom a number belongs; people of other areas are not told by name."""
        if not self.gazetteer.keeps(owner.team):
            return _of_others()
        sentence = (
            _("This ID number belongs to %(name)s.")
            if key == "id_number"
            else _("This phone belongs to %(name)s.")
        )
        return sentence % {"name": owner.values["full_name"]}

    def _claim(self, known: Known, line: Line) -> None:
        if known.row is not None:
            line.refuse(
                "full_name", _("The same person stands in row %(row)s.") % {"row": known.row}
            )
        known.row = known.row or line.number

    def _demand_begun(self, line: Line, known: Known, team: int, given: dict[str, Any]) -> None:
        """Who joins later is named by that day, or is not yet whom a row of this day means."""
        if known.since > self.on and (known.team, known.since) != (team, given.get("joined_on")):
            line.refuse(
                "joined_on",
                _("This person joins on %(day)s, after the day from which this holds.")
                % {"day": clock.written(known.since)},
            )

    # -- Who comes ---------------------------------------------------------------------------------

    def _join(
        self, line: Line, team: int, given: dict[str, Any], former: Known | None = None
    ) -> None:
        """Somebody new to the register, or back in it."""
        line.becomes(Outcome.NEW)
        values = {key: given[key] for key in (*OF_PERSON, *OF_MEMBERSHIP) if given.get(key)}
        since = given.get("joined_on") or self.on
        line.gives = {**values, "joined_on": since} if "joined_on" in given else values
        self._judge_beginning(line, team, since)
        arrival = Arrival(line, team, None, values, since)
        known = former or self.known.returning(values)
        self._judge_numbers(line, values, known)
        if known is not None:
            self._return(arrival, known)
        else:
            self._tell_apart(arrival)
        self._arrive(arrival, given)

    def _judge_beginning(self, line: Line, team: int, since: date) -> None:
        if since > clock.today() and "joined_on" not in line.gives:
            line.refuse("joined_on", _("This day is still to come."))
        if since < (began := self.gazetteer.began[team]):
            line.refuse(
                "joined_on",
                _("This team is active only since %(day)s.") % {"day": clock.written(began)},
            )

    def _return(self, arrival: Arrival, known: Known) -> None:
        """Somebody of the past, by name and ID number or as somebody said: another membership of
        the same person begins. What stands of the person may be another area's, and is not told."""
        line = arrival.line
        if known.until is None or known.until > arrival.since:
            line.refuse("joined_on", _("This person was in a team on that day, or after it."))
        line.notes.append(_("This person was in a team before, and comes back."))
        arrival.person = known.person
        told = {key: value for key, value in arrival.values.items() if key in OF_PERSON}
        if anew := _new_in(told, known):
            self.plan.changes.append(Change(line, known, anew, {}))

    def _tell_apart(self, arrival: Arrival) -> None:
        """Two rows of one team that nothing tells apart mean one person; elsewhere, perhaps two."""
        line, values = arrival.line, arrival.values
        if namesake := self.known.namesake(values):
            said = _("Somebody of this name and year of birth is in %(team)s already.")
            line.notes.append(said % {"team": self.gazetteer.names[namesake.team]})
        namesakes = self.new[arrival.team, fold(values["full_name"])]
        same = [each for each in namesakes if may_be_one(each.values, values)]
        if same:
            line.refuse(
                "full_name",
                _("The same name stands in row %(row)s: if these are two people, give the year of"
                  " birth or the phone of both.") % {"row": same[0].line.number},
            )  # fmt: skip
        else:
            namesakes.append(arrival)

    def _move(self, line: Line, team: int, values: dict[str, Any], known: Known) -> None:
        """Somebody of another team: the membership there ends on the day when this one begins."""
        line.becomes(Outcome.MOVED)
        if known.since == self.on:
            line.refuse("team", _("This person joined another team on this very day."))
        names = self.gazetteer.names
        line.changes.append(("team", names[known.team], names[team]))
        # Core or not, and sent by whom, goes along; the post is one of the old team's.
        given = known.values | {"post": Post.MEMBER} | values
        self._amend(line, known, {key: given[key] for key in OF_PERSON}, {})
        self._depart(line, known, self.on)
        self._arrive(Arrival(line, team, known.person, given, self.on), values)

    def _arrive(self, arrival: Arrival, said: dict[str, Any]) -> None:
        if said.get("left_on"):
            arrival.line.refuse("left_on", _("Somebody who is not in the team cannot leave it."))
        post = arrival.values.get("post", Post.MEMBER)
        self.leads.note(arrival.team, post, Lead(arrival.line, arrival.since))
        self.plan.arrivals.append(arrival)

    # -- Who is there ------------------------------------------------------------------------------

    def _stay(self, line: Line, known: Known, given: dict[str, Any]) -> None:
        """Somebody who is in the team already, with what the row says anew."""
        of_person = {key: given[key] for key in OF_PERSON if key in given}
        of_membership = {key: given[key] for key in OF_MEMBERSHIP if key in given}
        if until := given.get("left_on"):
            for key in _new_in(of_membership, known):
                line.refuse(key, _("Whoever leaves keeps what stands here: change it before."))
            self._leave(line, known, until)
            self._amend(line, known, of_person, {})
            return
        post = given.get("post", known.values["post"])
        leads_already = known.values["post"] == Post.LEADER
        since = max(self.on, known.since)
        self.leads.note(known.team, post, Lead(line, since, is_settled=leads_already))
        self._amend(line, known, of_person, of_membership)
        if line.changes:
            line.becomes(Outcome.CHANGED)

    def _amend(
        self, line: Line, known: Known, person: dict[str, Any], membership: dict[str, Any]
    ) -> None:
        person, membership = _new_in(person, known), _new_in(membership, known)
        self._judge_numbers(line, person, known)
        if membership:
            self._demand_lasting(line, known)
        line.changes += [
            (key, known.values[key], value) for key, value in (person | membership).items()
        ]
        if person or membership:
            self.plan.changes.append(Change(line, known, person, membership))

    def _leave(self, line: Line, known: Known, until: date) -> None:
        line.becomes(Outcome.LEAVES)
        if until <= known.since:
            line.refuse("left_on", _("Nobody leaves before the day of joining."))
        line.changes.append(("left_on", None, until))
        self._depart(line, known, until)

    def _demand_lasting(self, line: Line, known: Known) -> None:
        """What has ended since stays as it was: a day of the past would bring it back."""
        if known.until is not None:
            line.refuse(
                "full_name",
                _("This membership ended on %(day)s, after the day from which this holds.")
                % {"day": clock.written(known.until)},
            )

    def _depart(self, line: Line, known: Known, until: date) -> None:
        self._demand_lasting(line, known)
        self.plan.departures.append(Departure(line, known, until))

    # -- In the end --------------------------------------------------------------------------------

    def finish(self, *, is_complete: bool) -> Roster:
        if is_complete:
            self._dismiss_the_missing()
        self.leads.judge(self.known, self._ends())
        return self.plan

    def _dismiss_the_missing(self) -> None:
        """Whoever is in a team of the sheet and in no row of it leaves."""
        for team in sorted(self.teams):
            for known in self.known.of_team(team):
                if known.row is None and known.since <= self.on:
                    title = f"{known.values['full_name']} · {self.gazetteer.names[team]}"
                    line = Line(None, title)
                    self.plan.lines.append(line)
                    self._leave(line, known, self.on)

    def _ends(self) -> Ends:
        """On which day who leads a team would stop, by membership, and by which line."""
        ends: Ends = {each.known.membership: (each.line, each.until)
                      for each in self.plan.departures}  # fmt: skip
        for change in self.plan.changes:
            if change.of_membership.get("post", Post.LEADER) != Post.LEADER:
                ends[change.known.membership] = (change.line, self.on)
        return ends


def _of_others() -> str:
    """That there is somebody, and no more: without it, one number would be two people's."""
    return _("This number belongs to somebody whose roster you do not keep.")


def _new_in(given: dict[str, Any], known: Known) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value != known.values[key]}
