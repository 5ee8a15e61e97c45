"""Vietnamese text as people type it."""

import re
import unicodedata


def normalise(text: str) -> str:
    """NFC, one space between words: seeds mix composed and decomposed letters in one word.

    Control characters go: PostgreSQL keeps no NUL, and a workbook none of them.
    """
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", unicodedata.normalize("NFC", text)).strip()


def normalise_lines(text: str) -> str:
    """The same line by line, so that paragraphs stay."""
    return "\n".join(normalise(line) for line in text.splitlines()).strip()


def fold(text: str) -> str:
    """A key for searching: no marks, no case; đ has no decomposition, so it is named."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return normalise("".join(c for c in bare if not unicodedata.combining(c))).casefold()


def whole_number(text: str) -> int | None:
    """A number that a page or a program sends back, such as an id; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
