"""Each layer's page explains the checks of its lab, all of them and in their order."""

import re

import pytest

from tests.repository.sources import ROOT
from workshop.catalogue import labs

LABS = labs(ROOT)


@pytest.fixture(params=LABS, ids=lambda lab: lab.key)
def lab(request):
    return request.param


@pytest.fixture
def explained(lab):
    """The part of the page that is about checks."""
    (page,) = (ROOT / "docs" / "layers").glob(f"{lab.number}-*.md")
    return re.search(r"^## Checks.*?\n(.*?)(?=^## |\Z)", page.read_text(), re.M | re.S)[1]


def test_each_check_has_its_place_and_no_other(lab, explained):
    places = re.findall(r"^### (.+) \{#(.+)\}$", explained, re.M)
    assert places == [(check, check) for check in lab.hints]


def test_each_check_is_explained(explained):
    parts = re.split(r"^### .*\n", explained, flags=re.M)[1:]
    assert parts
    for part in parts:
        for word in ("*Looks at:*", "*Why:*", "*Usually:*"):
            assert part.count(word) == 1, f"{word} in: {part}"
