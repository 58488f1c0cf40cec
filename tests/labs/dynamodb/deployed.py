"""The table that runs, and what may be said where there is none or where the template says something else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError

from tests.labs.dynamodb import messages
from workshop.checking.find import Found
from workshop.checking.finding import CheckFailed

TEMPLATE = "template.yaml"
OTHER_REGIONS = ("us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1")
"""Where learners are led by a region exported in their terminal."""


def find_table(lab: Any) -> Found:
    """The learner's table; the check ends where there is none, with the likeliest reason."""
    try:
        return lab.find("UsersTableName")
    except CheckFailed:
        _fail_if_template_is_broken(lab)
        _fail_if_elsewhere(lab)
        _fail_if_only_others(lab)
        raise


def describe(lab: Any, found: Found) -> dict[str, Any]:
    """The table's description; the check ends where the stack names one that is gone."""
    try:
        return lab.client("dynamodb").describe_table(TableName=found.name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        messages.TABLE_GONE.fail(how=found.how, table=found.name, prefix=lab.prefix)


def fail_if_only_saved(lab: Any, table: str, what: str, deployed: str, wanted: str) -> None:
    """End the check where the template already says what is wanted, and the table does not.

    what: `HASH` for the name of the partition key, or `BillingMode`.
    """
    saved = _saved(lab.folder / TEMPLATE)
    key = next((one for one in saved.get("KeySchema", []) if one.get("KeyType") == what), {})
    if wanted in (key.get("AttributeName"), saved.get(what)):
        messages.SAVED_NOT_DEPLOYED.fail(table=table, deployed=f"`{deployed}`", saved=f"`{wanted}`")


def _fail_if_template_is_broken(lab: Any) -> None:
    file = lab.folder / TEMPLATE
    try:
        yaml.compose(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return  # built without CloudFormation
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        messages.TEMPLATE_BROKEN.fail(
            where=f"{TEMPLATE}:{line}", file=TEMPLATE, line=line, problem=error.problem, prefix=lab.prefix
        )


def _fail_if_elsewhere(lab: Any) -> None:
    here = lab.target.region
    exported = (os.environ.get("AWS_REGION"), os.environ.get("AWS_DEFAULT_REGION"))
    for region in dict.fromkeys([*filter(None, exported), *OTHER_REGIONS]):
        if region == here:
            continue
        names = lab.session.client("dynamodb", region_name=region).list_tables()["TableNames"]
        ours = [name for name in names if name.startswith(f"{lab.prefix}-")]
        if ours:
            messages.ELSEWHERE.fail(region=here, there=f"a table {ours[0]}", other=region)


def _fail_if_only_others(lab: Any) -> None:
    names = lab.client("dynamodb").list_tables()["TableNames"]
    if names:
        messages.ONLY_OTHER_TABLES.fail(prefix=lab.prefix, tables=", ".join(names))


def _saved(file: Path) -> dict[str, Any]:
    """The properties of the table in a template; empty if there is no template, or no single table in it."""
    try:
        template = yaml.load(file.read_text(encoding="utf-8"), Loader=_Template)
        tables = [one for one in template["Resources"].values() if one["Type"] == "AWS::DynamoDB::Table"]
        return tables[0]["Properties"] if len(tables) == 1 else {}
    except (OSError, ValueError, yaml.YAMLError, LookupError, TypeError, AttributeError):
        return {}  # what the template says is of help, and nothing more, where a table is judged


class _Template(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, `!Ref` and others, which are not looked into."""


_Template.add_multi_constructor("!", lambda loader, suffix, node: None)
