"""What the page of one decree shows: what follows, what is asked, and the list that was chosen."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from units import objections, outcome, outlook, undoing
from units.fates import Fate
from units.models import Decree, Level
from units.outcome import Outcome
from units.outlook import Hindrance, Outlook

PAGE = 50
BEGINS = "begins"
NEW = (
    gettext_lazy("Unit"),
    gettext_lazy("Code"),
    gettext_lazy("Level"),
    gettext_lazy("Unit above"),
    gettext_lazy("Made of"),
)


class DecreePage:
    """A draft is foreseen once; what is applied is told as it was kept."""

    def __init__(self, decree: Decree, user: Any, typed: Mapping[str, str] | None = None):
        """`typed` are answers that were sent and not kept, which stay before their author."""
        self.decree, self.user, self.typed = decree, user, typed or {}

    @cached_property
    def seen(self) -> Outlook:
        return outlook.foresee(self.decree)

    @cached_property
    def told(self) -> Outcome:
        return outcome.foreseen(self.seen) if self.decree.is_draft else outcome.of(self.decree)

    @cached_property
    def hindrance(self) -> Hindrance | None:
        """What speaks against undoing it."""
        return undoing.why_not_undone(self.decree, self.user) if self.decree.is_applied else None

    @cached_property
    def why_not(self) -> str:
        """What speaks against the next step, applying or undoing."""
        if self.decree.is_draft:
            return objections.why_not_applied(self.seen, self.user)
        return self.hindrance.says if self.hindrance else ""

    @property
    def seen_at(self) -> str:
        """Where one can look at what is in the way; "" where nowhere."""
        if not self.hindrance or not self.hindrance.page:
            return ""
        return reverse(self.hindrance.page, args=self.hindrance.of)

    @property
    def namesakes(self) -> list[tuple[str, list[str]]]:
        return self.seen.namesakes if self.decree.is_draft else []

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The questions by what they are about, each with its answer and those that lean on it."""
        if not self.decree.is_draft:
            return []
        still_open = self.seen.undecided
        leaning: dict[str, list[Any]] = defaultdict(list)
        for each in self.seen.questions:
            answer = self.typed.get(each.key, self.decree.decisions.get(each.key, ""))
            leaning[each.leans_on].append((each, answer))
        found = []
        for title, asked in groupby(leaning[""], lambda pair: pair[0].about):
            questions = [(each, answer, leaning[each.key]) for each, answer in asked]
            is_open = any(each.key in still_open for each, _answer, _leaning in questions)
            found.append({"title": title, "questions": questions, "is_open": is_open})
        return found

    def listed(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The list that was asked for: units of one fate, new units, or the rows of one number."""
        fate, key = asked.get("fate", ""), asked.get("list", "")
        if key == BEGINS:
            rows: list[Any] = [_beginning(each) for each in self.told.begins]
            chosen = _table(_("New units"), NEW, rows, list=key)
        elif tally := next((t for t in self.told.tallies if t.kind.key == key and t.rows), None):
            chosen = _table(tally.kind.label, tally.kind.headings, outcome.listed(tally), list=key)
        else:
            fate = fate if fate in Fate.values else ""
            rows = [
                each for each in self.told.lines if each.fate == fate or (not fate and each.ends)
            ]
            chosen = {"rows": rows, "fate": fate, "query": {"fate": fate} if fate else {}}
        page = Paginator(chosen["rows"], PAGE).get_page(asked.get("page"))
        query = f"{urlencode(chosen['query'])}&" if chosen["query"] else ""
        # With what a cell is called where the table is stacked.
        headings = chosen.get("headings", ())
        cells = [list(zip(headings, row, strict=True)) for row in page] if headings else []
        return {**chosen, "page": page, "cells": cells, "query": query}


def _beginning(each: outcome.Beginning) -> list[str]:
    level = str(Level(each.level).label)
    return [each.name, each.code, level, each.parent, " · ".join(each.made_of)]


def _table(title: Any, headings: Any, rows: list[Any], **query: str) -> dict[str, Any]:
    return {"title": title, "headings": headings, "rows": rows, "query": query, "fate": ""}
