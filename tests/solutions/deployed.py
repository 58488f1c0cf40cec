"""A solution laid out as in a learner's folder, and deployed as `workshop deploy` does it."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import Sandbox
from tests.repository.sources import ROOT
from workshop import folders
from workshop.catalogue import Lab
from workshop.deploy.run import Deployment, Order
from workshop.target import Target

LANGUAGES = ("python", "nodejs")
LABS = ("01-dynamodb", "02-iam", "03-lambda", "04-api-gateway")


@dataclass(frozen=True)
class Deployed:
    """The stack of a solution. session: of the account's administrator."""

    lab: str
    language: str
    session: Any
    outputs: Mapping[str, str]

    @property
    def log_group(self) -> str:
        cloudformation = self.session.client("cloudformation")
        found = cloudformation.describe_stack_resource(
            StackName="workshop", LogicalResourceId="UsersLogGroup"
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


def files_of(lab: str, language: str) -> dict[str, Path]:
    """A solution's files by their names in a learner's folder, as `workshop solve` copies them."""
    given = dict.fromkeys(("objectives", "key_points", "creates"), ())
    known = Lab(
        key=lab,
        number=int(lab[:2]),
        title="",
        minutes=0,
        cost="",
        hints={},
        folder=ROOT / "labs" / lab,
        solution=ROOT / "solutions" / lab,
        notebook=ROOT / "notebooks" / f"{lab}.ipynb",
        **given,
    )
    return folders.solution(known, language)


def fresh_account() -> str:
    """Twelve digits, used as the access key id of its administrator."""
    return f"{secrets.randbelow(9 * 10**11) + 10**11}"


def target_in(sandbox: Sandbox, account: str) -> Target:
    return Target("sandbox", sandbox.url, account, "us-east-1", account)


def deploy(lab: str, language: str, target: Target, say: Any = print) -> Mapping[str, str]:
    """Deploy a solution's folder; the stack's outputs. Raises FellShort if the stack fails."""
    with tempfile.TemporaryDirectory() as folder:
        for name, source in files_of(lab, language).items():
            Path(folder, name).write_bytes(source.read_bytes())
        order = Order(
            template=Path(folder, "template.yaml"),
            target=target,
            prefix="workshop",
            again="workshop deploy",
            say=say,
            ask=lambda _: True,
            clone=ROOT,
        )
        return Deployment(order).run()


def deployed(lab: str, language: str, sandbox: Sandbox) -> Deployed:
    """A solution in an account of its own."""
    account = fresh_account()
    outputs = deploy(lab, language, target_in(sandbox, account))
    return Deployed(lab, language, sandbox.session(account), outputs)
