"""Links from every kind of page, for everybody: they lead somewhere, and the page is sound."""

import re
from pathlib import Path

import pytest

from reports import rollup
from reports.models import Status
from tests.cast import Cast, Enter, ReportIn, SignIn
from tests.pages import Node, name_of, walk
from tests.reports import declaring
from tests.teams import sitting

# Of pages that differ in nothing but whose they are; among five are reports in several states.
MOST = 5
STATES = {
    "hg-1a": Status.DRAFT,
    "hg-1b": Status.SUBMITTED,
    "bd-1": Status.RETURNED,
    "bd-2": Status.APPROVED,
    "viettel": Status.APPROVED,
}
# How many kinds of pages lie within reach.
REACH = {
    "leader": 16,
    "officer": 39,
    "district_officer": 28,
    "staff": 28,
    "admin": 56,
    # Lists of the nation ask for a province first, and whoever walks here asks nothing.
    "national": 26,
}


@pytest.mark.parametrize("who", REACH)
def test_every_link_leads_to_a_sound_page(
    who: str, cast: Cast, client_of: SignIn, report_in: ReportIn, enter: Enter, tmp_path: Path
) -> None:
    for team, status in STATES.items():
        report_in(status, team=team)
    with enter(cast.admin):
        sitting.set_up(cast.admin, cast.units["06691"])
        rollup.sweep(cast.province.pk)
        declaring.declare(declaring.save(tmp_path, declaring.SMALL[1:]), cast.admin, cast, "22")
    visits = walk(client_of(getattr(cast, who)), most=MOST)
    lost = {address: visit.status for address, visit in visits.items() if visit.status >= 400}
    assert lost == {}
    assert len({name_of(address) for address in visits}) == REACH[who]
    for address, visit in visits.items():
        if visit.status == 200 and visit.page:
            assert flaws(visit.page) == [], address


def flaws(page: Node) -> list[str]:
    """What the security policy would not run, and what a reader of the screen would not hear."""
    nodes = list(page.walk())
    ids = {node.attributes.get("id", "") for node in nodes}
    labelled = {label.attributes["for"] for label in page.all("label") if "for" in label.attributes}
    found = [f"{fault}: {node}" for node in nodes if (fault := fault_of(node, ids, labelled))]
    headings = page.all("h1")
    if len(headings) != 1 or not headings[0].text or not page.one("title").children:
        found.append("no heading, or more than one")
    return found


def fault_of(node: Node, ids: set[str], labelled: set[str]) -> str:
    given = node.attributes
    if node.tag == "style" or any(re.fullmatch(r"style|on[a-z]+", name) for name in given):
        return "inline"
    if node.tag == "script" and given.get("type") != "application/json":
        return "" if given.get("src", "").startswith("/static/") else "inline"
    if node.tag in ("input", "select", "textarea") and not is_labelled(node, labelled):
        return "no label"
    named = " ".join(given[name] for name in ("aria-describedby", "for") if name in given)
    return "" if ids.issuperset(named.split()) else "names nothing"


def is_labelled(node: Node, labelled: set[str]) -> bool:
    given = node.attributes
    if given.get("type") == "hidden" or given.get("aria-label"):
        return True
    return given.get("id", "") in labelled or (
        node.parent is not None and node.parent.tag == "label"
    )
