"""The table in a sheet: where its headings are, what each column is, and which rows are data.

People put a title above it, merge headings and cells, number the columns, group the rows, and add
a total and signatures below. All that is passed over, and nothing of it silently.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice, takewhile

from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from units.errors import FileRefused
from units.sheets.columns import Cell, Column
from units.sheets.reading import Sheet
from units.sheets.values import written
from units.text import fold, normalise

Place = tuple[int, int]

JOINT = " · "

# The nation has 348,362 members; a file of more rows than this is no list that anybody keeps.
MOST_ROWS = 500_000
# Headings stand this high, however long the title above them is.
HEAD_WITHIN = 40
SAMPLES = 3
# Tống and Công are names of people: a word with accents has to have those of a total.
TOTALS = {
    "tổng", "tổng cộng", "cộng", "tổng số", "cộng chung", "toàn tỉnh", "toàn huyện", "total", "sum",
}  # fmt: skip
TOTALS_BARE = {fold(word) for word in TOTALS}
TOTAL = re.compile(r"(tổng cộng|tổng số|cộng chung)\b")
NO_FORMULAS: frozenset[str] = frozenset()
# A name and a number of a group, or the words over a signature, fill no more cells than these.
FEW_CELLS = 2


@dataclass(frozen=True)
class Heading:
    """One column of the file. `key` None is a column that nobody asks for."""

    index: int
    text: str
    key: str | None
    samples: list[str]

    @property
    def letter(self) -> str:
        return letters(self.index)


@dataclass(frozen=True)
class TableRow:
    """One row of data. `formulas` are the keys of the cells whose value is calculated."""

    number: int
    cells: dict[str, Cell]
    formulas: frozenset[str] = frozenset()


@dataclass
class Table:
    """`rows` reads the file anew; what it passed over is known when it has ended.

    `head` is the last row of the headings, `above` are the texts over them, such as a title.
    """

    headings: list[Heading]
    missing: list[Column]
    head: int
    above: list[str]
    _sheet: Sheet = field(repr=False)
    _required: set[int]
    # (row, what stands there) of groups, signatures and remarks; rows of totals.
    passed_over: list[tuple[int, str]] = field(default_factory=list)
    totals: list[TableRow] = field(default_factory=list)
    _begins_with_total: bool = False

    @property
    def length(self) -> int | None:
        """How many rows stand under the headings, whatever they hold; None where nobody knows."""
        return self._sheet.height and self._sheet.height - self.head

    def rows(self) -> Iterator[TableRow]:
        """Raises FileRefused where there are more than `MOST_ROWS`."""
        self.passed_over, self.totals, self._begins_with_total = [], [], False
        for count, row in enumerate(self._rows(), 1):
            if count > MOST_ROWS:
                raise FileRefused(
                    _("The sheet has more than %(most)s rows: split it into several files.")
                    % {"most": number_format(MOST_ROWS, force_grouping=True)}
                )
            yield row

    def _rows(self) -> Iterator[TableRow]:
        keys = {each.index: each.key for each in self.headings if each.key}
        formulas, has_rows = self._sheet.formulas, False
        for number, cells in _filled_in(self._sheet, self.head):
            filled = {
                index: cell
                for index, cell in enumerate(cells)
                if cell is not None and (type(cell) is not str or not cell.isspace())
            }
            if not filled or self._is_furniture(filled):
                continue
            row = TableRow(
                number,
                {key: filled.get(index) for index, key in keys.items()},
                frozenset(key for index, key in keys.items() if (number, index) in formulas)
                if formulas
                else NO_FORMULAS,
            )
            if _is_total(filled):
                self._begins_with_total |= not has_rows
                self.totals.append(row)
            elif self._is_remark(filled):
                self.passed_over.append((number, " ".join(map(written, filled.values()))))
            else:
                has_rows = True
                yield row

    def _is_remark(self, filled: Mapping[int, Cell]) -> bool:
        """A group, a signature, a note: a cell, or two that do not hold what every row needs.

        Below a total even a name is a signature, unless the row has its number before it or, where
        the total stands above its rows, a figure beside it.
        """
        if len(filled) > FEW_CELLS or len(self.headings) <= FEW_CELLS:
            return False
        first, *others = (written(filled[at]).replace(".", "") for at in sorted(filled))
        is_told = self._begins_with_total and any(map(str.isdecimal, others))
        is_row = first.isdecimal() or is_told or not self.totals
        return len(filled) == 1 or not (is_row and self._required & filled.keys())

    def _is_furniture(self, filled: Mapping[int, Cell]) -> bool:
        """A row that numbers the columns, or says the headings once more, as on a printed page.

        Every row is asked, so the first cell that is neither ends it.
        """
        return len(filled) > FEW_CELLS and (
            _numbers_columns(list(filled.values()))
            or all(
                isinstance(cell, str) and self._said.get(index) == _plain(cell)
                for index, cell in filled.items()
            )
        )

    @cached_property
    def _said(self) -> dict[int, str]:
        return {heading.index: _plain(heading.text) for heading in self.headings}


def find_table(
    sheet: Sheet, columns: Sequence[Column], matched: Mapping[int, str] | None = None
) -> Table:
    """The table in a sheet, with its columns recognised by their headings.

    `matched`, {the column's number: key, or "" for none}, is what a person said instead. Raises
    FileRefused where there are no headings that anybody asks for.
    """
    names, vague = _names(columns), _vague(columns)
    head = dict(islice(sheet.rows(), HEAD_WITHIN))
    # Of rows alike the highest; where nothing is recognised, one that could be headings.
    best = max(
        head,
        key=lambda number: (_score(head[number], names), _are_words(head[number]), -number),
        default=None,
    )
    if best is None or (not _score(head[best], names) and matched is None):
        raise FileRefused(
            _("No table was found on the sheet “%(sheet)s”: its headings should be %(columns)s.")
            % {"sheet": sheet.name, "columns": ", ".join(str(each.label) for each in columns)}
        )
    block = _block(best, head, sheet.merged, names)
    texts = _texts(block, head, sheet.merged)
    by_key = {column.key: column for column in columns}
    keys = _keys(texts, names, vague) if matched is None else _known(matched, by_key)
    required = {index for index, key in keys.items() if by_key[key].required}
    below = max(block)
    samples = _samples(sheet, below)
    headings = [
        Heading(index, JOINT.join(words), keys.get(index), samples.get(index, []))
        for index, words in sorted(texts.items())
    ]
    missing = [each for each in columns if each.required and each.key not in keys.values()]
    above = [
        written(cell)
        for number, cells in head.items()
        if number < min(block)
        for cell in cells
        if _is_filled(cell)
    ]
    return Table(headings, missing, below, above, sheet, required)


def recognised(text: str, columns: Sequence[Column]) -> str | None:
    """The key of the column that goes by a heading, as `Heading.text` has it."""
    return _keys({0: text.split(JOINT)}, _names(columns), _vague(columns)).get(0)


def address(row: int, index: int) -> str:
    """The name of a cell, such as B5, of a row counted from 1 and a column counted from 0."""
    return f"{letters(index)}{row}"


def letters(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    name, rest = "", index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


# -- Headings -------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """A heading without accents, case, punctuation and remarks in brackets."""
    return " ".join(re.findall(r"\w+", re.sub(r"\([^)]*\)", " ", fold(text))))


def _names(columns: Sequence[Column]) -> dict[str, str]:
    """By which headings each column goes, in both languages."""
    names: dict[str, str] = {}
    for column in columns:
        for language in ("vi", "en"):
            with translation.override(language):
                names.setdefault(_plain(str(column.label)), column.key)
        for alias in column.aliases:
            names.setdefault(_plain(alias), column.key)
    return names


def _vague(columns: Sequence[Column]) -> dict[str, str]:
    return {_plain(heading): column.key for column in columns for heading in column.vague}


def _known(matched: Mapping[int, str], by_key: Mapping[str, Column]) -> dict[int, str]:
    """What a person said, without keys that there are not."""
    return {index: key for index, key in matched.items() if key in by_key}


def _are_words(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if _is_filled(cell)]
    return len(filled) > FEW_CELLS and all(isinstance(cell, str) for cell in filled)


def _score(cells: Sequence[Cell], names: Mapping[str, str]) -> int:
    return len({names[word] for word in map(_plain, map(written, cells)) if word in names})


def _block(
    best: int,
    head: Mapping[int, list[Cell]],
    merged: Sequence[tuple[Place, Place]],
    names: Mapping[str, str],
) -> set[int]:
    """The rows of the headings: those that merged cells bind to the best one."""
    block = {best}
    scores = {number: _score(cells, names) for number, cells in head.items()}
    for (top, left), (bottom, right) in sorted(merged):
        is_bound = top in block or bottom in block
        if is_bound and bottom > top and bottom in head:
            block |= set(range(top, bottom + 1))
        # A heading over several columns has theirs below it.
        if right > left and bottom + 1 in block and bottom in head and left:
            block.add(bottom)
        if right > left and bottom in block:
            heading, below = head.get(top, [])[left : left + 1], head.get(bottom + 1, [])
            if scores.get(bottom + 1) or _divide(heading, below[left : right + 1], names):
                block.add(bottom + 1)
    return block


def _divide(heading: Sequence[Cell], below: Sequence[Cell], names: Mapping[str, str]) -> bool:
    """Whether the cells below a heading say of whom it is, as Nam and Nữ do below Năm sinh."""
    said = (f"{written(over)} {written(cell)}" for over in heading for cell in below if cell)
    return any(_plain(words) in names for words in said)


def _texts(
    block: set[int], head: Mapping[int, list[Cell]], merged: Sequence[tuple[Place, Place]]
) -> dict[int, list[str]]:
    """The words over each column, downwards; a merged cell stands over all that it spans."""
    width = max(len(head[row]) for row in block if row in head)
    spread = _spread(block, width, merged)
    texts: dict[int, list[str]] = {}
    for column in range(width):
        words: list[str] = []
        for row in sorted(block):
            at_row, at_column = spread.get((row, column), (row, column))
            cells = head.get(at_row, [])
            word = written(cells[at_column]) if at_column < len(cells) else ""
            if word and word not in words:
                words.append(word)
        if words:
            texts[column] = words
    return texts


def _spread(
    block: set[int], width: int, merged: Sequence[tuple[Place, Place]]
) -> dict[Place, Place]:
    """To each merged cell of the headings the one with the words. Areas may be said to reach to the
    end of the sheet, and over each other: each cell of the table is looked at once."""
    areas = sorted((left, right, top, bottom)
                   for (top, left), (bottom, right) in merged if top in block)  # fmt: skip
    spread: dict[Place, Place] = {}
    for row in block:
        free = 0
        for left, right, top, bottom in areas:
            if top <= row <= bottom:
                for column in range(max(left, free), min(right + 1, width)):
                    spread[row, column] = top, left
                free = max(free, right + 1)
    return spread


def _keys(texts: Mapping[int, list[str]], *called: Mapping[str, str]) -> dict[int, str]:
    """The lowest word says what a column is, or all of them do; the first such column wins.

    What columns are called in the end says only what no other column is called before.
    """
    keys: dict[int, str] = {}
    for names in called:
        for index, words in sorted(texts.items()):
            said = (names.get(_plain(each)) for each in (words[-1], " ".join(words), words[0]))
            key = next((key for key in said if key and key not in keys.values()), None)
            if key and index not in keys:
                keys[index] = key
    return keys


def _samples(sheet: Sheet, below: int) -> dict[int, list[str]]:
    samples: dict[int, list[str]] = {}
    rows = (
        cells for number, cells in sheet.rows() if number > below and any(map(_is_filled, cells))
    )
    for cells in islice(rows, SAMPLES):
        for index, cell in enumerate(cells):
            if _is_filled(cell):
                samples.setdefault(index, []).append(_sample(cell)[:60])
    return samples


def _sample(cell: Cell) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else written(cell)


# -- Rows -----------------------------------------------------------------------------------------


def _filled_in(sheet: Sheet, below: int) -> Iterator[tuple[int, list[Cell]]]:
    """The rows under the headings; a cell merged over several rows says the same in each."""
    until: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in sheet.merged:
        if top > below and bottom > top:
            until.setdefault(top, []).append((left, bottom))
    carried: dict[int, tuple[int, Cell]] = {}
    for number, cells in sheet.rows():
        if number <= below:
            continue
        for left, bottom in until.get(number, ()):
            if left < len(cells):
                carried[left] = (bottom, cells[left])
        if carried:
            carried = {left: each for left, each in carried.items() if each[0] >= number}
            cells = [carried[i][1] if i in carried else cell for i, cell in enumerate(cells)]
        yield number, cells


def _is_filled(cell: Cell) -> bool:
    return cell is not None and (type(cell) is not str or not cell.isspace())


def _is_total(filled: Mapping[int, Cell]) -> bool:
    first = filled[min(filled)]
    said = normalise(first).casefold().strip(" .:;()") if isinstance(first, str) else ""
    return said in TOTALS or said in TOTALS_BARE or bool(TOTAL.match(said))


def _numbers_columns(cells: Sequence[Cell]) -> bool:
    """1, 2, 3 or (1), (2), (3), and A, B before them, as printed forms have it."""
    if written(cells[0]).strip("() ") not in ("1", "A"):
        return False
    bare = [written(cell).strip("() ") for cell in cells]
    letters_first = list(takewhile(lambda text: text in list("ABCDE"), bare))
    numbers = bare[len(letters_first) :]
    return letters_first == list("ABCDE")[: len(letters_first)] and numbers == [
        str(number) for number in range(1, len(numbers) + 1)
    ]
