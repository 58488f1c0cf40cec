"""A clone with two small labs, in a temporary folder, and its verbs."""

import json
import sys

from typer.testing import CliRunner

from tests.repository.sources import ROOT
from tests.workshop.terminal import type_into
from workshop import cli

LAB = """
title = "DynamoDB: the table"
minutes = 60
cost = "nearly nothing"
objectives = ["make a table"]
key_points = ["1.1 Create the table"]
creates = ["the stack workshop"]
stretch = ["capacity"]

[hints]
table-active = ["is it there?", "look at the type", "write S"]
partition-key = ["which name?", "two places", "write userId"]
capacity = ["units", "sizes", "29 %"]
"""
CHECKS = ("table-active", "partition-key", "capacity")

SECOND = """
title = "IAM: the role"
minutes = 60
cost = "nothing"
objectives = ["make a role"]
key_points = ["2.1 Least privilege"]
creates = ["a role"]

[hints]
trust = ["who?", "lambda", "lambda.amazonaws.com"]
"""

FILES = {
    "pyproject.toml": "",
    "mkdocs.yml": "",
    ".venv/setup-stamp.json": "{}",
    "notebooks/00-tour.ipynb": "the tour",
    "notebooks/01-dynamodb.ipynb": json.dumps({"cells": []}),
    "labs/README.md": "not a lab",
    "labs/01-dynamodb/lab.toml": LAB,
    "labs/01-dynamodb/README.md": "the brief",
    "labs/01-dynamodb/template.yaml": "AttributeType: TODO\n",
    "labs/01-dynamodb/python/users.py": "TODO = 'python'\n",
    "labs/01-dynamodb/nodejs/users.mjs": "TODO = 'nodejs'\n",
    "labs/01-dynamodb/__pycache__/users.pyc": "what a tool left behind",
    "labs/02-iam/lab.toml": SECOND,
    "labs/02-iam/template.yaml": "Role: TODO\n",
    "solutions/01-dynamodb/template.yaml": "AttributeType: S\n",
    "solutions/01-dynamodb/python/users.py": "DONE = 'python'\n",
    "solutions/01-dynamodb/python/test_users.py": "assert True\n",
    "solutions/01-dynamodb/nodejs/users.mjs": "DONE = 'nodejs'\n",
}


def make_clone(folder, **changes):
    """Writes the clone into `folder` and returns it. changes: texts by file name; None leaves one out."""
    for name, text in {**FILES, **changes}.items():
        if text is not None:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    return folder


def names_in(folder):
    """The names of all files below `folder`."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def in_clone(clone, monkeypatch):
    """Lets the verbs of this process take `clone` for theirs."""
    for module in ("workshop.clone", "workshop.deploy.verb", "workshop.checking.verb"):
        monkeypatch.setattr(f"{module}.clone_folder", lambda: clone)


def workshop(*arguments, **options):
    """What the verb said, and its exit code; a Problem is raised, as `main` meets it."""
    result = CliRunner().invoke(cli.app, [str(argument) for argument in arguments], **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output, result.exit_code


IN_CLONE = """
import pathlib, sys, workshop.clone
clone = pathlib.Path(sys.argv.pop(1))
workshop.clone.clone_folder = lambda: clone
from workshop.cli import main
main()
"""


def type_into_clone(clone, typed, *arguments):
    """The verb in a terminal and a process of its own; (exit code, all it showed)."""
    return type_into([sys.executable, "-c", IN_CLONE, clone, *arguments], typed, cwd=ROOT)
