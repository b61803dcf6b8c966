"""Read a page back for the tests: structure, addresses, visible text."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "br", "hr", "input", "link", "img"}
# SVG shapes may close themselves.
ADDRESSES = {"src", "href", "xlink:href", "action", "data", "poster", "srcset", "formaction"}


class PageReader(HTMLParser):
    """Collect what the tests ask about; `faults` lists tags that do not match."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.texts: list[str] = []
        self.sections: list[str] = []
        self.table_widths: list[set[int]] = []
        self._open: list[str] = []
        self._cells = 0
        self.feed(page)
        self.close()
        self.faults += [f"{tag} is never closed" for tag in self._open]

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ADDRESSES:
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            if name.startswith("on"):
                self.handlers.append(name)
        named = dict(attrs)
        if tag == "section":
            self.sections.append(named.get("id") or "")
        if tag == "table":
            self.table_widths.append(set())
        if tag == "tr":
            self._cells = 0
        if tag in {"td", "th"}:
            self._cells += int(named.get("colspan") or 1)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag):
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()
        if tag == "tr":
            self.table_widths[-1].add(self._cells)

    def handle_data(self, data):
        if self._open and self._open[-1] not in {"style", "script"}:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Return all visible text."""
        return " ".join(" ".join(self.texts).split())
