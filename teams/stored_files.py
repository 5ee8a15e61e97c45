"""The file that somebody brought, read as often as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.utils.translation import gettext as _

from teams import attempts, progress
from teams.models import Batch
from teams.subjects import Subject, subject_for
from units.errors import FileRefused
from units.sheets import entries
from units.sheets.entries import Entry
from units.sheets.reading import open_book
from units.sheets.safety import Format
from units.sheets.tables import Heading, Table, find_table


@contextmanager
def table_of(batch: Batch) -> Iterator[Table]:
    """The table in the first sheet that has one; the batch is told what stands over it. Raises
    FileRefused where none has."""
    matched = {int(index): key for index, key in batch.matched.items()} or None
    subject = subject_for(batch)
    with stored(batch) as path:
        refusal = FileRefused(_("There is no visible sheet in this file."))
        for sheet in open_book(path, Format(batch.file_format)).sheets:
            try:
                table = find_table(sheet, subject.understood, matched)
            except FileRefused as why:
                refusal = why
            else:
                if matched is None:
                    table.headings = [subject.also_kept(each) for each in table.headings]
                batch.sheet_name, batch.above = sheet.name, table.above
                batch.headings = [_heading(each, table.head) for each in table.headings]
                yield table
                return
        raise refusal


def entries_of(batch: Batch, subject: Subject, table: Table) -> Iterator[Entry]:
    """The rows as they are read, with what a person chose in place of a cell, unless they are those
    of a document; its totals come last. The page is told how many rows are done."""
    for done, row in enumerate(table.rows(), 1):
        if not subject.is_document:
            row.cells.update(batch.corrections.get(str(row.number), {}))
        yield entries.read(row, subject.by_key)
        if done % 500 == 0:
            attempts.demand_wanted(batch)
            progress.tell(batch.pk, done, table.length)
    if subject.is_document:
        for row in table.totals:
            yield replace(entries.read(row, subject.by_key), is_total=True)


def _heading(heading: Heading, row: int) -> dict[str, Any]:
    return {
        "row": row,
        "index": heading.index,
        "letter": heading.letter,
        "text": heading.text,
        "key": heading.key or "",
        "samples": heading.samples,
    }


@contextmanager
def stored(batch: Batch) -> Iterator[Path]:
    """The file on the disk, for as long as it is looked at."""
    with NamedTemporaryFile(suffix=f".{batch.file_format}") as file:
        file.write(batch.file.content)
        file.flush()
        yield Path(file.name)
