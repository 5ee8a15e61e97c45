"""What speaks against applying a decree, in one sentence each."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from units import clock, outlook
from units.models import Decree, Level, Unit
from units.outlook import Outlook
from units.tenancy import scope

# So many codes a sentence names.
NAMED = 8


def why_not_applied(seen: Outlook, actor: Any) -> str:
    """What speaks against this person's applying it today; "" where nothing does."""
    decree = seen.decree
    if why := why_too_late(decree.tenant_id, decree.effective_on):
        return why
    if decree.effective_on - timedelta(days=1) not in seen.province.valid:
        return why_too_early(seen.province)
    for why_not in (_of_strangers, _of_orphans, _of_codes_elsewhere):
        if why := why_not(seen):
            return why
    if decree.effective_on > clock.today():
        # Roles hold today and have no days: on the eve they would reach nothing.
        return _("It can be applied from %(day)s on, for roles move with the units.") % {
            "day": clock.written(decree.effective_on)
        }
    if count := len(seen.undecided):
        return still_open(count)
    return next(filter(None, (each.why_not_applied(seen, actor) for each in outlook.movers)), "")


def _of_strangers(seen: Outlook) -> str:
    """Communes that end by the files, but are not the province's on the eve."""
    standing = {lot.unit.code for lot in seen.lots if lot.unit.is_commune}
    codes = sorted({old for old, _new in seen.decree.plan["successions"]} - standing)
    if not codes:
        return ""
    return ngettext(
        "The files name %(count)s commune that does not stand in the province on the eve: "
        "%(codes)s. First an earlier decree has to be applied, or another province to become part "
        "of this one, by merge_province on the server.",
        "The files name %(count)s communes that do not stand in the province on the eve: "
        "%(codes)s. First an earlier decree has to be applied, or another province to become part "
        "of this one, by merge_province on the server.",
        len(codes),
    ) % {"count": len(codes), "codes": _named(codes)}


def _of_orphans(seen: Outlook) -> str:
    """Of a decree that was brought before files were looked through for it."""
    codes = sorted(set(seen.parents.values()) - seen.names.keys())
    if not codes:
        return ""
    said = _("The files have no unit above with the code %(codes)s: bring them once more.")
    return said % {"codes": _named(codes)}


def _of_codes_elsewhere(seen: Outlook) -> str:
    """Of new units whose code a unit of another province has on the day, or later."""
    wanted = {(int(each.level), each.code) for each in seen.begins}
    held = Unit.objects.filter(
        level__lt=Level.HAMLET,
        code__in={code for _level, code in wanted},
        valid__overlap=DateRange(seen.decree.effective_on, None),
    ).exclude(tenant=seen.decree.tenant_id)
    # Codes of units are public; nothing else is read over the wall.
    with scope(reads_all=True):
        rows = list(held.order_by("code").values_list("level", "code", "tenant__name"))
    codes = [f"{code} ({name})" for level, code, name in rows if (level, code) in wanted]
    if not codes:
        return ""
    said = _("Units of other provinces have codes of this decree: %(codes)s. Theirs have to end.")
    return said % {"codes": _named(codes)}


def _named(codes: Sequence[str]) -> str:
    """The first of them."""
    return ", ".join([*codes[:NAMED], *["…"][: len(codes) > NAMED]])


def why_too_late(tenant_id: int, day: date) -> str:
    """What speaks against another decree of a day; "" where nothing does."""
    later = (
        Decree.objects.filter(
            tenant_id=tenant_id, state=Decree.State.APPLIED, effective_on__gte=day
        )
        .defer("plan", "record")
        .first()
    )
    if later is None:
        return ""
    return _("%(decree)s is applied already, from %(day)s.") % {
        "decree": later, "day": clock.written(later.effective_on)
    }  # fmt: skip


def why_too_early(province: Unit) -> str:
    """The sentence about a day before which the province has no units."""
    return _("The units of %(province)s are known from %(day)s on: a decree is of a later day.") % {
        "province": province, "day": clock.written(cast(date, province.valid.lower))
    }  # fmt: skip


def still_open(count: int) -> str:
    return ngettext(
        "%(count)s question is still open.", "%(count)s questions are still open.", count
    ) % {"count": count}
