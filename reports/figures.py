"""Figures as people type them, and the checks that every door makes."""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _

from reports.catalogue import Catalogue
from reports.models import Indicator
from units.errors import InvalidFigures
from units.text import normalise

Values = dict[str, int | None]

NOT_APPLICABLE = "x"

# Of figures that are typed there is one rule, and it is the language of the page: the mark with
# which the page itself writes thousands (a dot in Vietnamese, a comma in English), a space or an
# apostrophe separates thousands before exactly three digits. The other language's mark begins
# decimals, and no figure here has any. So 1.038 is refused on an English page and 1,038 on a
# Vietnamese one, with what was typed left in the field: each is a thousand to one reader and one to
# the other, and whoever switched the language must not report a thousandth or a thousandfold.
# Two different marks in a row are rather two numbers, and nobody groups the digits of 0.125.
GROUPED = "[1-9][0-9]{0,2}([%s '])[0-9]{3}(\\1[0-9]{3})*"
DECIMAL = "[0-9%s ]*[0-9][.,][0-9]+"
# Python does not read thousands of digits; these many are above every bound already.
ENOUGH_DIGITS = 18


class NotAFigure(ValueError):
    """The text is no whole number; the message says why, to the one who typed it."""


def parse(text: str) -> int:
    """Read a whole number as it is typed on a page of the language in use: in Vietnamese 1.038,
    52779 or 1 038.

    Raises NotAFigure for words, fractions (1,5) and negative numbers.
    """
    typed, mark = normalise(text), get_format("THOUSAND_SEPARATOR")
    if re.fullmatch(r"[0-9]+", typed) or re.fullmatch(GROUPED % mark, typed):
        digits = re.sub(r"[^0-9]", "", typed).lstrip("0")
        return int(digits[:ENOUGH_DIGITS] or "0")
    if re.fullmatch(r"[-−–]\s*[0-9][0-9.,\s]*", typed):
        raise NotAFigure(_("A figure cannot be negative."))
    if re.fullmatch(DECIMAL % mark, typed):
        raise NotAFigure(_("Only whole numbers count here: write 1,038 or 1038, without decimals."))
    raise NotAFigure(_("This is not a number: write digits only, such as 1,038 or 1038."))


def read(typed: Mapping[str, str], catalogue: Catalogue) -> tuple[Values, dict[str, list[str]]]:
    """Turn typed texts into values and, by code, the reasons for those refused.

    An empty text is not reported and leaves no key; `x` is not applicable and gives None.
    """
    values: Values = {}
    errors: dict[str, list[str]] = {}
    for code in catalogue.codes:
        text = normalise(typed.get(code, ""))
        if text.casefold() == NOT_APPLICABLE:
            values[code] = None
        elif text:
            try:
                values[code] = parse(text)
            except NotAFigure as refusal:
                errors[code] = [str(refusal)]
    return values, errors


def check(values: Values, catalogue: Catalogue) -> dict[str, list[str]]:
    """The hard checks: by code, why a value cannot stand. Empty means that all may be stored.

    Raises InvalidFigures for a code that the form does not have.
    """
    demand_known(values, catalogue)
    errors = out_of_bounds(values, catalogue)
    for ratio in catalogue.ratios:
        part, whole = ratio.numerator, ratio.denominator
        numerator, denominator = values.get(part.code), values.get(whole.code)
        if whole.code in errors or part.code in errors:
            continue
        if numerator is not None and denominator is not None and numerator > denominator:
            errors.setdefault(part.code, []).append(
                _("%(part)s is more than the %(whole)s of “%(label)s”.")
                % {"part": _number(numerator), "whole": _number(denominator), "label": whole.label}
            )
    return errors


def out_of_bounds(values: Values, catalogue: Catalogue) -> dict[str, list[str]]:
    """By code, why a value is none that could ever be stored: whatever the others are."""
    errors = {
        indicator.code: list(_out_of_bounds(indicator, values.get(indicator.code)))
        for indicator in catalogue.indicators
    }
    return {code: reasons for code, reasons in errors.items() if reasons}


def plain(values: Values, code: str) -> str:
    """A value as plain text: "" for not reported, "x" for not applicable, and digits alone."""
    if code not in values:
        return ""
    value = values[code]
    return NOT_APPLICABLE if value is None else str(value)


def demand_known(codes: Iterable[str], catalogue: Catalogue) -> None:
    """Raises InvalidFigures for a code that the form does not have."""
    if unknown := sorted(set(codes) - set(catalogue.codes)):
        raise InvalidFigures(
            _("The form has no such figure: %(codes)s.") % {"codes": ", ".join(unknown)},
            errors={code: [_("Not a figure of this form.")] for code in unknown},
        )


def demand_valid(values: Values, catalogue: Catalogue) -> None:
    """Raises InvalidFigures where any hard check fails."""
    if errors := check(values, catalogue):
        raise InvalidFigures(
            _("Some figures cannot be accepted. Each is explained beside its field."),
            errors=errors,
        )


def _out_of_bounds(indicator: Indicator, value: int | None) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        yield _("Only whole numbers count here: write 1,038 or 1038, without decimals.")
    elif value < 0:
        yield _("A figure cannot be negative.")
    elif value > indicator.maximum:
        yield _("At most %(maximum)s can be reported here. Please check the figure.") % {
            "maximum": _number(indicator.maximum)
        }


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)
