"""How figures, rates and days are written on a page."""

from datetime import date
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import kpi, upkeep
from reports.addresses import address_of
from reports.kpi import Rate
from reports.models import Ratio, Report
from reports.sums import Sum
from reports.wording import Target
from teams.census import Census
from teams.oversight import Coverage
from units import text

register = template.Library()

MISSING = "–"


@register.filter
def figure(value: int | None) -> str:
    """1.473; a dash for what nobody reported, which is not 0."""
    if value is None or value == "":
        return MISSING
    return number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def signed(value: int | None) -> str:
    """+1.473 or −12; a dash for a change that cannot be told."""
    if value is None:
        return MISSING
    return ("+" if value > 0 else "−" if value < 0 else "") + figure(abs(value))


@register.filter
def percent(rate: Rate | None) -> str:
    """99,13%; a dash for a rate that cannot be judged."""
    value = rate.percent if rate else None
    if value is None:
        return MISSING
    return number_format(kpi.rounded(value), decimal_pos=2, use_l10n=True) + "%"


@register.filter
def parts(rate: Rate | None) -> str:
    """47.308/47.723: a percentage never stands without them."""
    if rate is None or (rate.numerator is None and rate.denominator is None):
        return ""
    return f"{figure(rate.numerator)}/{figure(rate.denominator)}"


@register.filter
def width(rate: Rate | None) -> int:
    """How long the bar of a rate is, in whole percent from 0 to 100."""
    value = rate.percent if rate else None
    return 0 if value is None else min(100, int(value))


@register.filter
def of(mapping: dict[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key; None where it holds nothing."""
    return mapping.get(key)


@register.filter
def days_until(day: date, today: date) -> str:
    """How long until a deadline, in words."""
    left = (day - today).days
    if left == 0:
        return _("due today")
    if left > 0:
        return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    return ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}


@register.filter
def sent_late(days: int) -> str:
    """How long after its deadline something came, in words."""
    return ngettext("sent %(days)s day late", "sent %(days)s days late", days) % {"days": days}


@register.filter
def telephone(number: str) -> str:
    """0912 345 678, as people here write it; a number of another country stays as it is stored."""
    known = text.dialled(number)
    if not known.startswith("0"):
        return known or MISSING
    return f"{known[:4]} {known[4:7]} {known[7:]}"


@register.filter
def masked(number: str) -> str:
    """0912•••678, for those who need no more than to recognise it."""
    return text.masked(number) or MISSING


@register.filter
def as_figure(typed: str) -> str:
    """What a form holds as text, written as a figure."""
    return figure(int(typed)) if typed.isdecimal() else typed


@register.filter
def figure_or_na(value: int | None) -> str:
    """For a figure that was reported, where None says that it does not apply."""
    return _("not applicable") if value is None else figure(value)


@register.filter
def rate_of(whole: Sum, ratio: Ratio) -> Rate:
    return whole.rate(ratio)


@register.filter
def value_of(whole: Sum | Report, code: str) -> str:
    """A figure as it is known: a number, "not applicable", or a dash for not reported."""
    return figure_or_na(whole.values[code]) if code in whole.values else MISSING


@register.filter
def commune_rate(counted: Census) -> Rate:
    return Rate(counted.communes_covered, counted.communes)


@register.filter
def hamlet_rate(counted: Census) -> Rate:
    return Rate(counted.hamlets_covered, counted.hamlets)


@register.filter
def committee_rate(counted: Coverage) -> Rate:
    return Rate(counted.covered, counted.units)


register.filter(upkeep.lasted)


@register.filter
def address(target: Target) -> str:
    """Where a line of a notice leads."""
    return address_of(target)
