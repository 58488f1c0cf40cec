"""Lab 5 from break to three closed tickets, as a learner does it; and what shows each cause."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile

import pytest

from sandbox import Sandbox
from tests.graders.proving import check
from tests.graders.submission import Edit, copy_of, deploy
from tests.labs.troubleshooting.proofs import PROOFS
from tests.repository.sources import ROOT
from workshop.deploy.archive import zipped
from workshop.doctor.checklist import CAUSES
from workshop.errors import Problem
from workshop.incidents import INCIDENTS, pick, record
from workshop.incidents.breaking import Wish, break_stack
from workshop.incidents.mending import mend
from workshop.incidents.record import LAB
from workshop.incidents.sealing import seal
from workshop.ticket_step import SEEDS, refuse_open_ticket, ticket_step

SOLUTION = ROOT / "solutions" / LAB
STACK = "workshop"
SECONDS = 60


@pytest.fixture
def learner(target, tmp_path, sandbox):
    """A learner's clone, with lab 5 begun and deployed."""
    return lambda language: Learner(target, tmp_path, language, sandbox)


class Learner:
    """Types what a learner types, in process."""

    def __init__(self, target, clone, language, sandbox: Sandbox):
        self.target, self.clone, self.sandbox = target, clone, sandbox
        (clone / "solutions").symlink_to(ROOT / "solutions")
        self.folder = copy_of(ROOT / "labs" / LAB, clone / "work" / LAB, language)
        deploy(self.folder / "template.yaml", target)

    def breaks(self, seed, together=1):
        return break_stack(self.target, STACK, self.clone, Wish(seed, together))

    def seals(self, seed):
        shutil.copy(SOLUTION / "tickets" / str(seed) / "diagnosis.yaml", self.folder)
        return seal(self.target, STACK, self.clone)

    def repairs(self, seed):
        """Runs the solution's script, with the environment that `sandbox env` gives."""
        keys = {"AWS_ACCESS_KEY_ID": self.target.access_key, "AWS_SECRET_ACCESS_KEY": "test"}
        at = {"AWS_ENDPOINT_URL": self.target.url, "AWS_DEFAULT_REGION": self.target.region}
        script = SOLUTION / "tickets" / str(seed) / "repair.py"
        subprocess.run(
            [sys.executable, script],
            env={**os.environ, **keys, **at, "CODE": str(self.folder), "NO_PROXY": "*"},
            check=True,
            timeout=SECONDS,
        )

    def checks(self):
        return check(LAB, self.target, self.clone / "work")

    def mends(self):
        return mend(self.target, STACK, self.clone)


def failed(results):
    return [one.id for one in results.checks if one.outcome not in ("passed", "skipped")]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", ["python", "nodejs"])
def test_three_seeds_are_diagnosed_sealed_repaired_and_closed(learner, language):
    mine = learner(language)
    for number, seed in enumerate(SEEDS, 1):
        mine.breaks(seed)
        assert failed(mine.checks()) == ["sealed", "three-tickets"]
        mine.seals(seed)
        found = mine.checks()
        assert "symptom-gone" in failed(found), "it is sealed, and not repaired"
        assert {"layer", "cause", "evidence", "same-stack", "no-wider"}.isdisjoint(failed(found))
        mine.repairs(seed)
        done = mine.checks()
        assert failed(done) == ([] if number == len(SEEDS) else ["three-tickets"])
        assert record.read(mine.folder)[-1].closed_by == "check"
    assert done.points == done.possible
    assert not failed(mine.checks()), "a closed ticket stays closed"


def test_the_seeds_of_the_brief_are_of_three_layers_and_of_each_entry_of_the_checklist():
    chosen = [pick(seed)[0] for seed in SEEDS]
    assert len({one.layer for one in chosen}) == len(SEEDS)
    assert sorted(CAUSES[one.causes[0]] for one in chosen) == ["5.1", "5.2", "5.3"]
    brief = (ROOT / "labs" / LAB / "README.md").read_text()
    assert [seed for seed in SEEDS if f"`workshop break --seed {seed}`" not in brief] == []
    assert (
        f"--seed {SEEDS[0]}"
        in tomllib.loads((ROOT / "labs" / LAB / "lab.toml").read_text())["hints"]["ticket"][2]
    )


def test_a_lab_without_a_ticket_says_what_to_type_at_once(learner):
    mine = learner("python")
    began = time.monotonic()
    results = mine.checks()
    assert time.monotonic() - began < 2
    assert failed(results) == ["ticket"]
    assert results.first_failure.finding.next_step.startswith(f"workshop break --seed {SEEDS[0]}")


@pytest.mark.timeout(120)
def test_two_causes_one_behind_the_other(learner):
    """The ticket of the stretch: the second diagnosis is asked for once the first is repaired."""
    mine = learner("python")
    ticket = mine.breaks(19, 2)
    outer, inner = (part.incident for part in ticket.parts)
    assert (outer.id, inner.id) == ("integration-to-a-missing-alias", "explicit-deny")
    write_diagnosis(
        mine, outer, "call: apigateway get-resources --embed methods\n  shows: ':live/invocations'"
    )
    seal(mine.target, STACK, mine.clone)
    results = mine.checks()
    assert results.first_failure.id == "sealed"
    assert "its second is not" in results.first_failure.finding.saw
    step = ticket_step(mine.clone / "work")
    assert (step.command, step.lead.split(";")[0]) == ("workshop seal", "mend that")


def write_diagnosis(mine, incident, evidence):
    text = f"layer: {incident.layer}\ncause: {incident.causes[0]}\nevidence:\n  {evidence}\n"
    (mine.folder / "diagnosis.yaml").write_text(text)


@pytest.mark.timeout(120)
def test_a_ticket_in_a_fresh_aws_is_judged_by_what_was_sealed(learner, target, tmp_path):
    """As CI does it: another AWS, the same folder."""
    mine = learner("python")
    mine.breaks(17)
    mine.seals(17)
    mine.repairs(17)
    mine.checks()
    moved = record.read(mine.folder)[0].target | {"account": "111111111111"}
    Edit("incidents.json", moved["account"], str(record.read(mine.folder)[0].target["account"]), True).apply(
        mine.folder
    )
    outcomes = mine.checks().outcomes
    shown = ["layers-below", "ticket", "sealed", "layer", "cause", "evidence"]
    assert [outcomes[one] for one in shown] == ["passed"] * len(shown)
    live = ["symptom-gone", "same-stack", "no-wider", "still-works"]
    assert [outcomes[one] for one in live] == ["not_shown"] * len(live)


@pytest.mark.timeout(120)
def test_a_ticket_given_up_asks_for_another_seed(learner):
    mine = learner("python")
    mine.breaks(17)
    mine.mends()
    results = mine.checks()
    assert failed(results) == ["ticket"]
    assert f"workshop break --seed {SEEDS[1]}" in results.first_failure.finding.next_step
    assert ticket_step(mine.clone / "work").command == f"workshop break --seed {SEEDS[1]}"


def test_every_incident_has_its_proof():
    assert {cause for one in INCIDENTS.values() for cause in one.causes} <= set(PROOFS)


class TestTheNextStep:
    """What `workshop` says in lab 5, from ticket to ticket."""

    def test_without_a_ticket(self, tmp_path):
        assert ticket_step(tmp_path).command == f"workshop break --seed {SEEDS[0]}"

    @pytest.mark.timeout(120)
    def test_with_one(self, learner):
        mine = learner("python")
        mine.breaks(17)
        with pytest.raises(Problem, match="workshop mend"):
            refuse_open_ticket(mine.folder)
        with zipfile.ZipFile(io.BytesIO(zipped(mine.folder))) as package:
            assert {"diagnosis.yaml", "incidents.json"}.isdisjoint(package.namelist()), "they are no code"
        step = ticket_step(mine.clone / "work")
        assert (step.command, "diagnosis.yaml" in step.lead) == ("workshop seal", True)
        mine.seals(17)
        assert ticket_step(mine.clone / "work").command == "workshop check 5"
        mine.repairs(17)
        mine.checks()
        assert ticket_step(mine.clone / "work").command == f"workshop break --seed {SEEDS[1]}"
        refuse_open_ticket(mine.folder)

    def test_with_a_record_that_cannot_be_read(self, tmp_path):
        (tmp_path / LAB).mkdir()
        (tmp_path / LAB / record.FILE).write_text("{")
        assert "cannot be read" in ticket_step(tmp_path).where
