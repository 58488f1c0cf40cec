"""Every page of the guide in Chromium: axe's rules, both themes, a phone's width, network, keyboard."""

import pytest

from tests.docs.guide.conftest import MADE_BADLY, WITH_TABS
from tests.docs.guide.pages import page_paths

pytestmark = pytest.mark.timeout(420)  # the first to ask waits for the browser

MINDED = {"moderate", "serious", "critical"}
DO_NEXT = (
    "\nTo see them: make docs, and axe in the browser's developer tools; fix the page, or accessible.css"
)


def seen(looked):
    """Each of the guide's pages at each width, with what was seen of it."""
    for size, pages in looked["pages"].items():
        for path, page in pages.items():
            if path != MADE_BADLY:
                yield f"{path} ({size})", page


def violations(page):
    """What axe minds of a page, and in which theme it was seen."""
    for seen_in in filter(None, (page["light"], page["dark"])):
        for found in seen_in["found"]:
            if found["impact"] in MINDED:
                about = f"{found['id']} ({found['impact']}, {seen_in['theme']})"
                yield f"{about}: {found['where']}: {found['what']}"


def test_every_page_was_looked_at(looked, site):
    assert set(looked["pages"]["phone"]) == {*page_paths(site), MADE_BADLY}
    assert {page["light"]["theme"] for _, page in seen(looked)} == {"default"}
    assert {page["dark"]["theme"] for _, page in seen(looked) if page["dark"]} == {"slate"}
    assert all(pages["/"]["dark"] for pages in looked["pages"].values())


def test_axe_minds_nothing(looked):
    found = [f"{where}: {violation}" for where, page in seen(looked) for violation in violations(page)]
    assert not found, "\n".join(found) + DO_NEXT


def test_no_page_scrolls_sideways(looked):
    found = {where: page["outside"] for where, page in seen(looked) if page["outside"]}
    assert not found, f"wider than the screen: {found}"


def test_no_page_asks_another_host(looked):
    found = {where: page["foreign"] for where, page in seen(looked) if page["foreign"]}
    assert not found, f"requests to another host: {found}"


def test_no_page_has_an_error_in_its_scripts(looked):
    found = {where: page["errors"] for where, page in seen(looked) if page["errors"]}
    assert not found, f"errors on the console: {found}"


def test_each_fault_of_a_page_made_badly_is_found(looked):
    page = looked["pages"]["phone"][MADE_BADLY]
    faint = {
        theme: [
            violation["where"] for violation in page[theme]["found"] if violation["id"] == "color-contrast"
        ]
        for theme in ("light", "dark")
    }
    assert faint == {"light": [".faint-by-day"], "dark": [".faint-by-night"]}
    other = {violation["id"]: violation["impact"] for violation in page["light"]["found"]}
    assert other["image-alt"] == "critical"
    assert other["scrollable-region-focusable"] == "serious"
    assert other["heading-order"] == "moderate"
    assert any('id="too-wide"' in element for element in page["outside"])
    assert page["foreign"] == ["https://example.com/counter"]
    assert any("thrown by the page" in error for error in page["errors"])


def test_the_first_stop_of_the_keyboard_skips_to_the_text(looked):
    skip = looked["keyboard"]["skip"]
    assert "md-skip" in skip["first"]
    assert skip["shown"]
    assert skip["goal"]
    assert skip["there"]


def test_every_stop_of_the_keyboard_shows_itself(looked):
    stops = looked["keyboard"]["stops"]
    assert len(stops) > 50
    hidden = [stop for stop in stops if not stop["shown"]]
    assert not hidden, f"{WITH_TABS}: the focus cannot be seen on {hidden}"


@pytest.mark.parametrize(
    "what", ["__palette_", "__tabbed_1_", "md-search__input", "md-code__button", "headerlink"]
)
def test_the_keyboard_reaches(looked, what):
    assert any(what in stop["what"] for stop in looked["keyboard"]["stops"])


def test_the_keyboard_changes_the_tab_of_code(looked):
    assert looked["keyboard"]["tab"] == [False, True]


def test_the_keyboard_searches_and_goes_to_what_it_finds(looked):
    search = looked["keyboard"]["search"]
    assert search["focused"]
    assert search["results"] > 3
    assert search["from"] != search["to"]
    assert search["heading"]
