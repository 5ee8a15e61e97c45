import re
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.timezone import localtime

from reports import runs, upkeep
from reports.addresses import MonthConverter
from reports.models import RollupRun
from units.errors import NotPossibleNow
from units.models import Tenant
from units.tenancy import scope

# Ends with 1 where totals were wrong, and with this where something could not be done.
NOT_DONE = 2
Span = dict[str, int]


def month(text: str) -> Span:
    if not re.fullmatch(MonthConverter.regex, text):
        raise ArgumentTypeError(f"{text!r} is no month: write 2024-06")
    year, number = MonthConverter().to_python(text)
    return {"year": year, "month": number}


def year(text: str) -> Span:
    if not re.fullmatch("20[0-9]{2}", text):
        raise ArgumentTypeError(f"{text!r} is no year: write 2024")
    return {"year": int(text)}


class Command(BaseCommand):
    help = "Tell how the totals are kept, or rebuild those of a month, a year or all months."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", metavar="CODE", help="one province; all, if none is given")
        actions = parser.add_subparsers(dest="action", title="what to do")
        # Given behind the action as well as before it.
        behind = {"metavar": "CODE", "default": SUPPRESS, "help": "one province"}
        actions.add_parser("status", help="what waits and what ran; the default").add_argument(
            "--tenant", **behind
        )
        rebuild = actions.add_parser(
            "rebuild", help="while reports come in; ends with 1 where a total was wrong"
        )
        rebuild.add_argument("--tenant", **behind)
        spans = rebuild.add_mutually_exclusive_group(required=True)
        spans.add_argument("--month", dest="span", type=month, help="such as 2024-06")
        spans.add_argument("--year", dest="span", type=year, help="such as 2024")
        spans.add_argument("--all", dest="span", action="store_const", const={}, help="all months")

    def handle(
        self, tenant: str | None, action: str | None, span: Span | None = None, **options: object
    ) -> None:
        # What people are told in the domain's words is told in one language.
        with translation.override("en"):
            tenants = _provinces(tenant)
            if action == "rebuild":
                self._rebuild(tenants, span or {})
            else:
                self._tell(tenants)

    def _tell(self, tenants: list[Tenant]) -> None:
        with scope(reads_all=True):
            for each in upkeep.of(tenants, user=None):
                self.stdout.write("\n  ".join([f"{each.tenant.code} {each.tenant}", *_lines(each)]))

    def _rebuild(self, tenants: list[Tenant], span: Span) -> None:
        with scope(reads_all=True):
            concerned = [each for each in tenants if runs.months_of(each, **span)]
        if not concerned:
            raise CommandError(
                "No such month was opened: there is nothing to rebuild.", returncode=NOT_DONE
            )
        wrong, refused = 0, []
        for each in concerned:
            try:
                wrong += self._rebuild_one(each, span)
            except NotPossibleNow as refusal:
                refused.append(f"{each}: {refusal.message}")
        told = [f"Totals that were wrong: {wrong}. They are right again now."] if wrong else []
        if told or refused:
            raise CommandError("\n".join([*told, *refused]), returncode=1 if wrong else NOT_DONE)

    def _rebuild_one(self, tenant: Tenant, span: Span) -> int:
        with scope(tenant=tenant.pk):
            run = runs.ask(tenant=tenant, actor=None, calls_worker=False, **span)
            runs.work(run.pk, tenant.pk, tell=self._tell_progress)
            run.refresh_from_db()
            if run.ended_at is None:
                raise NotPossibleNow("a worker was faster, and is rebuilding now.")
            for change in upkeep.changes_of([run], user=None).get(run.pk, []):
                self.stdout.write(f"  {_change(change)}")
        return run.differences

    def _tell_progress(self, run: RollupRun) -> None:
        self.stdout.write(
            f"{run.tenant}: {run.done} of {run.of} months of {run.about}, "
            f"{run.differences} totals were wrong"
        )


def _provinces(code: str | None) -> list[Tenant]:
    provinces = Tenant.objects.filter(is_nation=False)
    found = list(provinces.filter(code=code) if code else provinces)
    if not found:
        told = f"There is no province {code}." if code else "There is no province yet."
        raise CommandError(told, returncode=NOT_DONE)
    return found


def _lines(each: upkeep.Upkeep) -> Iterator[str]:
    yield f"marks waiting: {each.marks}" + (
        f", the oldest for {upkeep.lasted(each.age)}: {each.oldest.unit}, {each.oldest.period}"
        if each.oldest
        else ""
    )
    yield f"last sweep: {_run(each.sweep)}"
    yield f"last comparison: {_run(each.nightly)}"
    yield f"last rebuild: {_run(each.rebuild)}"
    yield f"last difference: {_run(each.differing)}"
    for change in each.changes:
        yield f"  {_change(change)}"


def _run(told: upkeep.Told | None) -> str:
    if told is None:
        return "none"
    run = told.run
    about = f"{run.about}, " if run.kind == RollupRun.Kind.REBUILD else ""
    counted = f"{run.done} marks" if run.kind == RollupRun.Kind.SWEEP else (
        f"{run.done} of {run.of} months, {run.differences} totals were wrong"
    )  # fmt: skip
    took = f", took {upkeep.lasted(run.duration)}" if run.duration is not None else ""
    why = f" ({run.failure})" if run.failure else ""
    when = f"{localtime(run.asked_at):%H:%M %d/%m/%Y}"
    return f"{when}, {about}{told.state.label}{why}, {counted}{took}"


def _change(change: upkeep.Change) -> str:
    return f"{change.unit}, {change.month}, {change.figure}: {change.was} became {change.became}"
