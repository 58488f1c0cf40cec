"""What all labs ask first: is it there, and does what was built before still stand?"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import yaml
from botocore.exceptions import ClientError

from workshop.checking.find import CONVENTIONS, Found, stack_of
from workshop.checking.finding import CheckFailed
from workshop.checking.message import Message

TEMPLATE = "template.yaml"
OTHER_REGIONS = ("us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1")
"""Where learners are led by a region exported in their terminal."""

DEPLOY = "workshop deploy {lab}, then: workshop check {lab}"

TEMPLATE_BROKEN = Message(
    saw="{file} cannot be read as YAML, line {line}: {problem}",
    expected="a template that CloudFormation can read, and a stack {prefix} made from it",
    why="A template that does not parse cannot be deployed, so there is no {kind}.",
    next_step=f"Mend line {{line}} of {{file}} (mind the indentation), then: {DEPLOY}",
)
ELSEWHERE = Message(
    saw="no {kind} in the region {region}, but {there} in {other}",
    expected="the {kind} in {region}, where the checks look",
    why="A stack lives in one region. A region or profile exported in your terminal leads somewhere else.",
    next_step="Remove what you have built there. Then: unset AWS_REGION AWS_DEFAULT_REGION AWS_PROFILE; "
    f"{DEPLOY}",
)
ONLY_OTHERS = Message(
    saw="no stack {prefix} and no {kind} named {name}; what is there instead: {others}",
    expected="a stack {prefix} whose output {output} names the {kind}, or a {kind} named {name}",
    why="What is named nb-… belongs to a notebook, which removes it. The lab's {kind} is one of its own.",
    next_step=f"Finish template.yaml, then: {DEPLOY}",
)
GONE = Message(
    saw="the {how} names the {kind} {name}, but there is no such {kind}",
    expected="the {kind} {name}",
    why="CloudFormation does not notice when somebody else deletes what it has made.",
    next_step=f"Remove the stack: aws cloudformation delete-stack --stack-name {{prefix}}. Then: {DEPLOY}",
)
BELOW = Message(
    saw="{saw}",
    expected="{expected}, as lab {below} leaves it",
    why="This lab builds on what you built before, so that has to stand first.",
    next_step="Mend it in template.yaml (workshop check {below} says more, once it is deployed), then: "
    f"{DEPLOY}",
)


def find_resource(lab: Any, output: str) -> Found:
    """What the output means; the check ends where there is nothing, with the likeliest reason."""
    try:
        return lab.find(output)
    except CheckFailed:
        kind = CONVENTIONS[output].kind
        _fail_if_template_is_broken(lab, kind)
        if stack_of(lab.client, lab.prefix) is None:
            _fail_if_elsewhere(lab, kind)
            _fail_if_only_others(lab, output)
        raise


def layers_below(lab: Any) -> None:
    """End the check unless what the labs before this one have built is there.

    Lab 2 needs the table, lab 3 the role too, lab 4 the function too, lab 5 both APIs too.
    """
    for number, stands in BUILT.items():
        if number < int(lab.number):
            stands(lab)


def describe_table(lab: Any, found: Found) -> dict[str, Any]:
    """The table's description; the check ends where there is no such table."""
    return _described(
        lab,
        "UsersTableName",
        found,
        lambda: lab.client("dynamodb").describe_table(TableName=found.name)["Table"],
    )


def describe_role(lab: Any, found: Found) -> dict[str, Any]:
    """The role as GetRole gives it; the check ends where there is no such role."""
    name = found.name.rpartition("/")[2]
    return _described(lab, "UsersRoleArn", found, lambda: lab.client("iam").get_role(RoleName=name)["Role"])


def describe_function(lab: Any, found: Found) -> dict[str, Any]:
    """The function's configuration; the check ends where there is no such function."""
    return _described(
        lab,
        "UsersFunctionName",
        found,
        lambda: lab.client("lambda").get_function_configuration(FunctionName=found.name),
    )


def _described(lab: Any, output: str, found: Found, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return ask()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("ResourceNotFoundException", "NoSuchEntity"):
            raise
        GONE.fail(
            kind=CONVENTIONS[output].kind, name=found.name, how=found.how, prefix=lab.prefix, lab=lab.number
        )


def _table_stands(lab: Any) -> None:
    table = describe_table(lab, find_resource(lab, "UsersTableName"))
    keys = [f"{key['AttributeName']} ({key['KeyType']})" for key in table["KeySchema"]]
    if keys != ["userId (HASH)"]:
        saw = f"the table {table['TableName']} has the key {', '.join(keys)}"
        BELOW.fail(saw=saw, expected="the partition key userId alone", below=1, lab=lab.number)


def _role_stands(lab: Any) -> None:
    describe_role(lab, find_resource(lab, "UsersRoleArn"))


def _function_stands(lab: Any) -> None:
    function = describe_function(lab, find_resource(lab, "UsersFunctionName"))
    if function["State"] not in ("Active", "Inactive"):
        saw = f"the function {function['FunctionName']} is {function['State']}: {function.get('StateReason')}"
        BELOW.fail(saw=saw, expected="a function that is Active", below=3, lab=lab.number)


def _apis_stand(lab: Any) -> None:
    http, rest = (find_resource(lab, output) for output in ("HttpApiUrl", "RestApiUrl"))
    known = [one["ApiId"] for one in lab.client("apigatewayv2").get_apis()["Items"]]
    if not any(one in http.name for one in known):
        GONE.fail(kind="HTTP API", name=http.name, how=http.how, prefix=lab.prefix, lab=lab.number)
    known = [one["id"] for one in lab.client("apigateway").get_rest_apis()["items"]]
    if not any(one in rest.name for one in known):
        GONE.fail(kind="REST API", name=rest.name, how=rest.how, prefix=lab.prefix, lab=lab.number)


BUILT: dict[int, Callable[[Any], None]] = {
    1: _table_stands,
    2: _role_stands,
    3: _function_stands,
    4: _apis_stand,
}
"""What each lab leaves behind."""


def _fail_if_template_is_broken(lab: Any, kind: str) -> None:
    file = lab.folder / TEMPLATE
    try:
        yaml.compose(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return  # built without CloudFormation
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        TEMPLATE_BROKEN.fail(
            where=f"{TEMPLATE}:{line}",
            file=TEMPLATE,
            line=line,
            problem=error.problem,
            prefix=lab.prefix,
            kind=kind,
            lab=lab.number,
        )


def _fail_if_elsewhere(lab: Any, kind: str) -> None:
    here = lab.target.region
    exported = (os.environ.get("AWS_REGION"), os.environ.get("AWS_DEFAULT_REGION"))
    for region in dict.fromkeys([*filter(None, exported), *OTHER_REGIONS]):
        if region == here:
            continue
        names = lab.session.client("dynamodb", region_name=region).list_tables()["TableNames"]
        ours = [name for name in names if name.startswith(f"{lab.prefix}-")]
        if ours:
            there = f"a table {ours[0]}"
            ELSEWHERE.fail(kind=kind, region=here, there=there, other=region, lab=lab.number)


def _fail_if_only_others(lab: Any, output: str) -> None:
    convention = CONVENTIONS[output]
    others = _others(lab, output)
    if others:
        ONLY_OTHERS.fail(
            prefix=lab.prefix,
            kind=convention.kind,
            name=f"{lab.prefix}-{convention.suffix}",
            output=output,
            others=", ".join(others),
            lab=lab.number,
        )


def _others(lab: Any, output: str) -> list[str]:
    """The names of what is of the same kind; of roles only a notebook's, for AWS makes some of its own."""
    names = {
        "UsersTableName": lambda: lab.client("dynamodb").list_tables()["TableNames"],
        "UsersRoleArn": lambda: [
            role["RoleName"]
            for role in lab.client("iam").list_roles()["Roles"]
            if role["RoleName"].startswith("nb-")
        ],
        "UsersFunctionName": lambda: [
            one["FunctionName"] for one in lab.client("lambda").list_functions()["Functions"]
        ],
        "HttpApiUrl": lambda: [one["Name"] for one in lab.client("apigatewayv2").get_apis()["Items"]],
        "RestApiUrl": lambda: [one["name"] for one in lab.client("apigateway").get_rest_apis()["items"]],
    }
    return names[output]()
