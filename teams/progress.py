"""How far a job has come: told by the worker, shown by the page, and lost without harm."""

from django.core.cache import cache

# A job that has said nothing for so long is waiting for a worker.
FORGOTTEN_AFTER_SECONDS = 10 * 60


def tell(batch: int, done: int) -> None:
    """So many rows are done."""
    cache.set(_key(batch), done, FORGOTTEN_AFTER_SECONDS)


def rows_done(batch: int) -> int | None:
    """None where nothing is known."""
    rows: int | None = cache.get(_key(batch))
    return rows


def _key(batch: int) -> str:
    return f"batch-{batch}"
