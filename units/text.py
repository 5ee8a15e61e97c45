"""Vietnamese text as people type it."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

from django.utils.translation import gettext as _
from vn_collate import collate_key

# As many as Unicode's own stream-safe form allows; a Vietnamese letter carries two.
MARKS_ON_A_LETTER = 30
# What stands in place of the digits that are not told.
MASK = "•••"
BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# Unicode's category Cf: marks of order, joints, soft hyphens. Nobody sees them, and two names that
# differ by one of them look alike. With them go halves of letters, which no database keeps.
UNSEEN = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
WITHOUT_SIGHT = re.compile(f"[{UNSEEN}]+")
# Most texts are tidy, and to look whether one is takes a third of the time of tidying it.
UNTIDY = re.compile(rf"[^\S ]|[\x00-\x1f\x7f-\x9f{UNSEEN}]|  |^ | \Z")
# What programs that show a message make a link of.
LINK = re.compile(r"://|www\.", re.IGNORECASE)
# As long as the columns that keep a key to sort by: what comes after orders nobody.
ROOM_OF_A_KEY = 800


def normalise(text: str) -> str:
    """NFC, one space between words: seeds mix composed and decomposed letters in one word.

    Control characters go, and so does whatever nobody sees: PostgreSQL keeps no NUL, a workbook
    none of them, and a name is what is read.
    """
    if UNTIDY.search(text):
        text = BLANKS.sub(" ", WITHOUT_SIGHT.sub("", text)).strip()
    return unicodedata.normalize("NFC", _without_piles(text))


def normalise_lines(text: str) -> str:
    """The same line by line, so that paragraphs stay."""
    return "\n".join(normalise(line) for line in text.splitlines()).strip()


def why_not_called(name: str) -> str:
    """What speaks against a name that becomes a link wherever a message with it is pasted."""
    is_link = LINK.search(normalise(name))
    return _("A name holds no address of a website: leave out “://” and “www.”.") if is_link else ""


# A row of a sheet asks for the key of its name several times over.
@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """A key for searching: no marks, no case; đ has no decomposition, so it is named."""
    latin = _without_piles(text).replace("đ", "d").replace("Đ", "D")
    bare = unicodedata.normalize("NFD", latin)
    return normalise("".join(filterfalse(unicodedata.combining, bare))).casefold()


def name_key(full_name: str) -> str:
    """A key that sorts people as a Vietnamese roster does: by the given name, which stands last,
    then by the family's and those between.

    To be compared byte by byte, in the database under the collation C.
    """
    *others, given = full_name.split() or [""]
    # A blank is less than every digit, so that An stands before Anh.
    return " ".join(_word_key(word) for word in [given, *others])[:ROOM_OF_A_KEY]


@lru_cache(maxsize=20_000)
def _word_key(word: str) -> str:
    """Names are made of few words, and working a key out takes as long as looking fifty up."""
    return collate_key(word)


def dialled(number: str) -> str:
    """Numbers are stored as E.164; inside the country a 0 stands in place of +84."""
    return f"0{number[3:]}" if number.startswith("+84") else number


def masked(number: str) -> str:
    """0912•••678, or 022•••234 of an ID number: enough to recognise it by; "" for none."""
    known = dialled(number)
    return f"{known[:4]}{MASK}{known[-3:]}" if len(known) > 7 else ""


def whole_number(text: str) -> int | None:
    """A number that a page or a program sends back, such as an id; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _without_piles(text: str) -> str:
    """Without the marks that no letter has room for.

    Python sorts the marks of a letter by insertion, and lets nobody else run meanwhile: half a
    megabyte of them on one letter would stop the whole process for ten minutes.
    """
    # Most texts are names, too short for such a pile.
    if text.isascii() or len(text) <= MARKS_ON_A_LETTER:
        return text
    kept, pile = [], 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= MARKS_ON_A_LETTER:
            kept.append(character)
    return "".join(kept)


# Each composed Latin letter with the bare one, for the database to fold by.
MARKED = {
    letter: bare
    for letter in map(chr, range(0xC0, 0x1F00))
    if (bare := fold(letter)).isascii() and len(bare) == 1 and bare.isalpha()
}
