"""Whatever happens under whatever tree, the totals are what anybody would add up by hand.

`test_rollup_properties.py` knows one tree; here each example grows its own, in which communes stand
under districts or under the province itself, and teams move, end and are merged.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.enrolment import open_first_account
from accounts.models import User
from accounts.roles import Role
from reports import rollup, workflow
from reports.catalogue import Catalogue
from reports.models import Period, Status
from reports.periods import DECREE_09, lay_out, open_period
from teams import endings
from teams.models import Kind, Team
from teams.registry import NewTeam, establish_teams
from tests.cast import SINCE, Cast, Enter, ReportIn, Undone
from tests.reports.living import Month, assert_one_truth
from units.errors import DomainError
from units.founding import found_province
from units.models import Level, Tenant, Unit
from units.tenancy import scope
from units.tree import Seedling

CODES = ["training_sessions", "residents_guided", "zalo_followers"]
MOST_UNITS, MOST_TEAMS = 6, 8
# June runs from the 15th of May to the 14th of June; its totals use the tree of its last day.
DAYS = [date(2024, 5, 20), date(2024, 6, 5), date(2024, 6, 14), date(2024, 6, 15)]
NOW = date(2024, 6, 20)


@dataclass
class Shape:
    """Where each unit stands: the number of the one above, taken around as often as need be."""

    districts: int
    # -1 and whatever else is beyond the districts stands under the province.
    communes: list[int]
    hamlets: list[int]
    teams: list[int]

    def seedlings(self) -> list[Seedling]:
        return [
            Seedling(Level.PROVINCE, "91", "Tỉnh Cây", ""),
            *(Seedling(Level.DISTRICT, f"d{n}", f"Huyện {n}", "91") for n in range(self.districts)),
            *(
                Seedling(
                    Level.COMMUNE, f"c{n}", f"Xã {n}",
                    f"d{above}" if 0 <= above < self.districts else "91",
                )
                for n, above in enumerate(self.communes)
            ),
            *(
                Seedling(Level.HAMLET, f"h{n}", f"Thôn {n}", f"c{above % len(self.communes)}")
                for n, above in enumerate(self.hamlets)
            ),
        ]  # fmt: skip

    def home(self, team: int) -> str:
        return f"h{self.teams[team] % len(self.hamlets)}"


numbers = st.integers(0, MOST_UNITS - 1)
shapes = st.builds(
    Shape,
    districts=st.integers(0, 3),
    communes=st.lists(st.integers(-1, 3), min_size=1, max_size=MOST_UNITS),
    hamlets=st.lists(numbers, min_size=1, max_size=MOST_UNITS),
    teams=st.lists(numbers, min_size=2, max_size=MOST_TEAMS),
)
teams = st.integers(0, MOST_TEAMS - 1)
values = st.dictionaries(
    st.sampled_from(CODES), st.one_of(st.none(), st.just(0), st.integers(1, 200)), max_size=3
)
events = st.one_of(
    st.tuples(teams, st.integers(0, 5), values),
    st.sampled_from(["sweep", "rebuild", "lock and open"]),
    st.tuples(st.just("moved"), teams, numbers),
    st.tuples(st.just("ended"), teams, st.sampled_from(DAYS)),
    st.tuples(st.just("merged"), teams, teams, st.sampled_from(DAYS)),
    st.tuples(st.just("clock"), st.sampled_from([date(2024, 6, 16), NOW, date(2024, 7, 30)])),
)


@dataclass
class Grown:
    """A province of any shape, with a June that is open."""

    province: Tenant
    units: dict[str, Unit]
    admin: User
    june: Period = field(init=False)
    teams: dict[str, Team] = field(init=False)


def grow(shape: Shape) -> Grown:
    units = found_province(seedlings=shape.seedlings(), since=SINCE)
    province = units[0].tenant
    by_code = {unit.code: unit for unit in units}
    with scope(tenant=province.pk):
        admin, _ = open_first_account(
            username="cay.admin", full_name="Cây", role=Role.PROVINCE_ADMIN, unit=units[0]
        )
        grown = Grown(province, by_code, admin)
        new = [
            NewTeam(name=f"Tổ {n}", unit=by_code[shape.home(n)], kind=Kind.LOCAL)
            for n in range(len(shape.teams))
        ]
        established = establish_teams(tenant=province, teams=new, since=SINCE)
        grown.teams = {str(n): team for n, team in enumerate(established)}
        grown.june = lay_out(tenant=province, year=2024, month=6, by=DECREE_09)
        grown.june.save()
        open_period(period=grown.june, actor=admin)
    return grown


class LongMonth(Month):
    """June, in which teams have a life of their own, too; the clock may be set forward and back."""

    def live(self, event: Any) -> None:
        names = list(self.cast.teams)
        match event:
            case ("moved", team, hamlet):
                self.move(names[team % len(names)], hamlet)
            case ("ended", team, on):
                self.end(names[team % len(names)], None, on)
            case ("merged", team, into, on):
                self.end(names[team % len(names)], names[into % len(names)], on)
            case ("clock", day):
                settings.BUSINESS_DATE = day
            case (int() as team, choice, figures):
                self.act(names[team % len(names)], choice, figures)
            case _:
                super().live(event)

    def move(self, team: str, hamlet: int) -> None:
        """The team is said to be at home elsewhere; its report stays where it was written."""
        hamlets = [unit for unit in self.cast.units.values() if unit.level == Level.HAMLET]
        home = hamlets[hamlet % len(hamlets)]
        Team.objects.filter(pk=self.cast.teams[team].pk).update(unit=home)
        self.cast.teams[team].refresh_from_db()

    def end(self, team: str, into: str | None, on: date) -> None:
        with suppress(DomainError):
            endings.end(
                team=self.cast.teams[team],
                into=self.cast.teams[into] if into else None,
                on=on,
                actor=self.cast.admin,
            )
        self.cast.teams[team].refresh_from_db()


@given(shape=shapes, history=st.lists(events, min_size=5, max_size=30))
def test_totals_of_any_tree_after_any_history_are_the_sum_by_hand(
    shape: Shape, history: list[Any], cast: Cast, forms: Catalogue, undone: Undone
) -> None:
    with undone(), override_settings(BUSINESS_DATE=NOW):
        grown = grow(shape)
        with scope(tenant=grown.province.pk):
            month = LongMonth(grown, grown.province)
            for event in history:
                month.live(event)
            assert_one_truth(grown.june)


def test_team_that_went_elsewhere_and_ended_is_expected_once(
    cast: Cast, forms: Catalogue, enter: Enter, report_in: ReportIn
) -> None:
    """Whoever is swept together must not matter: by the end each sweep has seen one commune."""
    report = report_in(Status.SUBMITTED, team="bd-1", values={"adults": 5})
    team = Team.objects.filter(pk=cast.teams["bd-1"].pk)
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
        for change in (
            {"unit": cast.units["ct-1"]},
            {"active": DateRange(SINCE, date(2024, 6, 1))},
        ):
            team.update(**change)
            rollup.sweep(cast.province.pk)
            assert_one_truth(cast.june)
        for step, reason in (("withdraw", "vì sao"), ("submit", "")):
            report = workflow.apply(
                report, step, actor=cast.admin, version=report.version, reason=reason
            )
            rollup.sweep(cast.province.pk)
            assert_one_truth(cast.june)
