"""What a notice says, in the language of whoever reads: the same words on page and in a letter."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from reports.missing import Absent, Why, by_why
from reports.models import Notice, Period
from units import clock
from units.models import Unit
from units.text import fold, normalise


@dataclass(frozen=True)
class Target:
    """Where a line leads: the month of a team or of a unit, and of a team's to one figure; or a
    `page` by its name, at an anchor.

    Without any it is wherever the person works on the present month.
    """

    month: str = ""
    team: int | None = None
    unit: int | None = None
    figure: str = ""
    page: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Line:
    """A sentence with where it leads; `said` is what a person wrote, and `names` whom it is about:
    each with where it leads, and how many more there are. None is mailed, see `reports.post`."""

    text: str
    target: Target
    said: str = ""
    names: tuple[tuple[str, Target], ...] = ()
    unnamed: int = 0


@dataclass(frozen=True)
class Wording:
    """A title of one line, fit for the subject of a letter, and what follows it."""

    title: str
    lines: tuple[Line, ...]


def of(notice: Notice) -> Wording:
    """The sentences of a notice in the present language."""
    if notice.kind == Notice.Kind.RETURNED:
        return _returned(notice.content)
    if notice.kind == Notice.Kind.DELEGATION:
        return _delegation(notice.content)
    return _reminder(notice)


def _returned(content: dict[str, Any]) -> Wording:
    team, name = content["team"]
    title = _("Report of month %(month)s returned: %(team)s") % {
        "month": _month(content["month"]),
        "team": _with_place(name, content["place"]),
    }
    whole = Line(
        _("The reviewer asks you to mend the report and to submit it again."),
        Target(content["month"], team=team),
        content["reason"],
    )
    language = translation.get_language() or settings.LANGUAGE_CODE
    fields = [
        Line(
            each["en" if language.startswith("en") else "vi"],
            Target(content["month"], team=team, figure=each["code"]),
            each["said"],
        )
        for each in content["fields"]
    ]
    return Wording(normalise(title), (whole, *fields))


def of_many(told: list[Notice]) -> Wording:
    """The sentences of reports that were returned in one unit and month."""
    first = told[0].content
    said = {"count": len(told), "month": _month(first["month"]), "place": first["place"]}
    title = ngettext(
        "%(count)s report of month %(month)s returned: %(place)s",
        "%(count)s reports of month %(month)s returned: %(place)s",
        len(told),
    )
    lines: list[Line] = []
    for notice in told:
        _team, name = notice.content["team"]
        whole, *fields = _returned(notice.content).lines
        lines.append(replace(whole, text=name))
        lines += [replace(each, text=f"{name}: {each.text}") for each in fields]
    return Wording(normalise(title % said), tuple(lines))


def _with_place(name: str, place: str) -> str:
    """Many teams are called by their commune already."""
    return name if fold(place) in fold(name) else f"{name}, {place}"


def _reminder(notice: Notice) -> Wording:
    parts = notice.content["parts"]
    places = list(dict.fromkeys(part["place"] for part in parts))
    place = places[0]
    if len(places) > 1:
        place = _("%(place)s and other units") % {"place": place}
    title = _("Reports of month %(months)s that wait for you: %(place)s") % {
        "months": ", ".join(dict.fromkeys(_month(part["month"]) for part in parts)),
        "place": place,
    }
    return Wording(normalise(title), tuple(_part(part, notice.on) for part in parts))


def _part(part: dict[str, Any], on: date) -> Line:
    due_on = date.fromisoformat(part["due_on"])
    sentence = WHAT[part["what"]](part["count"]) % {"count": part["count"]}
    # Of all that are missing there, others are told of the rest.
    if (all_there := part.get("all", part["count"])) > part["count"]:
        sentence = _to_fill(all_there) % {"count": all_there}
        sentence = _("%(whole)s, of which %(count)s for you to enter") % {
            "whole": sentence,
            "count": part["count"],
        }
    text = _("%(place)s, month %(month)s: %(what)s, %(due)s.") % {
        "place": part["place"] or _elsewhere(part["units"]),
        "month": _month(part["month"]),
        "what": sentence,
        "due": due(due_on, on),
    }
    target = Target(part["month"], unit=part["unit"])
    if part["count"] == 1 and part["teams"]:
        target = Target(part["month"], team=part["teams"][0][0])
    names = [(name, Target(part["month"], team=pk)) for pk, name in part["teams"]]
    return Line(text, target, names=tuple(names), unnamed=part["count"] - len(names))


def _elsewhere(units: int) -> str:
    return ngettext("%(count)s more unit", "%(count)s more units", units) % {"count": units}


def _to_fill(count: int) -> str:
    return ngettext(
        "%(count)s team has not submitted its figures",
        "%(count)s teams have not submitted their figures",
        count,
    )


def _to_mend(count: int) -> str:
    return ngettext(
        "%(count)s returned report is to be mended",
        "%(count)s returned reports are to be mended",
        count,
    )


def _to_review(count: int) -> str:
    return ngettext(
        "%(count)s submitted report is to be reviewed",
        "%(count)s submitted reports are to be reviewed",
        count,
    )


WHAT = {"fill": _to_fill, "mend": _to_mend, "review": _to_review}


def due(day: date, on: date) -> str:
    """A deadline as seen from a day, such as: due on 09/06/2024, 1 day late."""
    days = (on - day).days
    said = {"day": clock.written(day), "count": abs(days)}
    if days > 0:
        return (
            ngettext(
                "due on %(day)s, %(count)s day late", "due on %(day)s, %(count)s days late", days
            )
            % said
        )
    if days == 0:
        return _("due today, %(day)s") % said
    return (
        ngettext("due on %(day)s, in %(count)s day", "due on %(day)s, in %(count)s days", -days)
        % said
    )


def _delegation(content: dict[str, Any]) -> Wording:
    """Who it was stands with what they said: neither is mailed."""
    title, sentence = _of_delegation(content["event"])
    days = [clock.written(date.fromisoformat(content[name])) for name in ("since", "until")]
    said = {
        "role": Role(content["role"]).label,
        "unit": content["unit"],
        "since": days[0],
        "until": days[1],
    }
    words = ": ".join(filter(None, (content["by"], content["reason"])))
    target = Target(page="delegations", anchor=f"d-{content['delegation']}")
    return Wording(normalise(title % said), (Line(sentence, target, said=words),))


def _of_delegation(event: str) -> tuple[str, str]:
    """Title and sentence. Raises KeyError for an event of another release."""
    return {
        "handed_over": (
            _("Handed over to you: %(role)s, %(unit)s, from %(since)s to %(until)s"),
            _(
                "On these days you do the work on reports there. If you cannot, decline or end it "
                "here."
            ),
        ),
        "declined": (
            _("Your hand-over is declined: %(role)s, %(unit)s, from %(since)s to %(until)s"),
            _("Nobody stands in for you on these days. Ask another colleague here."),
        ),
        "given_back": (
            _("Your hand-over is ended: %(role)s, %(unit)s, from %(since)s to %(until)s"),
            _("From now on nobody stands in for you. Ask another colleague here."),
        ),
        "taken_back": (
            _("You no longer stand in: %(role)s, %(unit)s, from %(since)s to %(until)s"),
            _("The work on reports there is no longer yours to do. See what you still hold here."),
        ),
    }[event]


def _month(key: str) -> str:
    """06/2024 for 2024-06, as people write a month."""
    year, month = key.split("-")
    return f"{month}/{year}"


# -- For the Zalo group of a commune -------------------------------------------------------------


def for_the_group(unit: Unit, period: Period, absent: Iterable[Absent], *, address: str) -> str:
    """A message that names the teams whose report is still to come, to be pasted into the commune's
    Zalo group; "" where none is. In Vietnamese whatever the page's language is, for the group reads
    it.

    `address` leads to the month in the portal. To whom the month is closed nothing is said.
    """
    asked = [each for each in absent if period.is_open or each.more_time_until]
    if not asked:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        lines = [_("Dear teams of %(unit)s,") % {"unit": unit.name}]
        for why, teams in by_why(asked):
            lines.append(_asked(why, len(teams), period))
            lines += [f"{at}. {_named(each)}" for at, each in enumerate(teams, start=1)]
        lines += [_("Please enter and submit them at:"), address, _("Thank you!")]
        return "\n".join(lines)


def _asked(why: Why, count: int, period: Period) -> str:
    said = {"count": count, "month": period, "due": due(period.team_due_on, clock.today())}
    if why == Why.EXTENDED:
        sentence = ngettext(
            "%(count)s team has more time for month %(month)s:",
            "%(count)s teams have more time for month %(month)s:",
            count,
        )
    elif why == Why.RETURNED:
        sentence = ngettext(
            "%(count)s report of month %(month)s was returned, to be mended and submitted again:",
            "%(count)s reports of month %(month)s were returned, to be mended and submitted again:",
            count,
        )
    else:
        sentence = ngettext(
            "%(count)s team has not submitted its figures of month %(month)s, %(due)s:",
            "%(count)s teams have not submitted their figures of month %(month)s, %(due)s:",
            count,
        )
    return sentence % said


def _named(absent: Absent) -> str:
    if not absent.more_time_until:
        return absent.team.name
    until = _("has time until %(day)s") % {"day": clock.written(absent.more_time_until)}
    return f"{absent.team.name} ({until})"
