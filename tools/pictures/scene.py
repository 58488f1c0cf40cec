"""A learner's clone in a temporary folder, a local AWS of its own, and what the commands print there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from sandbox import Sandbox

SHARED = ("labs", "notebooks", "solutions", "docs", "tests", "src", ".venv", "pyproject.toml", "mkdocs.yml")
IN_CLONE = """
import pathlib, sys, workshop.clone
clone = pathlib.Path(sys.argv.pop(1))
workshop.clone.clone_folder = lambda: clone
from workshop.cli import main
main()
"""
COLUMNS = 96
STACK = "workshop"
DIFFERS_BY_RUN = (
    (r"http://127\.0\.0\.1:\d+(?=/_aws|$|\n)", "http://127.0.0.1:4566"),
    (r"127\.0\.0\.1:\d+(?= answers)", "127.0.0.1:4566"),
    (r"(workshop-[A-Za-z]+-)[A-Za-z0-9]{12}\b", r"\g<1>7G3iwkNsgx17"),
    (r"(execute-api/|REST API |us-east-1:\d{12}:(?=\w+/prod))[a-z0-9]{8,10}\b", r"\g<1>o2kbe4ooob"),
    (r"deployment [a-z0-9]{6}\b", "deployment ox1v24"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "20efb49d-5ed7-4e0b-87ed-c8e07d2affaa"),
    (r"\b1-[0-9a-f]{8}-[0-9a-f]{24}, [\d:]+ UTC", "1-6b03c296-00b07615c8365f04129ee85d, 09:35:34 UTC"),
    (r"request [0-9A-F]{32}\b", "request 27DDE0BEEE234AB186671860BFDB0CF2"),
)
"""Names and ids that AWS makes up, and the port: one of each for all pictures, of the same length."""


class Scene:
    """Where a learner works: `workshop(…)` is the command, as typed there."""

    def __init__(self, clone: Path, sandbox: Sandbox, root: Path) -> None:
        self.clone, self.sandbox = clone, sandbox
        for name in SHARED:
            (clone / name).symlink_to(root / name)

    def workshop(self, *arguments: str, target: bool = True) -> str:
        """What the command prints in a terminal of COLUMNS columns, with its colours.

        Raises RuntimeError if it ends as the workshop's own fault.
        """
        to = ("--target", self.sandbox.url) if target else ()
        command = [sys.executable, "-c", IN_CLONE, str(self.clone), *arguments, *to]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment = {**kept, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}
        done = subprocess.run(
            command, env=environment, cwd=self.clone, capture_output=True, text=True, timeout=100
        )
        if done.returncode not in (0, 1):
            raise RuntimeError(f"workshop {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return same_each_time(done.stdout)

    def client(self, service: str) -> Any:
        return self.sandbox.session().client(service)

    def outputs(self) -> Mapping[str, str]:
        """The outputs of the stack."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


@contextmanager
def scene(sandbox: Sandbox, root: Path) -> Iterator[Scene]:
    """A clone that is gone at the end. root: the clone whose labs and code it shares."""
    with TemporaryDirectory() as folder:
        yield Scene(Path(folder), sandbox, root)


def same_each_time(text: str) -> str:
    """What was printed, with one name in place of each that differs from run to run.

    >>> same_each_time("workshop-UsersTable-S8S7zgDQOyoA is ACTIVE")
    'workshop-UsersTable-7G3iwkNsgx17 is ACTIVE'
    """
    for pattern, same in DIFFERS_BY_RUN:
        text = re.sub(pattern, same, text)
    return text


def check(here: Scene) -> str:
    """Lab 1 as the getting-started page leads to it: one word of the template mended, and deployed."""
    here.workshop("begin", "1", "--language", "python", target=False)
    template = here.clone / "work" / "01-dynamodb" / "template.yaml"
    template.write_text(template.read_text().replace("AttributeType: TODO", "AttributeType: S"))
    here.workshop("deploy", "1")
    return here.workshop("check", "1")


def trace(here: Scene) -> str:
    """The first request to a backend that is right."""
    _whole_backend(here)
    user = {"userId": "ada", "name": "Ada"}
    requests.post(f"{here.outputs()['RestApiUrl']}/users", json=user, timeout=30).raise_for_status()
    return here.workshop("trace")


def doctor(here: Scene) -> str:
    """A request to a backend whose role names the table's ARN in another region."""
    _whole_backend(here)
    iam, role = here.client("iam"), here.outputs()["UsersRoleArn"].rpartition("/")[2]
    policy = iam.get_role_policy(RoleName=role, PolicyName="users-table")["PolicyDocument"]
    wrong = json.dumps(policy).replace(":us-east-1:", ":us-west-1:")
    iam.put_role_policy(RoleName=role, PolicyName="users-table", PolicyDocument=wrong)
    return here.workshop("doctor", f"{here.outputs()['RestApiUrl']}/users")


def _whole_backend(here: Scene) -> None:
    if not (here.clone / "work" / "05-troubleshooting").exists():
        here.workshop("begin", "5", "--from", "ours", "--language", "python", "--deploy")


SHOWN: Mapping[str, Callable[[Scene], str]] = {"check": check, "trace": trace, "doctor": doctor}
"""What prints what a picture shows; they build on one another, in this order."""
