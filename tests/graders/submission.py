"""What a learner may hand in: the solution of a lab with some edits, deployed, and graded.

`mistakes/LAB.yaml` holds submissions with one mistake each, `right/LAB.yaml` right answers of another shape:

    - id: python-get-eventual         names language and mistake
      check: get-user                 the one check that must fail
      message: GET_EVENTUAL           which of the lab's messages it must show; left out for the plugin's own
      words: [GetItem]                words of the learner's own in it
      edits:                          each replaces a text that stands once in the file, or the whole file
        - {file: users.py, replace: ", ConsistentRead=True", with: ""}
        - {file: data.txt, random: 1200}          a new file of that many KB, which no zip makes smaller
      deployed: [edits …]             what runs, where it is not what is saved; or `nothing`
      table: {…}                      CreateTable's parameters instead of a deployed template
      calls:                          AWS calls after the deployment; {UsersRoleName}: see `calls.names`
        - iam.delete_role_policy: {RoleName: "{UsersRoleName}", PolicyName: users-table}
        - apigatewayv2.create_api: {Name: workshop-users, ProtocolType: HTTP}
          as: api                     so that later calls may say {api.ApiId}
      region: eu-west-1               where it runs
      refused: true                   the deployment fails
      gone: true                      the table is deleted after the deployment
      status: CREATING                how the table is said to be
      users: 30                       how many users of the learner's own are in it
      ticket: {…}                     lab 5: the ticket, and its diagnosis; see tests/graders/tickets.py
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from tests.graders.calls import Calls
from tests.repository.sources import ROOT
from workshop.deploy import FellShort
from workshop.deploy.run import Deployment, Order
from workshop.target import Target

HERE = Path(__file__).parent
TEMPLATE = "template.yaml"
STACK = "workshop"
COMMON = ("lab.toml", "README.md")

Language = Literal["python", "nodejs"]


@dataclass(frozen=True)
class Edit:
    """One edit of a file of the solution. replace: None makes `text` the whole file; text None removes it."""

    file: str
    text: str | None
    replace: str | None = None
    everywhere: bool = False

    def apply(self, folder: Path) -> None:
        """Edit the file in `folder`. Raises ValueError if what is replaced is not there, or not once."""
        path = folder / self.file
        if self.text is None:
            path.unlink()
            return
        if self.replace is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text)
            return
        before = path.read_text()
        times = before.count(self.replace)
        if times == 0 or (times > 1 and not self.everywhere):
            raise ValueError(f"{self.replace!r} stands {times} times in {self.file}")
        path.write_text(before.replace(self.replace, self.text))


@dataclass(frozen=True)
class Submission:
    """One submission; see the head of this module."""

    lab: str
    id: str
    edits: tuple[Edit, ...] = ()
    deployed: tuple[Edit, ...] | None = ()
    table: dict[str, Any] | None = None
    calls: tuple[dict[str, Any], ...] = ()
    region: str | None = None
    refused: bool = False
    gone: bool = False
    status: str | None = None
    users: int = 0
    ticket: dict[str, Any] | None = None
    check: str = ""
    message: str | None = None
    words: tuple[str, ...] = ()

    @property
    def language(self) -> Language:
        return "nodejs" if self.id.startswith("node-") else "python"

    def write(self, work: Path) -> Path:
        """Lay the submission out as a learner's folder of the lab, in `work`; that folder."""
        folder = copy_of(ROOT / "solutions" / self.lab, work / self.lab, self.language)
        for edit in self.edits:
            edit.apply(folder)
        return folder

    def deploy(self, folder: Path, target: Target) -> None:
        """Make what runs, as `workshop deploy` does it or call by call."""
        there = replace(target, region=self.region or target.region)
        outputs: Mapping[str, str] = {}
        if self.table is not None:
            there.session().client("dynamodb").create_table(**self.table)
        elif self.deployed is not None:
            outputs = self._deploy_template(folder, there)
        if self.calls:
            Calls(there, outputs, folder).make(self.calls)
        if self.gone or self.users:
            self._change_tables(target)

    def _change_tables(self, target: Target) -> None:
        dynamodb = target.session().client("dynamodb")
        for name in dynamodb.list_tables()["TableNames"] if self.gone else ():
            dynamodb.delete_table(TableName=name)
        for number in range(self.users):
            (name,) = dynamodb.list_tables()["TableNames"]
            dynamodb.put_item(TableName=name, Item=own_user(number))

    def _deploy_template(self, folder: Path, target: Target) -> Mapping[str, str]:
        """The outputs of the stack. What is deployed and not saved is in a folder of its own."""
        with tempfile.TemporaryDirectory() as elsewhere:
            what_runs = Path(elsewhere, "lab")
            shutil.copytree(folder, what_runs)
            for edit in self.deployed or ():
                edit.apply(what_runs)
            with pytest.raises(FellShort) if self.refused else nullcontext():
                return deploy(what_runs / TEMPLATE, target)
        return {}


def copy_of(source: Path, folder: Path, language: Language) -> Path:
    """A copy of a lab's folder as `workshop begin` lays it out: common files, and those of one language."""
    ignored = shutil.ignore_patterns("python", "nodejs", *COMMON)
    shutil.copytree(source, folder, ignore=ignored)
    unit_tests = shutil.ignore_patterns("test_*", "*.test.mjs", "__pycache__")
    shutil.copytree(source / language, folder, dirs_exist_ok=True, ignore=unit_tests)
    return folder


def deploy(template: Path, target: Target) -> Mapping[str, str]:
    """Deploy a learner's template and the code beside it; the stack's outputs. Raises FellShort."""
    order = Order(
        template=template,
        target=target,
        prefix=STACK,
        again="workshop deploy",
        say=lambda line: None,
        ask=lambda question: True,
        clone=ROOT,
    )
    return Deployment(order).run()


def own_user(number: int) -> dict[str, Any]:
    """A user of the learner's own, in DynamoDB's types, some of which JSON does not hold."""
    return {"userId": {"S": f"own-{number}"}, "bytes": {"B": b"0"}, "set": {"NS": ["1", "2.5"]}}


def submissions(kind: Literal["mistakes", "right"], lab: str) -> list[Submission]:
    """What `mistakes/LAB.yaml` or `right/LAB.yaml` holds."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast; every worker reads them all
    entries = yaml.load((HERE / kind / f"{lab}.yaml").read_text(), loader)
    return [_submission(lab, entry) for entry in entries]


def _submission(lab: str, entry: dict[str, Any]) -> Submission:
    given = dict(entry)
    deployed = given.pop("deployed", [])
    return Submission(
        lab=lab,
        edits=tuple(_edit(edit) for edit in given.pop("edits", [])),
        calls=tuple(given.pop("calls", [])),
        deployed=None if deployed == "nothing" else tuple(_edit(edit) for edit in deployed),
        words=tuple(given.pop("words", [])),
        **given,
    )


def _edit(entry: dict[str, Any]) -> Edit:
    if "random" in entry:
        return Edit(entry["file"], random.Random(0).randbytes(entry["random"] * 1024).hex())
    return Edit(entry["file"], entry["with"], entry.get("replace"), entry.get("everywhere", False))
