"""The built guide, read from its files: no dead link, and nothing that another host would be asked for."""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.docs.guide.pages import html_files, page_paths, read_file
from tests.repository.sources import ROOT

pytestmark = pytest.mark.timeout(240)  # the first to ask waits for the guide to be built

HERE = "https://guide.example"
HOSTS = ROOT / "tests" / "docs" / "guide" / "hosts.txt"
ELSEWHERE = re.compile(r"^(?:[a-z]+:)?//", re.I)
IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s;]+)""", re.I)
IN_SCRIPTS = re.compile(
    r"""(?:fetch|import|importScripts)\s*\(\s*["'`](?:https?:)?//[^"'`]+|\.src\s*=\s*["'`](?:https?:)?//[^"'`]+"""
)


def pages(site):
    """Each page: its path in an address, and what is in it."""
    return zip(page_paths(site), map(read_file, html_files(site)), strict=True)


def target(site, address):
    """The file that an address of the guide stands for."""
    path = unquote(urlsplit(address).path).lstrip("/")
    return site / path / "index.html" if not path or path.endswith("/") else site / path


def dead(site, path, link):
    """Why a link of the page at `path` leads nowhere, or None."""
    address = urljoin(HERE + path, link)
    if not address.startswith(HERE):
        return None
    file, fragment = target(site, address), unquote(urlsplit(address).fragment)
    if not file.is_file():
        return "no such page or file"
    if fragment and file.suffix == ".html" and fragment not in read_file(file).ids:
        return f"no #{fragment} there"
    return None


def test_every_link_leads_to_a_page_an_anchor_or_a_file(site):
    found = [
        f"{path}: {link}: {why}"
        for path, page in pages(site)
        for link in dict.fromkeys([*page.links, *page.loads])
        if (why := dead(site, path, link))
    ]
    assert not found, "\n".join(found)


def test_a_dead_link_is_found(site):
    assert dead(site, "/sandbox/state/", "../differences/") is None
    assert dead(site, "/sandbox/state/", "../differences") == "no such page or file"
    assert dead(site, "/sandbox/state/", "../nowhere/") == "no such page or file"
    assert dead(site, "/sandbox/state/", "#nothing") == "no #nothing there"


def test_links_to_other_sites_are_https_and_to_hosts_that_are_listed(site):
    hosts = set(HOSTS.read_text().split())
    links = {link for _, page in pages(site) for link in page.links if re.match("[a-z]+:", link)}
    strange = sorted(
        link for link in links if urlsplit(link).scheme != "https" or urlsplit(link).hostname not in hosts
    )
    assert not strange, f"not https, or to a host that {HOSTS.relative_to(ROOT)} does not list: {strange}"


def test_no_page_would_load_anything_from_another_host(site):
    found = [
        f"{path}: {load}"
        for path, page in pages(site)
        for load in [
            *filter(ELSEWHERE.match, page.loads),
            *(match for style in page.styles for match in IN_STYLES.findall(style)),
            *(match for script in page.scripts for match in IN_SCRIPTS.findall(script)),
        ]
    ]
    assert not found, "\n".join(found)


def test_no_style_would_load_anything_from_another_host(site):
    found = [
        f"{file.relative_to(site)}: {match}"
        for file in site.rglob("*.css")
        for match in IN_STYLES.findall(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_notebooks_are_pages(site):
    names = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert names
    assert names == {path.parent.name for path in (site / "notebooks").glob("*/index.html")}
