"""One person at the page of one team's month."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from reports.models import Report, ReportStep
from tests.cast import Cast, Enter
from tests.pages import Node, in_english, read


@dataclass
class Desk:
    cast: Cast
    client: Client
    enter: Enter
    team: str = "hg-1a"
    month: str = "2024-06"

    def __post_init__(self) -> None:
        in_english(self.client)

    @property
    def address(self) -> str:
        return f"/months/{self.month}/teams/{self.cast.teams[self.team].pk}/"

    def look(self, question: str = "") -> Node:
        return read(self.client.get(self.address + question))

    def form(self, question: str = "") -> dict[str, Any]:
        """What the page would send if nothing was typed, by somebody who was asked already about
        what is left blank."""
        return {**self.look(question).one("form", class_="figures-form").filled(), "blanks": "1"}

    def send(self, typed: dict[str, Any], action: str = "draft") -> HttpResponse:
        return self.client.post(self.address, {**typed, "action": action})

    def type(self, action: str = "draft", **typed: Any) -> HttpResponse:
        """Open the page, type, press a button."""
        return self.send({**self.form(), **typed}, action)

    def button(self, step: str) -> Node:
        """The form of a step, as the page shows it."""
        report = self.stored()
        assert report is not None
        return self.look().form(f"/reports/{report.pk}/steps/{step}/")

    def press(self, step: str | Node, **typed: Any) -> HttpResponse:
        """Press the button of a step: on the page as it is now, or on one that was kept open."""
        form = self.button(step) if isinstance(step, str) else step
        return self.client.post(form.attributes["action"], {**form.filled(), **typed})

    def steps_on_offer(self) -> list[str]:
        nodes = [node.attributes for node in self.look().walk()]
        leads = [each.get("formaction") or each.get("action", "") for each in nodes]
        return [address.split("/")[4] for address in leads if "/steps/" in address]

    def stored(self) -> Report | None:
        with self.enter(self.cast.national):
            return Report.objects.filter(team=self.cast.teams[self.team]).first()

    def values(self) -> dict[str, int | None] | None:
        report = self.stored()
        return report.values if report else None

    def status(self) -> str | None:
        report = self.stored()
        return report.status if report else None

    def steps(self) -> list[str]:
        with self.enter(self.cast.national):
            steps = ReportStep.objects.filter(report__team=self.cast.teams[self.team])
            return list(steps.values_list("name", flat=True))


def shown(page: Node, code: str) -> str:
    """What stands in the field of a figure."""
    return page.one("input", name=code).attributes["value"]


def said_of(page: Node, code: str) -> str:
    """What is said beside the field, and to whoever cannot see where that is."""
    return page.description_of(page.one("input", name=code))


def toasts(page: Node) -> str:
    return page.one(class_="toasts").text


def told(page: Node) -> list[str]:
    """What the history says, the newest first."""
    return [
        entry.text for entry in page.one(class_="history").one("ol").all("li") if entry.all("p")
    ]
