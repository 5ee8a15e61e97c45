"""Vietnamese text as people type it."""

import re
import unicodedata

# As many as Unicode's own stream-safe form allows; a Vietnamese letter carries two.
MARKS_ON_A_LETTER = 30


def normalise(text: str) -> str:
    """NFC, one space between words: seeds mix composed and decomposed letters in one word.

    Control characters go: PostgreSQL keeps no NUL, and a workbook none of them.
    """
    composed = unicodedata.normalize("NFC", _without_piles(text))
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", composed).strip()


def normalise_lines(text: str) -> str:
    """The same line by line, so that paragraphs stay."""
    return "\n".join(normalise(line) for line in text.splitlines()).strip()


def fold(text: str) -> str:
    """A key for searching: no marks, no case; đ has no decomposition, so it is named."""
    latin = _without_piles(text).replace("đ", "d").replace("Đ", "D")
    bare = unicodedata.normalize("NFD", latin)
    return normalise("".join(c for c in bare if not unicodedata.combining(c))).casefold()


def whole_number(text: str) -> int | None:
    """A number that a page or a program sends back, such as an id; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _without_piles(text: str) -> str:
    """Without the marks that no letter has room for.

    Python sorts the marks of a letter by insertion, and lets nobody else run meanwhile: half a
    megabyte of them on one letter would stop the whole process for ten minutes.
    """
    if text.isascii():
        return text
    kept, pile = [], 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= MARKS_ON_A_LETTER:
            kept.append(character)
    return "".join(kept)
