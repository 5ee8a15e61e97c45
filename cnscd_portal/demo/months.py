"""The demo's months: laid out, opened, filled by the workflow, rolled up, and locked."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from accounts.models import User
from cnscd_portal.demo import courses, figures, texts
from cnscd_portal.demo.courses import REVIEWED_FATES, SENT_FATES, Course, Fate, moment
from cnscd_portal.demo.establishment import Crew
from cnscd_portal.demo.figures import Portrait
from cnscd_portal.demo.provinces import Province
from reports import batches, catalogue, periods, rollup, schedule, workflow
from reports.models import Check, Period, Report
from reports.workflow import Draft
from units.models import Tenant

MONTHS = tuple((2023, month) for month in range(7, 13)) + tuple((2024, m) for m in range(1, 7))
NOT_OPENED = (2024, 7)
LAST_LOCKED = (2024, 3)

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Cast:
    """Who enters and who reviews the reports of each place; the administrator where nobody else."""

    admin: User
    writers: Mapping[str, User]
    reviewers: Mapping[str, User]

    def writer(self, crew: Crew) -> User:
        return self.writers.get(crew.spot.key) or self.writers.get(crew.spot.area) or self.admin

    def reviewer(self, crew: Crew) -> User:
        spot = crew.spot
        return self.reviewers.get(spot.area) or self.reviewers.get(spot.district) or self.admin


@dataclass(frozen=True)
class Company:
    """A province with its teams, ready to report."""

    province: Province
    tenant: Tenant
    cast: Cast
    crews: Sequence[Crew]
    portraits: Mapping[str, Portrait]


def lay_out(company: Company, months: Iterable[tuple[int, int]]) -> list[Period]:
    """Make the months, and one more that stays unopened."""
    wanted = [*months, NOT_OPENED]
    calendar = company.province.calendar
    schedule.choose_calendar(
        tenant=company.tenant, since=date(*min(wanted), 1), calendar=calendar, actor=None
    )
    return Period.objects.bulk_create(
        periods.lay_out(tenant=company.tenant, year=year, month=month, by=calendar)
        for year, month in wanted
    )


def play(company: Company, period: Period) -> int:
    """Let a month happen up to the demo's day; returns how many reports there are of it."""
    admin = company.cast.admin
    periods.open_period(period=period, actor=admin, at=moment(period.starts_on, "08:00"))
    planned = courses.of_month(period, company.province.code, company.crews)
    stage = Stage(company, period)
    reports = stage.send_in([each for each in planned if each.fate in SENT_FATES])
    stage.review([each for each in planned if each.fate in REVIEWED_FATES], reports)
    stage.amend([each for each in planned if each.fate is Fate.AMENDED], reports)
    drafts = stage.begin([each for each in planned if each.fate is Fate.DRAFT])
    if (period.year, period.month) <= LAST_LOCKED:
        day = period.province_due_on + timedelta(days=5)
        periods.lock_period(
            period=period, actor=admin, reason=texts.LOCK_REASON, at=moment(day, "16:30")
        )
    rollup.sweep(company.tenant.pk)
    return len(reports) + drafts


@dataclass(frozen=True)
class Stage:
    """One month of one province, and the steps that are taken in it."""

    company: Company
    period: Period

    def draft(self, course: Course) -> Draft:
        """What a team first says of the month, with the mistake that an officer will find."""
        draft = self.right(course)
        if course.objection is None:
            return draft
        return replace(draft, values=course.objection.cause(draft.values))

    def right(self, course: Course) -> Draft:
        spot = course.crew.spot
        index = figures.index_of(self.period.year, self.period.month)
        values = figures.of_month(spot, self.company.portraits[spot.key], index)
        # Of what no check finds, no word is kept.
        checks = catalogue.of_period(self.period).checks
        explanations = {
            each.code: texts.FAR_ABOVE for each in checks if each.kind == Check.Kind.TENFOLD
        }
        return Draft(values, course.difficulty, course.proposal, explanations)

    def send_in(self, sent: Iterable[Course]) -> dict[str, Report]:
        reports: dict[str, Report] = {}
        writer = self.company.cast.writer
        for (actor, at), group in grouped(sent, lambda each: (writer(each.crew), each.sent_at)):
            rows = batches.submit_many(
                period=self.period,
                documents=[(each.crew.team, self.draft(each)) for each in group],
                actor=actor,
                at=at,
            )
            reports |= {each.crew.spot.key: row for each, row in zip(group, rows, strict=True)}
        return reports

    def review(self, reviewed: Iterable[Course], reports: Mapping[str, Report]) -> None:
        reviewer = self.company.cast.reviewer
        for (actor, at, objection), group in grouped(
            reviewed, lambda each: (reviewer(each.crew), each.reviewed_at, each.objection)
        ):
            rows = [reports[each.crew.spot.key] for each in group]
            if objection is None:
                batches.approve_many(reports=rows, actor=actor, at=at)
            else:
                batches.return_many(
                    reports=rows,
                    reason=objection.reason,
                    remarks=objection.remarks,
                    actor=actor,
                    at=at,
                )

    def amend(self, amended: Iterable[Course], reports: Mapping[str, Report]) -> None:
        for course in amended:
            actor = self.company.cast.writer(course.crew)
            returned = reports[course.crew.spot.key]
            returned.refresh_from_db(fields=["version"])
            saved = workflow.save_draft(
                team=course.crew.team,
                period=self.period,
                draft=self.right(course),
                version=returned.version,
                actor=actor,
                at=course.amended_at,
            )
            workflow.apply(
                saved, "submit", actor=actor, version=saved.version, at=course.amended_at
            )

    def begin(self, begun: Sequence[Course]) -> int:
        """Drafts of which the upper half of the form is filled in; returns how many."""
        codes = catalogue.of_period(self.period).codes
        half = codes[: len(codes) // 2]
        for course in begun:
            draft = self.right(course)
            workflow.save_draft(
                team=course.crew.team,
                period=self.period,
                draft=Draft({code: draft.values[code] for code in half if code in draft.values}),
                version=0,
                actor=self.company.cast.writer(course.crew),
                at=course.sent_at,
            )
        return len(begun)


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> Iterable[tuple[Key, list[Item]]]:
    """Items with the same key together, the groups in the order of their first."""
    groups: defaultdict[Key, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups.items()
