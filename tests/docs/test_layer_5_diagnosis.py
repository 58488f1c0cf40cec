"""The guide's page on troubleshooting: how a diagnosis is sealed, and what the checks look at."""

import re
import tomllib
from types import SimpleNamespace

import pytest

from tests.repository.sources import ROOT
from workshop.errors import Problem
from workshop.incidents import diagnosis, lock, sealing

PAGE = (ROOT / "docs" / "layers" / "5-troubleshooting.md").read_text()


def part(heading):
    """The text of the page below a heading of the second level."""
    return re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


def test_the_diagnosis_names_the_layers_in_order():
    said = re.search(r"^\*\*layer\*\* is one of (.*?), or the long name", PAGE, re.M)[1]
    assert re.findall(r"`(\w+)`", said) == list(diagnosis.LAYER_NAMES)


def refused(tmp_path, text):
    """What `workshop seal` says of such a file."""
    file = tmp_path / "diagnosis.yaml"
    file.write_text(text)
    with pytest.raises(Problem) as problem:
        diagnosis.read(file)
    return str(problem.value)


GOOD = "layer: table\ncause: {}\nevidence:\n  log-line: {}\n"


def sealed_twice(_):
    return str(sealing._sealed(None))


def shut(monkeypatch):
    ticket = SimpleNamespace(
        unsealed="first",
        parts=("first",),
        prefix="workshop",
        before={"http": {"ApiId": "a"}, "rest": {"id": "b"}},
    )
    monkeypatch.setattr(lock.record, "open_ticket", lambda folder: ticket)
    monkeypatch.setattr(lock, "its_stack", lambda *given: "there")
    with pytest.raises(Problem) as problem:
        lock.refuse_unsealed(None, ROOT, "workshop")
    return str(problem.value)


def test_what_is_refused_is_said_as_the_page_says(tmp_path, monkeypatch):
    said = {
        "is no cause": refused(tmp_path, GOOD.format("the-role", "'ten letters'")),
        "which means nothing here": refused(
            tmp_path, f"reason: x\n{GOOD.format('throttled', 'ten letters')}"
        ),
        "which could be anywhere": refused(tmp_path, GOOD.format("throttled", "502")),
        "sealed is sealed": sealed_twice(None),
        "one is open, and what shows now is not sealed": shut(monkeypatch),
    }
    assert re.findall(r"^- `(.+?)`<br>$", part("A diagnosis"), re.M) == list(said)
    for words, text in said.items():
        assert words in text


def test_each_check_has_its_place_and_no_other():
    lab = tomllib.loads((ROOT / "labs" / "05-troubleshooting" / "lab.toml").read_text())
    places = re.findall(r"^### (.+) \{#(.+)\}$", part("Checks"), re.M)
    assert places == [(check, check) for check in lab["hints"]]


def test_each_check_is_explained():
    for check in re.split(r"^### .*\n", part("Checks"), flags=re.M)[1:]:
        for word in ("*Looks at:*", "*Why:*", "*Usually:*"):
            assert check.count(word) == 1, f"{word} in: {check}"
