"""How figures, rates and days are written on a page."""

from datetime import date
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reports import kpi
from reports.kpi import Rate

register = template.Library()

MISSING = "–"


@register.filter
def figure(value: int | None) -> str:
    """1.473; a dash for what nobody reported, which is not 0."""
    if value is None or value == "":
        return MISSING
    return number_format(value, use_l10n=True, force_grouping=True)


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
    return f"{figure(rate.numerator)}/{figure(rate.denominator)}" if rate else MISSING


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
    if left > 1:
        return _("%(days)s days left") % {"days": left}
    if left == 1:
        return _("1 day left")
    if left == 0:
        return _("due today")
    return _("%(days)s days late") % {"days": -left}
