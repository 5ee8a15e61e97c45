"""The demo's figures: plausible, consistent with each other, and slowly getting better.

A team has a portrait that does not change, and a month is computed from it: stocks by a straight
line, counts of the month by chance of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from cnscd_portal.demo import chance
from cnscd_portal.demo.establishment import Spot
from reports.figures import Values

# The month with index 0; the portraits describe June 2024, eleven months later.
FIRST_MONTH = (2023, 7)
LAST = 11

# The share of each target that the average team reaches in June 2024.
MEAN_RATES = {
    "residents_in_need_guided": 0.86,
    "households_trading": 0.71,
    "households_young_payer": 0.79,
    "sim_2g_users_reached": 0.88,
    "non_smartphone_users_reached": 0.84,
    "adults_paying": 0.81,
    "adults_connected": 0.84,
    "residents_informed": 0.91,
    "team_members_mooc": 0.70,
}
WHOLE_OF = {
    "residents_in_need_guided": "residents_in_need",
    "households_trading": "households",
    "households_young_payer": "households",
    "sim_2g_users_reached": "sim_2g_users",
    "non_smartphone_users_reached": "non_smartphone_users",
    "adults_paying": "adults",
    "adults_connected": "adults",
    "residents_informed": "residents",
    "team_members_mooc": "team_members",
}
# July to June: the national day of digital transformation is in October, Tết in February.
SEASON = (0.9, 1.0, 1.1, 1.45, 1.15, 1.0, 0.9, 0.55, 1.0, 1.05, 1.15, 1.0)
OCOP_COUNTS = ((0, 72), (1, 18), (2, 7), (3, 3))
LOST_FIGURE = 0.006
NO_ZALO, NO_STORIES = 0.05, 0.07


@dataclass(frozen=True)
class Portrait:
    """What a team's area is like, as of June 2024."""

    households: int
    adults: int
    residents: int
    in_need: float
    on_2g: float
    without_smartphone: float
    drive: float
    rates: Mapping[str, float]
    steps: Mapping[str, float]
    # The month in which each OCOP product was put on a platform, after the last one for those that
    # were not; None where the area has no products of its own to speak of.
    ocop_listed_in: tuple[int, ...] | None
    zalo: int
    never_given: frozenset[str]


def index_of(year: int, month: int) -> int:
    return (year - FIRST_MONTH[0]) * 12 + month - FIRST_MONTH[1]


def of_month(spot: Spot, portrait: Portrait, index: int) -> Values:
    """What a team reports of a month; what it leaves out has no key."""
    draw = chance.of("month", spot.key, index)
    values = {**_activities(spot, portrait, index, draw), **_stocks(spot, portrait, index)}
    left_out = {code for code in values if draw.random() < LOST_FIGURE} | portrait.never_given
    # Who does not know the whole does not count the part.
    left_out |= {part for part, whole in WHOLE_OF.items() if whole in left_out}
    return {code: value for code, value in values.items() if code not in left_out}


def portray(spot: Spot) -> Portrait:
    draw = chance.of("portrait", spot.key)
    households = draw.randint(120, 450) // max(spot.sharing, 1)
    rates, steps = _rates(spot, draw)
    return Portrait(
        households=households,
        adults=round(households * draw.uniform(2.2, 2.6)),
        residents=round(households * draw.uniform(3.2, 3.8)),
        in_need=draw.uniform(0.4, 0.7),
        on_2g=draw.uniform(0.02, 0.12 if spot.is_highland else 0.06),
        without_smartphone=draw.uniform(0.06, 0.3 if spot.is_highland else 0.16),
        drive=draw.uniform(0.5, 1.5),
        rates=rates,
        steps=steps,
        ocop_listed_in=_ocop(spot, draw),
        zalo=round(households * draw.uniform(0.5, 1.2)),
        never_given=_never_given(draw),
    )


def _rates(spot: Spot, draw: Random) -> tuple[dict[str, float], dict[str, float]]:
    """Communes differ from each other more than teams within one do."""
    together = chance.of("commune", spot.area)
    common = together.uniform(-0.1, 0.12)
    rates, steps = {}, {}
    for code, mean in MEAN_RATES.items():
        rate = mean + common + together.uniform(-0.07, 0.07) + draw.uniform(-0.04, 0.04)
        rates[code] = min(1.0, max(0.5, rate))
        steps[code] = draw.uniform(0.006, 0.018)
    return rates, steps


def _ocop(spot: Spot, draw: Random) -> tuple[int, ...] | None:
    if spot.is_enterprise or (spot.is_urban and draw.random() < 0.85):
        return None
    counts, weights = zip(*OCOP_COUNTS, strict=True)
    products = draw.choices(counts, weights)[0]
    return tuple(draw.randint(-18, LAST + 6) for _ in range(products))


def _never_given(draw: Random) -> frozenset[str]:
    chances = {"zalo_followers": NO_ZALO, "stories_published": NO_STORIES}
    return frozenset(code for code, share in chances.items() if draw.random() < share)


# -- A month --------------------------------------------------------------------------------------


def _activities(spot: Spot, portrait: Portrait, index: int, draw: Random) -> Values:
    season = SEASON[index % 12]
    sessions = draw.choices((0, 1, 2, 3), (42 / season, 38, 15 * season, 5 * season))[0]
    around = 400 if spot.is_enterprise else portrait.adults
    guided = round(around * draw.uniform(0.02, 0.09) * season * portrait.drive)
    # Fewer are left without an account every month.
    remaining = 1 - 0.045 * index
    return {
        "training_sessions": sessions,
        "members_trained": draw.randint(1, spot.size) if sessions else 0,
        "residents_guided": guided,
        "service_accounts_created": round(guided * draw.uniform(0.15, 0.5)),
        "vneid_accounts_created": round(guided * draw.uniform(0.2, 0.8) * remaining),
        "guided_public_services": round(guided * draw.uniform(0.4, 0.9)),
        "guided_shopping": round(guided * draw.uniform(0.05, 0.3)),
        "guided_payment": round(guided * draw.uniform(0.2, 0.6)),
        "guided_safety": round(guided * draw.uniform(0.1, 0.5)),
        "guided_platforms": round(guided * draw.uniform(0.05, 0.35)),
        "stories_published": draw.choices((0, 1, 2, 3), (35, 40, 18, 7))[0],
    }


def _stocks(spot: Spot, portrait: Portrait, index: int) -> Values:
    wholes = _wholes(spot, portrait, index)
    values: Values = dict(wholes)
    for code, whole in WHOLE_OF.items():
        size = wholes[whole]
        rate = max(0.2, portrait.rates[code] - (LAST - index) * portrait.steps[code])
        values[code] = None if size is None else round(size * rate)
    listed_in = portrait.ocop_listed_in
    grown = 0.75 + 0.25 * index / LAST
    return {
        **values,
        "ocop_products": None if listed_in is None else len(listed_in),
        "ocop_products_listed": (
            None if listed_in is None else sum(month <= index for month in listed_in)
        ),
        "zalo_followers": round(portrait.zalo * grown),
    }


def _wholes(spot: Spot, portrait: Portrait, index: int) -> Values:
    """The denominators. An enterprise has no hamlet, so all but its own people do not apply."""
    growth = 1 - 0.0008 * (LAST - index)
    adults = round(portrait.adults * growth)
    wholes: Values = {
        "residents_in_need": round(adults * portrait.in_need),
        "households": round(portrait.households * growth),
        # The old network is being switched off, so its users become fewer.
        "sim_2g_users": round(adults * portrait.on_2g * (1 - 0.03 * index)),
        "non_smartphone_users": round(adults * portrait.without_smartphone * (1 - 0.01 * index)),
        "adults": adults,
        "residents": round(portrait.residents * growth),
    }
    if spot.is_enterprise:
        wholes = dict.fromkeys(wholes)
    return {**wholes, "team_members": spot.size}
