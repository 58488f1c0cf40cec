"""The workflow that grades a class in several jobs: its commands, run job by job in a copy of the clone."""

import json
import re

import pytest
import yaml

from tests.instructor.test_own_repository import SETUP, Repository
from tests.repository.sources import ROOT
from tests.workshop.grading.handed_in import broken_yaml, nothing

WORKFLOW = ROOT / "docs" / "snippets" / "grading" / "workflow.yml"
NEEDS_ROOT = "sudo "
"""Commands that change the machine: they are not run here."""


@pytest.fixture(scope="module")
def workflow():
    return yaml.safe_load(WORKFLOW.read_text())


def commands(job, values):
    """What a job types, with its matrix's values in it."""
    typed = [step["run"] for step in job["steps"] if "run" in step]
    ours = [command for command in typed if NEEDS_ROOT not in command]
    assert ours[0].startswith(SETUP)
    texts = [command.removeprefix(SETUP) for command in ours]
    return [re.sub(r"\$\{\{ matrix\.(\w+) \}\}", lambda found: str(values[found[1]]), text) for text in texts]


@pytest.mark.timeout(300)
def test_each_part_is_graded_and_all_are_merged(workflow, tmp_path):
    repository = Repository(tmp_path)
    for name, make in {"ada": broken_yaml, "bela": nothing, "cem": nothing, "dora": nothing}.items():
        (tmp_path / "submissions" / name).mkdir(parents=True)
        make(tmp_path / "submissions" / name)
    matrix = workflow["jobs"]["grade"]["strategy"]["matrix"]
    (of,) = matrix["of"]
    assert matrix["part"] == list(range(1, of + 1))
    for part in matrix["part"]:
        for command in commands(workflow["jobs"]["grade"], {"part": part, "of": of}):
            repository.run(command)
        (tmp_path / "part").rename(_made(tmp_path / "parts") / f"part-{part}")
    for command in commands(workflow["jobs"]["report"], {}):
        said = repository.run(command)
    assert "4 submissions: 1 failed, 3 not taken." in said
    held = json.loads((tmp_path / "graded" / "report.json").read_text())
    states = {one["submission"]: one["state"] for one in held["workshop"]["submissions"]}
    assert states == {"ada": "short", **dict.fromkeys(("bela", "cem", "dora"), "refused")}


def _made(folder):
    folder.mkdir(exist_ok=True)
    return folder


def test_it_needs_no_secret_and_may_write_nothing(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in WORKFLOW.read_text()
    for job in workflow["jobs"].values():
        (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout")]
        assert checkout["with"] == {"persist-credentials": False}


def test_what_a_job_hands_on_the_next_one_takes(workflow):
    grade, report = workflow["jobs"]["grade"], workflow["jobs"]["report"]
    assert report["needs"] == "grade"
    (kept,) = [step["with"] for step in grade["steps"] if step.get("uses", "").startswith("actions/upload")]
    (taken,) = [
        step["with"] for step in report["steps"] if step.get("uses", "").startswith("actions/download")
    ]
    assert (kept["name"], taken["pattern"]) == ("part-${{ matrix.part }}", "part-*")
    assert f"--report {kept['path']} " in WORKFLOW.read_text()
    assert f"merge {taken['path']}/* " in WORKFLOW.read_text()


def test_the_isolation_is_asked_for_before_anything_is_graded(workflow):
    typed = [step.get("run", "") for step in workflow["jobs"]["grade"]["steps"]]
    (made,) = [number for number, text in enumerate(typed) if "bubblewrap" in text]
    (graded,) = [number for number, text in enumerate(typed) if "workshop grade" in text]
    assert made < graded
