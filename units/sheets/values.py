"""Values as people type them into cells: phones, days, years, numbers of ID cards, yes and no.

Each reader takes a cell and returns a value, None or "" for a blank one, and raises NotThis with a
sentence that names what was typed. Text may be composed, decomposed or mixed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

import phonenumbers
from django.utils.translation import gettext as _

from units import clock
from units.sheets.columns import FORMULA_STARTS, Cell, NotThis
from units.text import MASK, fold, normalise, why_not_called

Value = TypeVar("Value")

# Excel counts days from here, having taken 1900 for a leap year.
EXCEL_EPOCH = date(1899, 12, 30)
# 1/1/1927 and 31/12/2099 as Excel counts: a number between them is rather a day than a year.
EXCEL_DAYS = range(9_863, 73_051)
# In which any day lies that a register keeps.
YEARS = range(1900, 2100)
# Who may be in a team: pupils of lower secondary school help their grandparents, but sign for none.
AGES = range(14, 111)
MOBILE = re.compile(r"0[35789]\d{8}", re.ASCII)
# +84 912…, 84 912…, 0084 912…, and +84 0912…, where the zero should have gone.
FROM_ABROAD = re.compile(r"(?:00)?840?(?=[1-9]\d{8,9}$)", re.ASCII)
A_DIGIT, A_LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")
# Unicode's symbols but for ` and ´, which stand for the apostrophe of H’Hen; and what is no letter.
PICTURES = {"So", "Sm", "Sc", "Co", "Cn"}
# A letter of Vietnamese, once composed, carries none; one of its neighbours' up to two.
PILE_OF_MARKS = "MMM"
NO_DIGIT = re.compile(r"\D")
NO_PART_OF_AN_ID = re.compile(r"[\s.\-]")
ID_NUMBER = re.compile(r"\d{12}|\d{9}", re.ASCII)
YEAR = re.compile(r"\d{4}", re.ASCII)
DAY = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})")
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
YES = {"x", "co", "c", "yes", "y", "1", "true", "v", "✓", "✔", "☑", "dung", "roi"}
NO = {"", "khong", "k", "no", "n", "0", "false", "-", "☐", "chua"}
NEAR = 0.6


def written(cell: Cell) -> str:
    """The cell as somebody reads it: a number without the decimals that the file gave it."""
    if isinstance(cell, str):
        return _tidy(cell)
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell)


# A sheet says the same commune, post and yes in most of its rows.
_tidy = lru_cache(maxsize=20_000)(normalise)


@lru_cache(maxsize=2_000)
def _word(typed: str) -> str:
    return fold(typed).strip(".")


def text(longest: int) -> Callable[[Cell], str]:
    """Reads any cell as text of at most so many letters, which its key for searching has, too."""

    def read(cell: Cell) -> str:
        found = written(cell)
        count = len(found)
        # ß is searched as ss, and no letter grows to more than three.
        if count * 3 > longest:
            count = max(count, len(fold(found)))
        if count > longest:
            raise NotThis(
                _("At most %(longest)s letters fit here, and there are %(count)s.")
                % {"longest": longest, "count": count}
            )
        return found

    return read


_name = text(100)


def person_name(cell: Cell) -> str:
    """A name; one typed in capitals throughout gets small letters."""
    name = _name(cell)
    if not name:
        return ""
    if name.startswith(FORMULA_STARTS):
        raise NotThis(_("A formula is no name: type the name itself."))
    if why_not := why_not_called(name):
        raise NotThis(why_not)
    if A_DIGIT.search(name) or not A_LETTER.search(name) or _is_drawn(name):
        raise NotThis(_("“%(typed)s” is no name of a person.") % {"typed": _cut(name)})
    if name.isupper() and len(name) > 1:
        # İ has no small letter of its own, and grows to two.
        return _name(re.sub(r"[^\W_]+", lambda word: word[0].capitalize(), name))
    return name


def _is_drawn(name: str) -> bool:
    """Whether there are pictures in it, or letters under piles of marks."""
    if name.replace(" ", "").isalpha():
        return False
    kinds = [unicodedata.category(letter) for letter in name]
    return not PICTURES.isdisjoint(kinds) or PILE_OF_MARKS in "".join(kind[0] for kind in kinds)


def phone(cell: Cell) -> str:
    """The number as E.164, such as +84912345678. A zero that Excel took away is put back."""
    typed = written(cell)
    if not typed:
        return ""
    if MOBILE.fullmatch(typed):
        return f"+84{typed[1:]}"
    digits = NO_DIGIT.sub("", typed)
    _demand_whole(typed)
    if any(map(str.isalpha, typed)):
        raise NotThis(_("“%(typed)s” is no phone number.") % {"typed": _cut(typed)})
    if len(digits) > 13:
        raise NotThis(
            _("One number only: “%(typed)s” seems to be several.") % {"typed": _cut(typed)}
        )
    if found := FROM_ABROAD.match(digits):
        digits = f"0{digits[found.end() :]}"
    if not digits.startswith("0") and not typed.startswith("+"):
        digits = f"0{digits}"
    if MOBILE.fullmatch(digits):
        return f"+84{digits[1:]}"
    return _other_phone(typed if typed.startswith("+") else digits, typed)


def _demand_whole(typed: str) -> None:
    if MASK in typed:
        raise NotThis(
            _("“%(typed)s” was masked in the export: leave it blank, or type the whole number.")
            % {"typed": _cut(typed)}
        )


def _other_phone(number: str, typed: str) -> str:
    """Landlines, and numbers of other countries."""
    try:
        parsed = phonenumbers.parse(number, "VN")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise NotThis(
            _("“%(typed)s” is no phone number: a mobile has 10 digits, such as 0912 345 678.")
            % {"typed": _cut(typed)}
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def id_number(cell: Cell) -> str:
    """12 digits, or 9 of an old card, as text. Zeros in front that Excel took away are put back."""
    typed = written(cell)
    digits = NO_PART_OF_AN_ID.sub("", typed)
    if not digits:
        return ""
    _demand_whole(typed)
    is_number = isinstance(cell, int | float)
    if is_number and digits.isdecimal() and len(digits) in (10, 11):
        digits = digits.zfill(12)
    if not ID_NUMBER.fullmatch(digits) or len(set(digits)) == 1:
        raise NotThis(
            _("“%(typed)s” is no ID number: it has 12 digits, or 9 on an old card.")
            % {"typed": _cut(typed)}
        )
    return digits


def birth_year(cell: Cell) -> int | None:
    """The year, of a year or of a day."""
    typed = written(cell)
    if not typed:
        return None
    try:
        year = int(typed) if YEAR.fullmatch(typed) else _day(cell, typed).year
    except NotThis as refusal:
        raise NotThis(
            _("“%(typed)s” is no year of birth: write all four digits, such as 1985.")
            % {"typed": _cut(typed)}
        ) from refusal
    youngest, oldest = clock.today().year - AGES[0], clock.today().year - AGES[-1]
    if not oldest <= year <= youngest:
        raise NotThis(
            _("Members are born between %(oldest)s and %(youngest)s: %(year)s cannot be right.")
            % {"oldest": oldest, "youngest": youngest, "year": year}
        )
    return year


def day(cell: Cell) -> date | None:
    """A day as people and programs write it; a month or a year alone is none."""
    typed = written(cell)
    if not typed:
        return None
    if re.fullmatch(r"\d{4}|\d{1,2}\s*[/.\-]\s*\d{4}", typed, re.ASCII):
        raise NotThis(
            _("“%(typed)s” names no day: write day/month/year, such as 14/06/2024.")
            % {"typed": _cut(typed)}
        )
    found = _day(cell, typed)
    if found.year not in YEARS:
        raise NotThis(
            _("“%(typed)s” cannot be right: the year lies between %(first)s and %(last)s.")
            % {"typed": _cut(typed), "first": YEARS[0], "last": YEARS[-1]}
        )
    return found


def _day(cell: Cell, typed: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if re.fullmatch(r"\d{4,5}", typed, re.ASCII) and int(typed) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(typed))
    try:
        return _calendar_day(typed, clock.today().year)
    except ValueError as error:
        raise NotThis(
            _("“%(typed)s” is no day: write day/month/year, such as 14/06/2024.")
            % {"typed": _cut(typed)}
        ) from error


@lru_cache(maxsize=2_000)
def _calendar_day(typed: str, this_year: int) -> date:
    """Kept, because a sheet says the same few days in most of its rows."""
    if found := re.fullmatch(ISO_DAY, typed):
        year, month, of_month = map(int, found.groups())
        return date(year, month, of_month)
    if not (found := re.fullmatch(DAY, typed)):
        raise ValueError
    of_month, month, year = map(int, found.groups())
    if len(found[3]) == 2:
        # Two digits name the last hundred years.
        century = this_year // 100 * 100
        year += century if year <= this_year % 100 else century - 100
    return date(year, month, of_month)


def whole_number(cell: Cell) -> int | None:
    """A whole number, with or without dots between its thousands."""
    if type(cell) is int and 0 <= cell < 10**18:
        return cell
    typed = written(cell)
    if not typed:
        return None
    digits = re.sub(r"(?<=\d)[. ](?=\d{3}(\D|$))", "", typed)
    # 1.038 in a cell of numbers is a little more than one, whatever was meant.
    if not re.fullmatch(r"\d{1,18}", typed if isinstance(cell, float) else digits, re.ASCII):
        raise NotThis(
            _("“%(typed)s” is no whole number: write digits only, such as 1.038 or 1038.")
            % {"typed": _cut(typed)}
        )
    return int(digits)


def yes_no(cell: Cell) -> bool:
    """A blank cell says no."""
    typed = _word(written(cell))
    if typed in YES:
        return True
    if typed in NO:
        return False
    raise NotThis(
        _("“%(typed)s” is neither yes nor no: write x, or leave it blank.") % {"typed": _cut(typed)}
    )


def choice(accepted: Mapping[Value, Iterable[str]]) -> Callable[[Cell], Value | None]:
    """One of some values, by any of the words that each is called by."""
    by_word = {fold(word): value for value, words in accepted.items() for word in words}
    usual = {value: next(iter(words)) for value, words in accepted.items()}

    def read(cell: Cell) -> Value | None:
        typed = _word(written(cell))
        if not typed:
            return None
        if typed in by_word:
            return by_word[typed]
        near = get_close_matches(typed, by_word, 2, NEAR)
        raise NotThis(_unknown(_cut(written(cell)), [usual[by_word[key]] for key in near], usual))

    return read


def _unknown(typed: str, near: list[str], usual: Mapping[Value, str]) -> str:
    if near:
        return _("“%(typed)s” is not known. Did you mean %(near)s?") % {
            "typed": typed,
            "near": ", ".join(dict.fromkeys(near)),
        }
    return _("“%(typed)s” is not known; write %(words)s.") % {
        "typed": typed,
        "words": ", ".join(usual.values()),
    }


def _cut(typed: str) -> str:
    """Short enough for a sentence, whatever the cell holds."""
    return typed if len(typed) <= 40 else f"{typed[:39]}…"
