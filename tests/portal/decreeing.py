"""Decrees of the demo's Quảng Ninh, applied as its administrator does."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from reports import rollup
from reports.models import Period
from reports.periods import DECREE_09, lay_out, open_period
from units import decrees, outlook, reform
from units.decrees import OFFICIAL
from units.models import Decree, Level, Unit
from units.outlook import Outlook

EVE_OF_FIRST, FIRST = date(2024, 10, 31), date(2024, 11, 1)
EVE_OF_SECOND, SECOND = date(2025, 6, 30), date(2025, 7, 1)
# When they are applied.
TODAY = date(2025, 7, 5)


@dataclass
class Scene:
    province: Unit
    admin: User

    def load(self, key: str) -> Decree:
        official = OFFICIAL[key]
        return decrees.load(**official.parts, province=self.province, actor=self.admin)

    def apply(self, key: str) -> Decree:
        decree = self.load(key)
        answers = first_answers(outlook.foresee(decree))
        reform.decide(decree=decree, answers=answers, seen=None, is_example=True, actor=self.admin)
        return reform.apply(decree=decree, actor=self.admin)

    def open_month(self, year: int, month: int) -> Period:
        period = lay_out(tenant=self.province.tenant, year=year, month=month, by=DECREE_09)
        period.save()
        open_period(period=period, actor=self.admin)
        rollup.sweep(self.province.tenant_id)
        return period


def first_answers(seen: Outlook) -> dict[str, str]:
    return {each.key: each.options[0][0] for each in seen.questions}


def count_on(day: date) -> dict[int, int]:
    return Counter(
        Unit.objects.filter(valid__contains=day, level__lt=Level.HAMLET).values_list(
            "level", flat=True
        )
    )


def kinds_on(day: date) -> dict[str, int]:
    names = Unit.objects.filter(level=Level.COMMUNE, valid__contains=day).values_list(
        "name", flat=True
    )
    return Counter(name.split()[0] for name in names)
