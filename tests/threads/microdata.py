"""Microdata of a page as a search engine reads it, and what of the page would be markup to a browser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})
# Where an item's property is read from when it is not the element's text (HTML Living Standard, 5.2.4).
_FROM_ATTRIBUTE = {"meta": "content", "link": "href", "a": "href", "time": "datetime"}


@dataclass
class Item:
    """One item with the values and items of its properties, in the order of the page."""

    type: str
    properties: dict[str, list["Item | str"]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The only value of a property."""
        [value] = self.properties[name]
        assert isinstance(value, str)
        return value.strip()

    def items(self, name: str) -> list["Item"]:
        """The items that a property has; none when it is not there."""
        return [value for value in self.properties.get(name, []) if isinstance(value, Item)]

    def item(self, name: str) -> "Item":
        [value] = self.items(name)
        return value


@dataclass
class _Open:
    tag: str
    item: Item | None = None
    property: str | None = None
    text: str = ""


class Microdata(HTMLParser):
    """The page's own items in `items`; every element's name in `tags`, every attribute's in `attributes`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.targets: list[str] = []
        self.texts: list[str] = []
        self._open: list[_Open] = []
        self.feed(page)
        self.close()
        assert not self._open, "elements were left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes |= set(given)
        self.targets += [given[name] for name in ("href", "src") if name in given]
        opened = _Open(tag, property=given.get("itemprop"))
        if "itemscope" in given:
            opened.item = Item(given["itemtype"])
            self._give(opened.property, opened.item)
        elif opened.property is not None and tag in _FROM_ATTRIBUTE:
            self._give(opened.property, given[_FROM_ATTRIBUTE[tag]])
        if tag not in _VOID:
            self._open.append(opened)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for opened in self._open:
            opened.text += data

    def handle_endtag(self, tag: str) -> None:
        opened = self._open.pop()
        assert opened.tag == tag, f"<{opened.tag}> ended by </{tag}>"
        if opened.property is not None and opened.item is None and tag not in _FROM_ATTRIBUTE:
            self._give(opened.property, opened.text)

    def _give(self, name: str | None, value: Item | str) -> None:
        around = next((opened.item for opened in reversed(self._open) if opened.item is not None), None)
        if around is None:
            assert isinstance(value, Item), f"{name} belongs to no item"
            self.items.append(value)
        else:
            assert name is not None, "an item that is no property of the one around it"
            around.properties.setdefault(name, []).append(value)
