"""Whose turn it is: the one person who enters a team's month, and the one who reviews it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from accounts.models import Delegation, Grant
from accounts.roles import RIGHTS, Right, Role
from teams.models import Membership, Team
from units import clock
from units.models import Ancestry, Level


@dataclass(frozen=True)
class Place:
    """A unit that a team belongs to: its commune, or where it sits above communes."""

    pk: int
    name: str
    level: int


@dataclass(frozen=True)
class Post:
    """A role that somebody holds on a unit."""

    person: int
    unit: int
    role: str


class Holders:
    """Who enters and who reviews the months of some teams of a province today.

    Read in four statements, however many teams. A team is entered by its leader, or deputy, if
    they have an account, otherwise by whoever holds the right nearest above the team: the officer
    of the commune, or whoever is above where a commune has no officer. The same for reviewing,
    without the leader. Who stands in for one of them today takes their place.
    """

    def __init__(self, tenant_id: int, teams: Sequence[Team]) -> None:
        self._above, self._places = _read_units(teams)
        self._leaders = _read_leaders(teams)
        self._on_units: dict[int, list[Post]] = defaultdict(list)
        for post in _read_grants(tenant_id):
            self._on_units[post.unit].append(post)
        self._stand_ins = _read_stand_ins(tenant_id)

    def knows(self, team: Team) -> bool:
        """Whether the team's unit stands in today's tree: without it nobody is above the team."""
        return team.unit_id in self._places

    def place(self, team: Team) -> Place:
        return self._places[team.unit_id]

    def filler(self, team: Team, author: int | None = None) -> int | None:
        """Who enters the team's figures; None where nobody can sign in who may. The `author` of
        what stands there goes before others who may, as long as it is still theirs to do."""
        posts = list(self._posts(team, Right.FILL))
        theirs = [each for each in posts if author in (each.person, self._acting(each))]
        return self._first(theirs or posts)

    def reviewer(self, team: Team) -> int | None:
        """Who reviews the team's report; None where nobody can sign in who may."""
        return self._first(list(self._posts(team, Right.REVIEW)))

    def _first(self, posts: list[Post]) -> int | None:
        return self._acting(posts[0]) if posts else None

    def _acting(self, post: Post) -> int:
        return self._stand_ins.get(post, post.person)

    def _posts(self, team: Team, right: Right) -> Iterator[Post]:
        """Whoever holds the right over the team, the nearest first."""
        if right in RIGHTS[Role.TEAM_LEADER]:
            yield from self._leaders[team.pk]
        for unit in self._above[team.unit_id]:
            for post in self._on_units[unit]:
                if right in RIGHTS[Role(post.role)]:
                    yield post


def _read_units(teams: Iterable[Team]) -> tuple[dict[int, list[int]], dict[int, Place]]:
    """By unit of a team: the units from it upwards in today's tree, and its place."""
    above: dict[int, list[int]] = defaultdict(list)
    places: dict[int, Place] = {}
    rows = Ancestry.objects.filter(
        unit__in={team.unit_id for team in teams}, valid__contains=clock.today()
    ).order_by("depth")
    for unit, ancestor, name, level in rows.values_list(
        "unit", "ancestor", "ancestor__name", "ancestor__level"
    ):
        above[unit].append(ancestor)
        if level <= Level.COMMUNE:
            places.setdefault(unit, Place(ancestor, name, level))
    return above, places


def _read_leaders(teams: Iterable[Team]) -> dict[int, list[Post]]:
    """By team: its leader, then its deputies, as far as they have an account of their own."""
    rows = (
        Membership.objects.leading()
        .current_on(clock.today())
        .filter(team__in=[team.pk for team in teams], person__user__is_active=True)
        # The leader before the deputies, as the words are ordered.
        .order_by("-post", "pk")
        .values_list("team", "person__user", "team__unit")
    )
    leaders: dict[int, list[Post]] = defaultdict(list)
    for team, person, unit in rows:
        leaders[team].append(Post(person, unit, Role.TEAM_LEADER))
    return leaders


def _read_grants(tenant_id: int) -> list[Post]:
    rows = (
        Grant.objects.filter(tenant_id=tenant_id, user__is_active=True)
        .exclude(role=Role.TEAM_LEADER)
        .order_by("pk")
    )
    return [Post(*row) for row in rows.values_list("user", "unit", "role")]


def _read_stand_ins(tenant_id: int) -> dict[Post, int]:
    rows = Delegation.objects.in_force().filter(tenant_id=tenant_id, holder__is_active=True)
    return {
        Post(giver, unit, role): holder
        for giver, unit, role, holder in rows.values_list("giver", "unit", "role", "holder")
    }
