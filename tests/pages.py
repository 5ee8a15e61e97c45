"""Pages as a person reads them: their words, tables, links and forms.

Whoever reads a page also checks it: tags that do not match are an error, and so is a name of an
element that is given twice.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}
UNSEEN = {"script", "style", "title", "noscript"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    parent: "Node | None" = field(default=None, repr=False)
    children: list["Node | str"] = field(default_factory=list, repr=False)

    def walk(self) -> Iterator["Node"]:
        ahead = [self]
        while ahead:
            node = ahead.pop()
            yield node
            ahead += [child for child in reversed(node.children) if isinstance(child, Node)]

    def all(self, tag: str = "", **wanted: str) -> list["Node"]:
        """Elements below, in the order of the page; `class_` names one of an element's classes."""
        return [node for node in self.walk() if node is not self and node.fits(tag, wanted)]

    def one(self, tag: str = "", **wanted: str) -> "Node":
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} elements fit {tag} {wanted}"
        return found[0]

    def fits(self, tag: str, wanted: dict[str, str]) -> bool:
        if tag and tag != self.tag:
            return False
        for name, value in wanted.items():
            held = self.attributes.get(name.rstrip("_").replace("_", "-"), "")
            if value not in (held.split() if name == "class_" else [held]):
                return False
        return True

    @property
    def text(self) -> str:
        """What stands on the page, with one space between words."""
        return " ".join(" ".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN:
                yield from child._texts()

    def row(self, first: str) -> list[str]:
        """The cells of the one table row that begins with `first`."""
        found = [row for row in self.rows() if row and row[0].startswith(first)]
        assert len(found) == 1, f"{len(found)} rows begin with {first}"
        return found[0]

    def rows(self) -> list[list[str]]:
        return [
            [cell.text for cell in row.walk() if cell.tag in ("th", "td")] for row in self.all("tr")
        ]

    @property
    def links(self) -> list[str]:
        return [node.attributes["href"] for node in self.all("a")]

    def description_of(self, field: "Node") -> str:
        """What is read out with a field besides its name; every part of it has to be there."""
        parts = field.attributes.get("aria-describedby", "").split()
        return " ".join(filter(None, (self.one(id=part).text for part in parts)))

    def form(self, action: str) -> "Node":
        """The form that leads there, or the one of which a button does."""
        if not (buttons := self.all("button", formaction=action)):
            return self.one("form", action=action)
        form = self.one("form", id=buttons[0].attributes["form"])
        return replace(form, attributes={**form.attributes, "action": action})

    def filled(self) -> dict[str, Any]:
        """What a browser would send of this form, without its buttons."""
        sent: dict[str, Any] = {}
        for node in self.walk():
            name = node.attributes.get("name", "")
            if node.tag == "textarea":
                sent[name] = "".join(child for child in node.children if isinstance(child, str))
            elif node.tag == "input":
                kind = node.attributes.get("type", "text")
                if kind not in ("checkbox", "radio") or "checked" in node.attributes:
                    sent[name] = node.attributes.get("value", "")
            elif node.tag == "select":
                options = node.all("option")
                chosen = [each for each in options if "selected" in each.attributes] or options[:1]
                sent[name] = chosen[0].attributes.get("value", chosen[0].text)
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = self.here = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice: {attrs}"
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.here.tag, f"</{tag}> closes <{self.here.tag}> at {self.getpos()}"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(response: HttpResponse) -> Node:
    """The page that was answered, whatever its status."""
    assert response["Content-Type"] == "text/html; charset=utf-8", response["Content-Type"]
    return parse(response.content.decode())


def parse(markup: str) -> Node:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    assert reader.here is reader.top, f"<{reader.here.tag}> is not closed"
    ids = [node.attributes["id"] for node in reader.top.walk() if "id" in node.attributes]
    assert len(set(ids)) == len(ids), f"an id is given twice: {ids}"
    return reader.top


def in_english(client: Client) -> Client:
    """For tests of words: the translation may change, the source text is what a test names."""
    client.cookies["django_language"] = "en"
    return client


@dataclass(frozen=True)
class Visit:
    """What an address answered; `page` is None for what is no page, such as a workbook."""

    status: int
    page: Node | None


def walk(client: Client, *, most: int) -> dict[str, Visit]:
    """The pages that links lead to from the home page, by their address without the question.

    The nearest come first, and of the addresses that share a name `most` at most.
    """
    found: dict[str, Visit] = {}
    asked: Counter[str] = Counter()
    ahead = deque(["/"])
    while ahead:
        address = ahead.popleft()
        where = urlsplit(address).path
        if where in found or asked[name_of(where)] == most:
            continue
        asked[name_of(where)] += 1
        response = client.get(address)
        page = read(response) if response["Content-Type"].startswith("text/html") else None
        found[where] = Visit(response.status_code, page)
        if response.status_code in (301, 302):
            ahead.append(urljoin(address, response["Location"]))
        elif page:
            ahead += [urljoin(address, link) for link in page.links if not link.startswith("#")]
    return found


def name_of(path: str) -> str:
    """The name that addresses of one kind share; an address that there is not has its own."""
    try:
        return resolve(path).url_name or path
    except Resolver404:
        return path
