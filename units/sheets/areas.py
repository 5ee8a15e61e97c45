"""How many cells the merged and linked areas of an .xlsx cover: the library that writes workbooks
makes each of them, though the file names an area in twenty letters."""

import re
from pathlib import Path

from units.sheets.archives import Archive
from units.sheets.markup import column_number, cut_between_tags

# A title merged over a whole row covers 16,384; a column, a million.
MOST_COVERED = 1_000_000
ATTRIBUTE = rb"""\s+([^\s=<>"'/]+)\s*=\s*("[^"<]*+"|'[^'<]*+')"""
START = re.compile(rb"<(?:[^\s<>/:]+:)?(?:mergeCell|hyperlink)[\s/>]")
TAG = re.compile(
    rb"<(?:[^\s<>/:]+:)?(mergeCell|hyperlink)((?:%b)*+)\s*/?>" % ATTRIBUTE.replace(b"(", b"(?:")
)
AREA = re.compile(rb"[\"']([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?[\"']")


def are_modest(path: Path) -> bool:
    """Whether the areas of all sheets together cover no more cells than may be kept. An area that
    is written as no program writes it may be of any size."""
    covered, found = 0, {b"mergeCell": 0, b"hyperlink": 0}
    with Archive(path) as archive:
        for part in archive.parts():
            for piece in cut_between_tags(part.pieces):
                tags = TAG.findall(piece)
                if len(tags) < len(START.findall(piece)):
                    return False
                for name, attributes in tags:
                    said = dict(re.findall(ATTRIBUTE, attributes))
                    area = AREA.fullmatch(said.get(b"ref", b""))
                    if area is None:
                        return False
                    found[name] += 1
                    covered += _cells(*area.groups())
                # Each link is looked for in each merged area.
                if covered + found[b"mergeCell"] * found[b"hyperlink"] > MOST_COVERED:
                    return False
    return True


def _cells(left: bytes, top: bytes, right: bytes | None, bottom: bytes | None) -> int:
    if right is None or bottom is None:
        return 1
    across = abs(column_number(right) - column_number(left)) + 1
    return across * (abs(int(bottom) - int(top)) + 1)
