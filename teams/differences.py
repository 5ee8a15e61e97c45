"""What would a sheet of members change? The plan of an import: nothing is written here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.gazetteer import Gazetteer, Misplaced
from teams.identity import OF_MEMBERSHIP, OF_PERSON, Known, Register
from teams.models import Post
from teams.plans import Line, Outcome, Plan
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
        comparison.take(entry)
    return comparison.finish(is_complete=is_complete)


class Comparison:
    def __init__(self, area: Unit, on: date):
        self.on = on
        self.plan = Roster()
        self.gazetteer = Gazetteer(area, on=on)
        self.known = Register(area, on)
        # In which row of the file a value stands first, by column.
        self.seen: dict[str, dict[Any, int]] = defaultdict(dict)
        self.teams: set[int] = set()
        self.leaders: dict[int, Line] = {}

    def take(self, entry: Entry) -> None:
        line = Line(entry.number, str(entry.values.get("full_name") or ""))
        self.plan.lines.append(line)
        for key, why in entry.problems.items():
            line.refuse(key, why)
        team = self._team(entry, line)
        if team is not None:
            line.title = " · ".join(filter(None, [line.title, self.gazetteer.names[team]]))
            self.teams.add(team)
        self._compare_within_file(entry, line)
        if team is None or not entry.values.get("full_name"):
            return
        known = self.known.find(entry.values, team, line.refuse)
        if known is None:
            self._join(line, team, entry.given)
            return
        self._claim(known, line)
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

    def _claim(self, known: Known, line: Line) -> None:
        if known.row is not None:
            line.refuse(
                "full_name", _("The same person stands in row %(row)s.") % {"row": known.row}
            )
        known.row = known.row or line.number

    def _join(self, line: Line, team: int, given: dict[str, Any]) -> None:
        """Somebody new to the register."""
        line.becomes(Outcome.NEW)
        values = {key: given[key] for key in (*OF_PERSON, *OF_MEMBERSHIP) if given.get(key)}
        if taken := self.known.taken(values, None):
            line.refuse(taken[0], self._whose(*taken))
        elif self.known.is_of_the_past(values, None):
            line.refuse("id_number", _("This ID number is that of somebody who has left."))
        elif self.known.has_namesake(values):
            line.notes.append(_("Somebody of this name and year of birth is registered already."))
        since = given.get("joined_on") or self.on
        if since > clock.today():
            line.refuse("joined_on", _("This day is still to come."))
        line.gives = {**values, "joined_on": since} if "joined_on" in given else values
        self._arrive(Arrival(line, team, None, values, since), given)

    def _move(self, line: Line, team: int, values: dict[str, Any], known: Known) -> None:
        """Somebody of another team: the membership there ends on the day when this one begins."""
        line.becomes(Outcome.MOVED)
        if not self.gazetteer.keeps(known.team):
            # Nothing is told of what the register knows of somebody elsewhere.
            line.refuse("team", _("This person is in a team whose roster you do not keep."))
            return
        if known.since >= self.on:
            line.refuse("team", _("This person joined another team on this very day."))
        names = self.gazetteer.names
        line.changes.append(("team", names.get(known.team, ""), names[team]))
        # Core or not, and sent by whom, goes along; the post is one of the old team's.
        given = known.values | {"post": Post.MEMBER} | values
        self._amend(line, known, {key: given[key] for key in OF_PERSON}, {})
        self._depart(line, known, self.on)
        self._arrive(Arrival(line, team, known.person, given, self.on), values)

    def _arrive(self, arrival: Arrival, said: dict[str, Any]) -> None:
        if said.get("left_on"):
            arrival.line.refuse("left_on", _("Somebody who is not in the team cannot leave it."))
        self._lead(arrival.line, arrival.team, arrival.values.get("post", Post.MEMBER))
        self.plan.arrivals.append(arrival)

    def _stay(self, line: Line, known: Known, given: dict[str, Any]) -> None:
        """Somebody who is in the team already, with what the row says anew."""
        self._lead(line, known.team, given.get("post", known.values["post"]))
        if until := given.get("left_on"):
            self._leave(line, known, until)
            return
        self._amend(
            line,
            known,
            {key: given[key] for key in OF_PERSON if key in given},
            {key: given[key] for key in OF_MEMBERSHIP if key in given},
        )
        if line.changes:
            line.becomes(Outcome.CHANGED)

    def _amend(
        self, line: Line, known: Known, person: dict[str, Any], membership: dict[str, Any]
    ) -> None:
        person, membership = _new_in(person, known), _new_in(membership, known)
        if taken := self.known.taken(person, known.person):
            line.refuse(taken[0], self._whose(*taken))
        elif self.known.is_of_the_past(person, known.person):
            line.refuse("id_number", _("This ID number is that of somebody who has left."))
        if membership:
            self._demand_lasting(line, known)
        line.changes += [
            (key, known.values[key], value) for key, value in (person | membership).items()
        ]
        if person or membership:
            self.plan.changes.append(Change(line, known, person, membership))

    def _whose(self, key: str, owner: Known) -> str:
        """To whom a number belongs; people of other areas are not told by name."""
        if not self.gazetteer.keeps(owner.team):
            return _("This number belongs to somebody whose roster you do not keep.")
        sentence = (
            _("This ID number belongs to %(name)s.")
            if key == "id_number"
            else _("This phone belongs to %(name)s.")
        )
        return sentence % {"name": owner.values["full_name"]}

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
                % {"day": f"{known.until:%d/%m/%Y}"},
            )

    def _depart(self, line: Line, known: Known, until: date) -> None:
        self._demand_lasting(line, known)
        known.leaves = True
        self.plan.departures.append(Departure(line, known, until))

    def _lead(self, line: Line, team: int, post: str) -> None:
        """Remember who would lead the team by this file."""
        if post != Post.LEADER:
            return
        first = self.leaders.setdefault(team, line)
        if first is not line:
            line.refuse(
                "post",
                _("The team would have two leaders: see row %(row)s.") % {"row": first.number},
            )

    def finish(self, *, is_complete: bool) -> Roster:
        if is_complete:
            self._dismiss_the_missing()
        self._demand_one_leader()
        return self.plan

    def _dismiss_the_missing(self) -> None:
        """Whoever is in a team of the sheet and in no row of it leaves."""
        for team in sorted(self.teams):
            for known in self.known.of_team(team):
                if known.row is None:
                    title = f"{known.values['full_name']} · {self.gazetteer.names[team]}"
                    line = Line(None, title)
                    self.plan.lines.append(line)
                    self._leave(line, known, self.on)

    def _demand_one_leader(self) -> None:
        changed = {id(change.known): change for change in self.plan.changes}
        for team, line in self.leaders.items():
            for known in self.known.of_team(team):
                change = changed.get(id(known))
                post = (change.of_membership if change else {}).get("post", known.values["post"])
                if post == Post.LEADER and not known.leaves and known.row != line.number:
                    line.refuse(
                        "post",
                        _("%(name)s leads the team: give that person another post, too.")
                        % {"name": known.values["full_name"]},
                    )


def _new_in(given: dict[str, Any], known: Known) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value != known.values[key]}
