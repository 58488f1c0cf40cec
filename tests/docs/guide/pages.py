"""Reads built pages: their links, what they load, and what can be linked to."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

LOADING_LINKS = {
    "stylesheet",
    "preload",
    "modulepreload",
    "icon",
    "shortcut",
    "prefetch",
    "manifest",
    "preconnect",
}
LOADING_ATTRIBUTES = ("src", "srcset", "poster", "data")


@dataclass
class Page:
    """links: what a click leads to; loads: what comes by itself; ids: what a #fragment may name."""

    links: list = field(default_factory=list)
    loads: list = field(default_factory=list)
    ids: set = field(default_factory=set)
    scripts: list = field(default_factory=list)
    styles: list = field(default_factory=list)


class Reader(HTMLParser):
    """Fills a Page."""

    def __init__(self):
        super().__init__()
        self.page = Page()
        self.inside = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.inside = {"script": self.page.scripts, "style": self.page.styles}.get(tag)
        self.page.ids.update(given[name] for name in ("id", "name") if given.get(name))
        if style := given.get("style"):
            self.page.styles.append(style)
        if tag in {"a", "area"} and "href" in given:
            self.page.links.append(given["href"])
        elif tag == "link" and LOADING_LINKS & set(given.get("rel", "").split()):
            self.page.loads.append(given.get("href", ""))
        elif tag in {"use", "image"}:
            self.page.loads += [given[name] for name in ("href", "xlink:href") if name in given]
        elif tag != "input":
            for name in LOADING_ATTRIBUTES:
                parts = given.get(name, "").split(",") if name == "srcset" else [given.get(name, "")]
                self.page.loads += [part.split()[0] for part in parts if part.strip()]

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside is not None:
            self.inside.append(data)


def read(html):
    """The Page in a text of HTML."""
    reader = Reader()
    reader.feed(html)
    return reader.page


@cache
def read_file(path):
    """The Page in a file, read once."""
    return read(path.read_text(encoding="utf-8"))


def html_files(site):
    """Every page of the built guide."""
    return sorted(site.rglob("*.html"))


def page_paths(site):
    """The path of each page in its address: `/`, `/sandbox/state/`, `/404.html`."""
    return ["/" + file.relative_to(site).as_posix().removesuffix("index.html") for file in html_files(site)]
