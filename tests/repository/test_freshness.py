"""What the workshop rests on is not near its end: runtimes, prices, pinned tools. ends.toml has the dates."""

import datetime
import json
import re
import tomllib
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.repository.sources import ROOT
from workshop import prices

AHEAD = datetime.timedelta(days=180)
PRICES_LAST = datetime.timedelta(days=365)
RUNTIME = re.compile(r"""\bRuntime\b["'\\]*\s*[:=]\s*["'\\]*(python3\.\d+|nodejs\d+\.x)""", re.IGNORECASE)
FOLDERS = ("labs", "solutions", "notebooks", "docs/snippets")


@dataclass(frozen=True)
class End:
    """One line of ends.toml. pinned: the file and the words in it that say what is used."""

    what: str
    end: datetime.date
    source: str
    look_at: str
    pinned: dict[str, str] | None = None
    accepted: str = ""
    until: datetime.date | None = None


ENDS = [End(**one) for one in tomllib.loads((Path(__file__).parent / "ends.toml").read_text())["end"]]


def too_near(end, today):
    """What is said of an end that is near, or ""; one that was accepted is looked at again on its day."""
    if end.end - today > AHEAD or (end.accepted and end.until is not None and today < end.until):
        return ""
    return (
        f"{end.what} ends on {end.end} ({(end.end - today).days} days from {today}).\n"
        f"Source: {end.source}\nLook at: {end.look_at}\nThen change the date in tests/repository/ends.toml."
    )


def of_prices(known):
    """Prices were right in their month; after a year nobody may rely on them (workshop.prices)."""
    return End(
        f"the prices of {known.month:%B %Y}",
        known.month + PRICES_LAST,
        ", ".join(part.source for part in known.parts),
        "src/workshop/prices.toml: look each up, and set its month",
    )


@pytest.mark.parametrize("end", [*ENDS, of_prices(prices.load())], ids=lambda end: end.what)
def test_nothing_is_near_its_end(end):
    said = too_near(end, datetime.datetime.now(datetime.UTC).date())
    assert not said, said


@pytest.mark.parametrize("end", [*ENDS, of_prices(prices.load())], ids=lambda end: end.what)
def test_each_end_is_told_half_a_year_before(end):
    plain = replace(end, accepted="", until=None)
    day = datetime.timedelta(days=1)
    assert not too_near(plain, end.end - AHEAD - day)
    told = too_near(plain, end.end - AHEAD)
    assert end.what in told
    assert f"Source: {end.source}" in told
    assert end.look_at in told


def test_what_was_accepted_comes_up_again():
    [accepted] = [end for end in ENDS if end.accepted]
    assert accepted.until < accepted.end
    assert not too_near(accepted, accepted.until - datetime.timedelta(days=1))
    assert too_near(accepted, accepted.until)


@pytest.mark.parametrize("end", [end for end in ENDS if end.pinned], ids=lambda end: end.what)
def test_what_is_pinned_is_what_the_date_is_of(end):
    assert end.pinned["text"] in (ROOT / end.pinned["file"]).read_text(), (
        f"{end.pinned['file']} no longer says {end.pinned['text']}: look up when the new one ends, and put "
        "it into tests/repository/ends.toml"
    )


def used_runtimes():
    """Every runtime that a template, notebook or probe of the workshop gives to a function."""
    files = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()]
    texts = [file.read_text(errors="ignore") for file in [*files, ROOT / "tests/labs/iam/probe.py"]]
    return {runtime for text in texts for runtime in RUNTIME.findall(text)}


def test_the_runtimes_that_are_used_have_a_date():
    used = {f"runtime {one}" for one in used_runtimes()}
    assert used == {end.what for end in ENDS if end.what.startswith("runtime ")}


@pytest.mark.parametrize(
    "end", [end for end in ENDS if end.what.startswith("runtime ")], ids=lambda end: end.what
)
def test_the_dates_of_runtimes_are_those_that_cfn_lint_carries(end):
    """cfn-lint follows AWS's table: where AWS moves a date, a new lock brings it here."""
    folder = Path(find_spec("cfnlint").origin).parent / "data" / "AdditionalSpecs"
    known = json.loads((folder / "LmbdRuntimeLifecycle.json").read_text())
    assert str(end.end) == known[end.what.removeprefix("runtime ")]["deprecated"]
