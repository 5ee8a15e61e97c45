"""Vietnamese text as people type it."""

import re
import unicodedata


def normalise(text: str) -> str:
    """NFC, one space between words: seeds mix composed and decomposed letters in one word."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """A key for searching: no marks, no case; đ has no decomposition, so it is named."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return normalise("".join(c for c in bare if not unicodedata.combining(c))).casefold()
