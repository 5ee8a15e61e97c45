"""Chance that falls the same way every time: the demo is the same on every machine."""

from collections.abc import Sequence
from random import Random

SEED = "cnscd-2024"


def of(*key: object) -> Random:
    """A source of its own for what `key` names, so that one draw more here moves nothing there."""
    return Random("|".join([SEED, *map(str, key)]))  # noqa: S311 - nothing drawn is a secret


def share(total: int, weights: Sequence[float], *, at_least: int = 1) -> list[int]:
    """Split `total` by weights into whole parts of at least `at_least`, by largest remainders."""
    spare = total - at_least * len(weights)
    exact = [spare * weight / sum(weights) for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: spare - sum(parts)]:
        parts[place] += 1
    return [at_least + part for part in parts]


def sizes(total: int, count: int, *, within: tuple[int, int], draw: Random) -> list[int]:
    """`count` sizes within bounds, around the mean that their sum `total` asks for."""
    low, high = within
    mean = total / count
    chosen = [min(high, max(low, round(draw.gauss(mean, 1.3)))) for _ in range(count)]
    while missing := total - sum(chosen):
        place = draw.randrange(count)
        step = 1 if missing > 0 else -1
        if low <= chosen[place] + step <= high:
            chosen[place] += step
    return chosen
