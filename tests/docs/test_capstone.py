"""The capstone, followed word by word in an empty folder: a live API and a healthy doctor at its end."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import requests
import yaml

from sandbox.functions import node_sdk
from tests.addons import CLONE, on_demand
from tests.docs.walkthrough import blocks, missing, steps
from tests.repository.sources import ROOT
from workshop.addons.sam_cli import sam
from workshop.start.ports import free_port

PAGE = (ROOT / "docs" / "capstone.md").read_text()
TABS = ("Python", "Node.js")
ROUTES = ("POST /users", "GET /users", "GET /users/…", "PATCH /users/…", "DELETE /users/…")
SECONDS = 200
COMMANDS = {
    "workshop": "from workshop.cli import main; main()",
    "sandbox": "from sandbox.cli import main; main()",
    "sam": "from workshop.addons.sam_command import main; main()",
}
AS_THEY_ARE = ("aws", "node", "npm")
OWN = ("AWS_", "SANDBOX_URL", "WORKSHOP_", "PYTEST_", "PYTHONDONTWRITEBYTECODE", "GIT_", "GITHUB_", "COLUMNS")


class Machine:
    """A learner's: a clone that is set up, and a port for its local AWS."""

    def __init__(self, folder):
        self.folder, self.clone, self.port = folder, folder / "clone", free_port(0)
        for name in ("src", "labs"):
            shutil.copytree(ROOT / name, self.clone / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "mkdocs.yml"):
            shutil.copy(ROOT / name, self.clone / name)
        (self.clone / ".sandbox").mkdir()
        for name, there in {"node": node_sdk.install().parent, "sam-cli": CLONE / ".sandbox/sam-cli"}.items():
            (self.clone / ".sandbox" / name).symlink_to(there)
        self._make_commands(self.clone / ".venv" / "bin")

    def _make_commands(self, place):
        """What `make setup` leaves in `.venv/bin`."""
        place.mkdir(parents=True)
        (place / "activate").write_text(f"export PATH={place}:$PATH\n")
        for name, run in COMMANDS.items():
            (place / name).write_text(f'#!/bin/sh\nexec {sys.executable} -c {shlex.quote(run)} "$@"\n')
            (place / name).chmod(0o755)
        for name in AS_THEY_ARE:
            (place / name).symlink_to(Path(sys.executable).with_name(name))

    def environ(self, home):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        ada = {f"GIT_{who}": "ada@example.com" for who in ("AUTHOR_EMAIL", "COMMITTER_EMAIL")}
        ada |= {f"GIT_{who}": "Ada" for who in ("AUTHOR_NAME", "COMMITTER_NAME")}
        quick = {"SAM_CLI_POLL_DELAY": "0.2"}
        return {**kept, **ada, **quick, "HOME": str(home), "PYTHONPATH": str(self.clone / "src")}

    def on_its_port(self, commands):
        """The page's commands, for a local AWS on a port of its own."""
        up = commands.replace("workshop up", f"workshop up --ephemeral --port {self.port}")
        return up.replace("$(sandbox env)", f"$(sandbox env --port {self.port})")

    def begin_anew(self):
        """Empties its local AWS, if that is up."""
        with suppress(requests.ConnectionError):
            requests.post(f"http://127.0.0.1:{self.port}/_sandbox/reset", timeout=30).raise_for_status()

    def shell(self, script, home):
        """What a script said and its exit code, in a terminal that was opened in the clone."""
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.clone,
            env=self.environ(home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        return done.stdout, done.returncode


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    on_demand(sam)
    made = Machine(tmp_path_factory.mktemp("machine"))
    yield made
    made.shell("source .venv/bin/activate; workshop down", made.folder)


def follow(machine, tab, home):
    """Each step of the page with what was said while it was done; in one shell, as in one terminal."""
    script, done = [], steps(PAGE, tab)
    for number, step in enumerate(done):
        if step.file:
            written = home / f"{number}.written"
            written.write_text(step.text)
            script.append(f"mkdir -p {Path(step.file).parent}; cp {written} {step.file}")
        else:
            script.append(machine.on_its_port(step.text))
        script.append(f"echo '-- end of {number}'")
    said, code = machine.shell("\n".join(script), home)
    parts = re.split(r"^-- end of \d+\n", said, flags=re.M)
    assert code == 0, f"{done[len(parts) - 1].text}\nended with {code}:\n{parts[-1]}"
    return list(zip(done, parts, strict=False))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("tab", TABS)
def test_the_page_leads_to_a_live_api_and_a_healthy_doctor(tab, machine, tmp_path):
    machine.begin_anew()
    followed = follow(machine, tab, tmp_path)
    for step, said in followed:
        line = missing(step.seen, said)
        assert line is None, f"{step.text}\nThe page shows {line!r}, and what was said is:\n{said}"
    seen = {line for step, _ in followed for line in step.seen}
    assert all(any(line.startswith(route.replace("…", "")) for line in seen) for route in ROUTES)
    written = {step.file for step, _ in followed if step.file}
    committed = machine.shell(f"git -C {tmp_path}/users-api ls-files", tmp_path)[0]
    assert set(committed.splitlines()) == written


def test_only_what_leads_elsewhere_is_not_typed():
    plain = [block for block in blocks(PAGE) if not block.language]
    assert [(block.heading, block.tab) for block in plain] == [
        *[("2. The empty folder", tab) for tab in TABS],
        ("8. Your repository, with a badge", None),
        ("On AWS", None),
    ]
    for tab, tree in zip(TABS, plain, strict=False):
        named = re.findall(r"(?:^|  )(\.?[\w./-]+\.\w+|\.gitignore)(?=  |$)", tree.text, re.M)
        assert set(named) == {step.file for step in steps(PAGE, tab) if step.file}


def test_each_language_is_told_the_same():
    kinds = [[(step.file or "").removeprefix("src/") for step in steps(PAGE, tab)] for tab in TABS]
    kinds[1].remove("package.json")
    assert kinds[0] == [name.replace("app.js", "app.py") for name in kinds[1]]


def test_the_workflow_does_what_was_done_by_hand():
    (workflow,) = {block.text for block in blocks(PAGE) if block.title == ".github/workflows/ci.yml"}
    job = yaml.safe_load(workflow)
    assert job["permissions"] == {"contents": "read"}
    assert "secrets." not in workflow
    setup, run = (step["run"] for step in job["jobs"]["live"]["steps"] if "run" in step)
    assert setup.startswith("make -C .workshop setup\n")
    typed = [line for step in steps(PAGE, "Python") if not step.file for line in step.text.splitlines()]
    told = iter(typed)
    assert all(line in told for line in run.splitlines()), "in the order of the page"


def test_nothing_in_the_files_is_of_one_account():
    for path in (ROOT / "docs/snippets/capstone").rglob("*.*"):
        assert not re.search(r"\d{12}|us-east-1|AKIA|127\.0\.0\.1|:4566", path.read_text()), path
