"""An HTML page as a tree, read strictly: every element is closed where it was opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "img", "input", "link", "hr"}


@dataclass(slots=True)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, white space collapsed."""
        return " ".join(self._text().split())

    def _text(self) -> str:
        return "".join(child if isinstance(child, str) else child._text() for child in self.children)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def every(self, tag: str, css_class: str | None = None) -> list[Element]:
        return [
            element
            for element in self.walk()
            if element.tag == tag and (css_class is None or css_class in element.attributes.get("class", "").split())
        ]

    def one(self, tag: str, css_class: str | None = None) -> Element:
        (found,) = self.every(tag, css_class)
        return found

    def section(self, heading: str) -> Element:
        """The section with that heading."""
        (found,) = (each for each in self.every("section") if each.every("h2")[0].text == heading)
        return found

    def rows(self) -> list[list[str]]:
        """The cells' texts of every row inside."""
        cells = ("td", "th")
        return [
            [cell.text for cell in row.children if isinstance(cell, Element) and cell.tag in cells]
            for row in self.every("tr")
        ]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            last = self.open[-1].children[-1]
            assert isinstance(last, Element)
            self.open.append(last)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs), f"<{tag}> has an attribute twice: {attrs}"
        self.open[-1].children.append(Element(tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(html: str) -> Element:
    """The page's tree. AssertionError for an element that is not closed, or closed elsewhere."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    (document,) = builder.open
    return document
