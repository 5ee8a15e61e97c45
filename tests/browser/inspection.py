"""What every page has to keep, whoever looks at it and on whatever."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from babel.messages.catalog import Message
from playwright.sync_api import Page

from cnscd_portal.translation import read, source_texts
from tests.databases import ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"
EVERY_RULE = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Those that may come out otherwise in other colours or at another width.
RULES_OF_LOOKS = {
    "type": "rule",
    "values": [
        "color-contrast",
        "link-in-text-block",
        "scrollable-region-focusable",
        "target-size",
    ],
}
# The rows of a table are drawn by the same lines, and a province has hundreds of them.
MORE_OF_IT = ["tbody tr:nth-child(n + 5)"]
SMALLEST_TARGET = 24

# One call for all of it: each one takes longer on its way than here. What is folded away is looked
# at unfolded, too. A link inside a sentence is exempt by WCAG 2.5.8, and so is a box whose label
# can be touched.
MISFITS = """
(smallest) => {
  const root = document.documentElement;
  const cut = (node) => node.outerHTML.slice(0, 120);
  const scrolls = (node) =>
    node && (getComputedStyle(node).overflowX !== "visible" || scrolls(node.parentElement));
  const overflowing = () => {
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")]
      .filter((node) => node.getBoundingClientRect().right > root.clientWidth + 1);
    // What is positioned leaves a frame that scrolls, unless the frame is positioned, too.
    const culprit = wide.find((node) => !scrolls(node.parentElement)) ?? wide.find((node) =>
      getComputedStyle(node).position === "absolute");
    return [`overflows: ${root.scrollWidth}: ${culprit && cut(culprit)}`];
  };
  const small = () =>
    [...document.querySelectorAll("button, select, summary, input, textarea, .btn, nav a")]
      .filter((node) => node.checkVisibility({ visibilityProperty: true }))
      .filter((node) => node.type !== "hidden")
      .map((node) => (node.type === "checkbox" ? node.closest("label") : node))
      .map((node) => [node, node.getBoundingClientRect()])
      .filter(([, box]) => box.height < smallest || box.width < smallest)
      .map(([node, box]) => `too small to touch: ${box.width} x ${box.height}: ${cut(node)}`);

  const wrong = [...overflowing(), ...small()];
  const folded = document.querySelectorAll("details:not([open])");
  folded.forEach((each) => (each.open = true));
  if (folded.length)
    for (const each of [...overflowing(), ...small()])
      if (!wrong.includes(each)) wrong.push(`unfolded: ${each}`);
  folded.forEach((each) => (each.open = false));
  return wrong;
}
"""

# Texts that are seen or read out; figures, names and dates are not among the sources.
CONTENT = """
() => {
  const words = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, noscript, [lang=en]")) words.add(walker.currentNode.data);
  }
  for (const node of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (node.closest("[lang=en]") && node !== document.documentElement) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      words.add(node.getAttribute(name) ?? "");
  }
  words.add(document.title);
  return {
    headings: [...document.querySelectorAll("h1")].filter((node) => node.checkVisibility()).length,
    language: document.documentElement.lang,
    words: [...words].map((each) => each.replace(/\\s+/g, " ").trim()).filter(Boolean),
  };
}
"""


def look_sound(page: Page, language: str) -> list[str]:
    """What is wrong with a page whatever its width and colours."""
    content = page.evaluate(CONTENT)
    wrong = []
    if content["headings"] != 1:
        wrong.append(f"{content['headings']} headings of the first level")
    if content["language"] != language:
        wrong.append(f"language {content['language']}")
    if language == "vi":
        wrong += [f"English: {each}" for each in english(content["words"])]
    return wrong


def misfits(page: Page) -> list[str]:
    """What is wrong with a page at the width it has now."""
    return list(page.evaluate(MISFITS, SMALLEST_TARGET))


def accessible(page: Page, rules: dict[str, Any]) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text("utf-8"))
    # A bar that sticks to the lower edge covers what one scrolls past, and nothing at the end.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    # Without a preload it asks for no style sheet again; the rule that needs it is none of these.
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False, "iframes": False}
    examine = "([exclude, options]) => axe.run({ exclude }, options)"
    found = page.evaluate(examine, [MORE_OF_IT, options])
    return [_violation(each, node) for each in found["violations"] for node in each["nodes"]]


def _violation(rule: dict[str, Any], node: dict[str, Any]) -> str:
    return f"{rule['id']} {node['target']}: {node['failureSummary']} {node['html'][:200]}"


# -- English on a Vietnamese page -----------------------------------------------------------------


class Sources:
    """The source texts that a Vietnamese page may not show."""

    def __init__(self) -> None:
        known = read()
        told = {
            source
            for message in source_texts()
            for source, target in _forms(message, known.get(message.id, message.context))
            if source and source != target
        }
        self.exact = {text.casefold() for text in told if "%(" not in text}
        # Long enough that no Vietnamese sentence holds it by chance.
        phrases = {each for text in told for each in _pieces(text) if _is_phrase(each)}
        self.phrases = re.compile("|".join(map(re.escape, sorted(phrases))), re.IGNORECASE)

    def among(self, words: list[str]) -> list[str]:
        return [each for each in words if self._names_one(each) or self.phrases.search(each)]

    def _names_one(self, words: str) -> bool:
        return any(each.strip().casefold() in self.exact for each in re.split(r"[·:,()…→]", words))


def _forms(message: Message, known: Message | None) -> Iterator[tuple[str, str]]:
    """Each form of a source text with its translation; a text that has none is told, too."""
    sources = [message.id] if isinstance(message.id, str) else message.id
    target = known.string if known else ""
    for source in sources:
        yield source, target if isinstance(target, str) else target[0]


def _pieces(text: str) -> list[str]:
    """A text without the places where something is put in."""
    return [each.strip(" .,:;?!“”") for each in re.split(r"%\(\w+\)[sd]", text)]


def _is_phrase(piece: str) -> bool:
    return piece.isascii() and len(piece) >= 10 and " " in piece


@cache
def _sources() -> Sources:
    return Sources()


def english(words: list[str]) -> list[str]:
    return _sources().among(words)
