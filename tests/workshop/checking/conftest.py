"""A made-up clone for each of these tests."""

import secrets
from functools import cached_property
from pathlib import Path
from textwrap import dedent

import pytest

from workshop.checking import run_checks
from workshop.checking.verb import Options, check
from workshop.target import sandbox_at

LAB = """
title = "DynamoDB: the database layer"
minutes = 60
cost = "nothing"
objectives = ["a"]
key_points = ["b"]
creates = ["c"]
[hints]
one = ["first", "second", "third"]
"""
HEAD = "from workshop.checking import Evidence, check, fail, not_shown\n"


class Clone:
    """A clone with labs of its own. graders: the code of `tests/labs/test_01_dynamodb.py`."""

    def __init__(self, folder: Path, url: str, account: str) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.graders = folder / "tests" / "labs"
        self.environ = {"SANDBOX_URL": url, "AWS_ACCESS_KEY_ID": account}
        self.account = account
        for name in ("pyproject.toml", "mkdocs.yml"):
            (folder / name).write_text("")
        self.graders.mkdir(parents=True)
        (folder / "docs" / "layers").mkdir(parents=True)
        (folder / "docs" / "layers" / "1-dynamodb.md").write_text("# One { #one }\n")
        self.add_lab("01-dynamodb")
        self.begin("01-dynamodb")

    @cached_property
    def target(self):
        return sandbox_at(self.environ["SANDBOX_URL"], self.account)

    def add_lab(self, key):
        lab = self.folder / "labs" / key
        lab.mkdir(parents=True)
        (lab / "lab.toml").write_text(LAB)
        self.write_checks("@check('It is', guide='dynamodb#one')\ndef test_one(lab): pass", key)

    def begin(self, key):
        (self.work / key).mkdir(parents=True)

    def write_checks(self, code, key="01-dynamodb"):
        (self.graders / f"test_{key.replace('-', '_')}.py").write_text(HEAD + dedent(code))

    def run(self, code=None, keys=("01-dynamodb",), **options):
        """The results of run_checks."""
        if code is not None:
            self.write_checks(code)
        return run_checks(self.graders, self.work, self.target, keys, environ=self.environ, **options)

    def one(self, code):
        """The result of the first check."""
        return next(self.run(code).checks())

    def check(self, **options):
        """The exit code of `workshop check`."""
        return check(Options(**options), self.folder, self.environ)


@pytest.fixture
def clone(tmp_path, sandbox):
    return Clone(tmp_path, sandbox.url, str(100000000000 + secrets.randbelow(800000000000)))
