"""A learner's clone, and the verb as typed there."""

import io
import secrets
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.repository.sources import ROOT
from tests.workshop.deploy.templates import USERS
from workshop.deploy import verb

LAB = """
title = "{title}"
minutes = 60
cost = "nothing"
objectives = ["o"]
key_points = ["k"]
creates = ["c"]
[hints]
"""


@dataclass
class Ended:
    """How the verb ended: exit code, what it said, and what of it went to stderr."""

    code: int
    out: str
    err: str

    @property
    def text(self):
        return self.out + self.err


@dataclass
class Learner:
    """Somebody with a clone, an account of their own, and two labs begun if they have templates."""

    clone: Path
    url: str
    account: str
    session: object
    environ: dict = field(default_factory=dict)

    def __post_init__(self):
        self.environ = {"SANDBOX_URL": self.url, "AWS_ACCESS_KEY_ID": self.account}

    def write(self, text, lab="01-dynamodb", name="template.yaml"):
        """Writes a file of the lab; with it, the lab is begun."""
        file = self.clone / "work" / lab / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def deploy(self, text=None, lab="1", yes=False, sam=False):
        """Types `workshop deploy`, with `text` as lab 1's template if it is given."""
        if text is not None:
            self.write(text)
        said, errors = [], io.StringIO()
        with redirect_stderr(errors):
            code = verb.deploy(lab, None, None, yes, sam, said.append, self.clone, self.environ)
        return Ended(code, "\n".join(said), errors.getvalue())

    def deployed(self, text=USERS):
        """Deploys and is sure that it went well; returns the name of the table."""
        ended = self.deploy(text, yes=True)
        assert ended.code == 0, ended.text
        return self.outputs()["UsersTableName"]

    def stack(self):
        return self.client("cloudformation").describe_stacks(StackName="workshop")["Stacks"][0]

    def outputs(self):
        return {one["OutputKey"]: one["OutputValue"] for one in self.stack()["Outputs"]}

    def stacks(self):
        return [one["StackStatus"] for one in self.client("cloudformation").describe_stacks()["Stacks"]]

    def open_change_sets(self):
        """The change sets that could still be executed."""
        listed = self.client("cloudformation").list_change_sets(StackName="workshop")["Summaries"]
        return [one["ChangeSetName"] for one in listed if one["ExecutionStatus"] != "EXECUTE_COMPLETE"]

    def client(self, service):
        return self.session.client(service)

    def put_users(self, table, number, key="userId"):
        batch = self.session.resource("dynamodb").Table(table)
        with batch.batch_writer() as writer:
            for index in range(number):
                writer.put_item(Item={key: f"user-{index}"})


@pytest.fixture
def learner(sandbox, tmp_path):
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    for name in ("pyproject.toml", "mkdocs.yml"):
        (tmp_path / name).write_text("")
    for key in ("01-dynamodb", "02-iam"):
        (tmp_path / "labs" / key).mkdir(parents=True)
        (tmp_path / "labs" / key / "lab.toml").write_text(LAB.format(title=key))
    return Learner(tmp_path, sandbox.url, account, sandbox.session(account))


@pytest.fixture
def starter():
    return (ROOT / "labs" / "01-dynamodb" / "template.yaml").read_text()


@pytest.fixture
def solution():
    return (ROOT / "solutions" / "01-dynamodb" / "template.yaml").read_text()
