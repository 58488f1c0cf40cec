"""The links of what is read outside the guide: the readmes, and the notebooks in JupyterLab."""

import json
from urllib.parse import unquote, urlsplit

import markdown
import pytest

from tests.docs.guide.pages import read
from tests.docs.guide.test_built import HOSTS
from tests.repository.sources import ROOT, tracked

SUFFIXES = {".md", ".ipynb"}


def is_read_alone(path):
    """The guide's own pages are read as it shows them, in test_built.py."""
    return path.suffix in SUFFIXES and not path.is_relative_to(ROOT / "docs")


FILES = {str(path.relative_to(ROOT)): path for path in tracked() if is_read_alone(path)}


def text_of(path):
    """The Markdown of a file, or of a notebook's cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def page_of(path):
    """What a reader of a file can follow, and link to."""
    return read(markdown.markdown(text_of(path), extensions=["toc", "tables", "fenced_code"]))


def dead(path, link):
    """Why a link of the file at `path` leads nowhere, or None."""
    parts = urlsplit(link)
    if parts.scheme:
        known = parts.hostname in HOSTS.read_text().split() or parts.hostname in {"127.0.0.1", "localhost"}
        return None if known else f"the host is not in {HOSTS.relative_to(ROOT)}"
    goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if goal != path and not any(file == goal or file.is_relative_to(goal) for file in tracked()):
        return "the repository has no such file"
    if parts.fragment and goal.suffix in SUFFIXES and unquote(parts.fragment) not in page_of(goal).ids:
        return f"no #{parts.fragment} there"
    return None


@pytest.mark.parametrize("name", FILES)
def test_every_link_leads_somewhere(name):
    page = page_of(FILES[name])
    found = [f"{link}: {why}" for link in [*page.links, *page.loads] if (why := dead(FILES[name], link))]
    assert not found, "\n".join(found)


def test_a_dead_link_is_found():
    readme = ROOT / "README.md"
    assert dead(readme, "docs/index.md") is None
    assert dead(readme, "docs") is None
    assert dead(readme, "docs/nowhere.md") == "the repository has no such file"
    assert dead(readme, "#nothing") == "no #nothing there"
    assert dead(readme, "https://example.com/").startswith("the host is not in")
