"""How far a job has come: told by the worker, shown by the page, and lost without harm."""

from dataclasses import dataclass

from django.core.cache import cache

# A job that has said nothing for so long is waiting for a worker.
FORGOTTEN_AFTER_SECONDS = 10 * 60


@dataclass(frozen=True)
class Progress:
    """So many rows are done, `of` so many; None where nobody knows how many there are."""

    done: int
    of: int | None


def tell(batch: int, done: int, of: int | None) -> None:
    """So many rows are done."""
    cache.set(_key(batch), Progress(done, of), FORGOTTEN_AFTER_SECONDS)


def known(batch: int) -> Progress | None:
    """None where nothing is known."""
    told: Progress | None = cache.get(_key(batch))
    return told


def _key(batch: int) -> str:
    return f"batch-{batch}"
