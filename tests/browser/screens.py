"""What stands on the portal's pages: figures by their code, tables by their heads."""

import tomllib

from playwright.sync_api import Locator, Page

from tests.browser.seats import text
from tests.databases import ROOT

CATALOGUE = tomllib.loads((ROOT / "fixtures/catalogue/team-month-2024.toml").read_text("utf-8"))
INDICATORS = {
    each["code"]: each for section in CATALOGUE["sections"] for each in section["indicators"]
}

# So many figures that a month is not almost empty beside those before.
ENOUGH = {
    "residents_in_need": "300", "households": "240", "sim_2g_users": "12",
    "non_smartphone_users": "40", "adults": "570", "residents": "780", "zalo_followers": "250",
    "guided_shopping": "7",
}  # fmt: skip

# The text of an element as a person reads it, each part apart from the next.
READ_TABLE = """
(table) => {
  const read = (cell) => cell.innerText.replace(/\\s+/g, " ").trim();
  const heads = [...table.querySelectorAll("thead th")].map(read);
  const rows = [...table.querySelectorAll("tbody tr, tfoot tr")];
  return rows.map((row) => [...row.children].map(read))
    .map((cells) => Object.fromEntries(cells.map((cell, at) => [heads[at] || "", cell])));
}
"""


def label(code: str, language: str = "vi") -> str:
    return str(INDICATORS[code][f"label_{language}"])


def field(page: Page, code: str, language: str = "vi") -> Locator:
    return page.get_by_label(label(code, language), exact=True)


def button(within: Page | Locator, name: str, language: str = "vi") -> Locator:
    return within.get_by_role("button", name=text(name, language), exact=True)


def submit(page: Page, language: str = "vi") -> None:
    """Send a form that leaves figures blank: its question is answered."""
    button(page, "Submit", language).click()
    button(page, "Submit all the same", language).click()


def table(page: Page, heading: str, language: str = "vi") -> dict[str, dict[str, str]]:
    """The rows of the table under a heading, by their first cell, and their cells by the head."""
    frame = page.locator(
        "section.card", has=page.get_by_role("heading", name=text(heading, language))
    )
    rows = frame.get_by_role("table").evaluate(READ_TABLE)
    return {next(iter(row.values())): row for row in rows}


def figures(row: dict[str, str], codes: list[str], language: str = "vi") -> dict[str, int]:
    """The figures of a row of the overview, by their code; words in place of one count as 0."""
    heads = {
        code: f"{label(code, language)} ({INDICATORS[code][f'unit_{language}']})" for code in codes
    }
    return {code: number(row[head]) for code, head in heads.items()}


def number(shown: str) -> int:
    digits = shown.replace(".", "").replace(",", "")
    return int(digits) if digits.isdigit() else 0


def parts(shown: str) -> tuple[int, int]:
    """5/8 of `5/8 62,50%`."""
    numerator, denominator = shown.split()[0].split("/")
    return number(numerator), number(denominator)
