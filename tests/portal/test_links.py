"""Every link of every page, for everybody: it leads somewhere, and the page there is sound."""

import re

import pytest
from django.http import HttpResponse

from reports import rollup
from reports.models import Status
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import read, walk

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
    found = []
    for node in page.walk():
        given = node.attributes
        inline = [name for name in given if name == "style" or re.match(r"on[a-z]+$", name)]
        if inline or node.tag == "style":
            found.append(f"inline: {node}")
        if node.tag == "script" and given.get("type") != "application/json":
            if not given.get("src", "").startswith("/static/"):
                found.append(f"inline: {node}")
        if node.tag in ("input", "select", "textarea") and not is_labelled(page, node):
            found.append(f"no label: {node}")
        for name in ("aria-describedby", "for"):
            if name in given and len(page.all(id=given[name])) != 1:
                found.append(f"names nothing: {node}")
    if len(page.all("h1")) != 1 or not page.one("h1").text or not page.one("title").children:
        found.append("no heading, or more than one")
    return found


def is_labelled(page, node) -> bool:
    given = node.attributes
    return (
        given.get("type") == "hidden"
        or bool(given.get("aria-label"))
        or any(label.attributes.get("for") == given.get("id", "") for label in page.all("label"))
        or (node.parent is not None and node.parent.tag == "label")
    )
