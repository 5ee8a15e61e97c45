"""Every link of every page, for everybody: it leads somewhere, and the page there is sound."""

import re

import pytest
from django.http import HttpResponse

from reports import rollup
from reports.models import Status
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import Node, read, walk

# How many pages lie within reach at least, so that a walk that goes nowhere is noticed.
REACH = {
    "leader": 6,
    "officer": 12,
    "district_officer": 20,
    "staff": 25,
    "admin": 35,
    "national": 30,
}


@pytest.mark.parametrize("who", REACH)
def test_every_link_leads_to_a_sound_page(
    who: str, cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter
) -> None:
    for team, status in zip(("hg-1a", "hg-1b", "bd-1", "viettel"), Status, strict=False):
        report_in(status, team=team)
    with enter(cast.admin):
        rollup.sweep(cast.province.pk)
    pages = walk(client_of(getattr(cast, who)))
    lost = {address: page.status_code for address, page in pages.items() if page.status_code >= 400}
    assert lost == {}
    assert len(pages) >= REACH[who]
    for address, page in pages.items():
        if page.status_code == 200 and page["Content-Type"].startswith("text/html"):
            assert flaws(page) == [], address


def flaws(response: HttpResponse) -> list[str]:
    """What the security policy would not run, and what a reader of the screen would not hear."""
    page = read(response)
    found = [f"{fault}: {node}" for node in page.walk() if (fault := fault_of(node, page))]
    headings = page.all("h1")
    if len(headings) != 1 or not headings[0].text or not page.one("title").children:
        found.append("no heading, or more than one")
    return found


def fault_of(node: Node, page: Node) -> str:
    given = node.attributes
    if node.tag == "style" or any(re.fullmatch(r"style|on[a-z]+", name) for name in given):
        return "inline"
    if node.tag == "script" and given.get("type") != "application/json":
        return "" if given.get("src", "").startswith("/static/") else "inline"
    if node.tag in ("input", "select", "textarea") and not is_labelled(node, page):
        return "no label"
    named = [given[name] for name in ("aria-describedby", "for") if name in given]
    return "" if all(page.all(id=name) for name in " ".join(named).split()) else "names nothing"


def is_labelled(node: Node, page: Node) -> bool:
    given = node.attributes
    if given.get("type") == "hidden" or given.get("aria-label"):
        return True
    named = any(label.attributes.get("for") == given.get("id", "") for label in page.all("label"))
    return named or (node.parent is not None and node.parent.tag == "label")
