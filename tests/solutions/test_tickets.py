"""Lab 5 adds tickets and no code: its answer is that of lab 4."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.repository.sources import ROOT
from tests.solutions.deployed import LANGUAGES, files_of
from workshop.incidents import diagnosis, pick
from workshop.ticket_step import SEEDS

TICKETS = ROOT / "solutions" / "05-troubleshooting" / "tickets"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_is_that_of_lab_4(language: str) -> None:
    before, after = files_of("04-api-gateway", language), files_of("05-troubleshooting", language)
    assert [name for name in before if name != "template.yaml" and not same(before[name], after[name])] == []
    lines = [file["template.yaml"].read_text().splitlines() for file in (before, after)]
    different = [new for old, new in zip(*lines, strict=True) if old != new]
    assert [line.partition(":")[0] for line in different] == ["Description"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_starter_has_no_gaps(language: str) -> None:
    starter = ROOT / "labs" / "05-troubleshooting" / language
    answer = ROOT / "solutions" / "05-troubleshooting" / language
    assert [file.name for file in starter.iterdir() if not same(file, answer / file.name)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_each_seed_of_the_brief_has_its_diagnosis(seed: int) -> None:
    (incident,) = pick(seed)
    written = diagnosis.read(TICKETS / str(seed) / "diagnosis.yaml")
    assert (written.layer, written.cause) == (incident.layer, incident.causes[0])
    assert (TICKETS / str(seed) / "repair.py").is_file()


def test_there_are_no_others() -> None:
    assert sorted(path.name for path in TICKETS.iterdir()) == sorted([*map(str, SEEDS), "README.md"])


def test_the_blank_form_names_the_layers() -> None:
    form = (ROOT / "labs" / "05-troubleshooting" / "diagnosis.yaml").read_text()
    assert yaml.safe_load(form) == {"layer": None, "cause": None, "evidence": None}
    named = form.partition("one of: ")[2].partition("\nlayer:")[0].replace("\n#", "")
    assert [one.strip() for one in named.split(",")] == list(diagnosis.LAYER_NAMES)


def same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()
