"""The person's own file once more, with what is wrong in it and what was chosen on the page."""

from django.utils.translation import gettext as _

from teams.models import Batch
from teams.stored_files import stored
from teams.subjects import subject_for
from units.sheets import tables, writing
from units.sheets.safety import Format

Cells = dict[tuple[int, int], str]


def annotated(batch: Batch) -> bytes:
    """A workbook with each problem written into its cell. What somebody chose in place of a cell
    or for a column stands there, so that the file need not be asked about it again."""
    with stored(batch) as path:
        kind = Format(batch.file_format)
        chosen = _headings(batch) | _corrections(batch)
        return writing.annotated(path, kind, batch.sheet_name, _problems(batch), chosen)


def _problems(batch: Batch) -> Cells:
    places = batch.places
    first = min(places.values(), default=0)
    told: Cells = {}
    rows = batch.rows.exclude(problems=[]).exclude(number=None)
    for number, problems in rows.values_list("number", "problems"):
        for _cell, key, why, *_near in problems:
            place = (number, places.get(key, first))
            told[place] = f"{told[place]} {why}" if place in told else why
    return told


def _corrections(batch: Batch) -> Cells:
    places = batch.places
    return {
        (int(row), places[key]): chosen
        for row, values in batch.corrections.items()
        for key, chosen in values.items()
        if key in places
    }


def _headings(batch: Batch) -> Cells:
    """Of the columns that were matched by hand: a heading by which each is recognised."""
    columns = subject_for(batch).understood
    labels = {column.key: str(column.label) for column in columns}
    return {
        (each["row"], each["index"]): labels.get(each["key"]) or _unused(each["text"])
        for each in batch.headings
        if batch.matched
        and "row" in each
        and (tables.recognised(each["text"], columns) or "") != each["key"]
    }


def _unused(text: str) -> str:
    return _("not used: %(heading)s") % {"heading": text}
