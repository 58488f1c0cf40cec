"""The table: is it there, does its key fit what was sent, and does it take as much as comes?"""

from __future__ import annotations

import re

from workshop.doctor import loglines, tables, variables
from workshop.doctor.aws import Plain, Unread
from workshop.doctor.aws_errors import INVALID, NOT_FOUND, THROTTLED
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.layers import logs

NAME = "table"
_TYPES = {
    "S": "a string",
    "N": "a number",
    "B": "binary",
    "M": "a map",
    "L": "a list",
    "BOOL": "true or false",
}
_MISSING = re.compile(r"Missing the key (?P<key>\S+) in the item")
_SCHEMA = "provided key element does not match the schema"
_TYPE = re.compile(r"Type mismatch for key (?P<key>\S+) expected: (?P<expected>\w+) actual: (?P<actual>\w+)")
_VARIABLE = re.compile(r"process\.env\.(\w+)|environ(?:\.get\(|\[)[\"'](\w+)")
_KEY_IN_CODE = re.compile(r"\b(?:Key|Item)\s*[:=]\s*\{\s*[\"']?(?P<name>\w+)[\"']?\s*:")


def examine(context: Context) -> list[Cause]:
    """Broken where the function asks another table, one that is gone, by another key, or too often."""
    one, error = tables.asked(context), tables.error_of(context)
    if one is None:
        return []
    if not one.name:
        return _nameless(context)
    if not context.reply.is_fine and tables.is_elsewhere(context):
        return [_elsewhere(context, one)]
    wrong = "" if context.reply.is_fine else tables.is_wrong(context)
    if wrong:
        return [_wrong_name(context, one, wrong)]
    table = tables.described(context, one)
    if error is not None and not context.reply.is_fine:
        if table is None and (error.code in NOT_FOUND or error.denied):
            return [_gone(context, one)]
        if table is not None and error.code in INVALID:
            return _keys(context, table, error.text)
        if table is not None and error.code in THROTTLED:
            return [_throttled(table, f"the log: {error.code}: {error.text}", 0)]
    tables.demand_log(context)
    if table is not None and table["TableStatus"] not in ("ACTIVE", "UPDATING"):
        return [_not_active(table)]
    earlier = _earlier(context)
    return [_throttled(table, loglines.shortened(earlier[-1]), len(earlier))] if table and earlier else []


def sound(context: Context) -> str:
    one = tables.asked(context)
    table = tables.described(context, one) if one else None
    if table is None:
        return "no table that the function is known to ask"
    keys = ", ".join(_schema(table))
    return f"{table['TableName']} is {table['TableStatus']}, key {keys}, {tables.capacity(table)}"


def _nameless(context: Context) -> list[Cause]:
    """The code asks a table without a name: a variable that it reads is not there."""
    known = context.settings.get("Environment", {}).get("Variables", {})
    named = ["".join(pair) for pair in _VARIABLE.findall(context.package.source)]
    read = [name for name in named if name not in known]
    return [logs.variable_missing(context, read[0], context.package.line_with(read[0]))] if read else []


def _wrong_name(context: Context, one: tables.Asked, right: str) -> Cause:
    where = f"its environment variable {one.variable} says so" if one.variable else "its code says so"
    return Cause(
        "table-name-wrong",
        f"The function asks the table `{one.name}`, because {where}; the table that is meant is `{right}`.",
        f"Environment: {{Variables: {{{one.variable or 'TABLE_NAME'}: !Ref UsersTable}}}}",
        variables.command(context, one.variable or "TABLE_NAME", right),
        (f"asked for: {one.name}", f"there is:  {right}"),
    )


def _elsewhere(context: Context, one: tables.Asked) -> Cause:
    line = context.package.line_with(re.escape(one.region))
    return Cause(
        "table-region-differs",
        f"The function runs in {context.region} and asks the table {one.name} in {one.region}: its code "
        "names another region.",
        "CodeUri: .   # leave the region out of the client: Lambda sets AWS_REGION",
        f"aws dynamodb describe-table --table-name {one.name} --region {context.region}",
        tuple(filter(None, (line, f"the table is in {context.region}"))),
    )


def _gone(context: Context, one: tables.Asked) -> Cause:
    return Cause(
        "table-missing",
        f"The function asks the table `{one.name}` in {one.region}, and there is no table of that name.",
        "Type: AWS::DynamoDB::Table   # it was deleted by hand: deploy again after deleting the stack",
        f"aws dynamodb describe-table --table-name {one.name} --region {one.region}",
        (
            f"{one.variable or 'the code'} names {one.name}",
            "the role's policies name no other table that exists",
        ),
    )


def _keys(context: Context, table: Plain, text: str) -> list[Cause]:
    """The cause of a request whose key is not the table's."""
    key, kind = next(iter(_schema(table))).rstrip(")").split(" (")
    wrong_type = _TYPE.search(text)
    if wrong_type:
        return [_key_type(table, wrong_type["key"], wrong_type["expected"], wrong_type["actual"], text)]
    if not _MISSING.search(text) and _SCHEMA not in text:
        return []
    sent = _sent_key(context, key)
    named = f"`{sent}`" if sent else "another one"
    return [
        Cause(
            "key-name-differs",
            f"The table's partition key is called `{key}`, and the code sends {named}: the two names must be "
            "the same, letter by letter.",
            f"KeySchema: [{{AttributeName: {key}, KeyType: HASH}}]   # as it is: let the code send {key}",
            f"aws dynamodb describe-table --table-name {table['TableName']} --query Table.KeySchema",
            tuple(filter(None, (f"the log: {text}", f"KeySchema: {key} ({kind})", _line(context, sent)))),
        )
    ]


def _key_type(table: Plain, key: str, expected: str, actual: str, text: str) -> Cause:
    return Cause(
        "key-type-differs",
        f"The table's key `{key}` is of type {_named(expected)}, and the code sends a value of type "
        f"{_named(actual)}.",
        f"AttributeDefinitions: [{{AttributeName: {key}, AttributeType: {actual}}}]   # or send {expected}",
        f"aws dynamodb describe-table --table-name {table['TableName']} --query Table.AttributeDefinitions",
        (f"the log: {text}",),
    )


def _named(kind: str) -> str:
    """A type of DynamoDB with what it is called.

    >>> _named("S")
    'S (a string)'
    """
    name = _TYPES.get(kind)
    return f"{kind} ({name})" if name else kind


def _sent_key(context: Context, key: str) -> str:
    """The key's name in the code, where another one than the table's shows there."""
    try:
        found = [one["name"] for one in _KEY_IN_CODE.finditer(context.package.source)]
    except Unread:
        return ""
    return next((name for name in found if name != key), "")


def _line(context: Context, sent: str) -> str:
    """The line of the code that sends this key, or ""."""
    pattern = rf"\b(?:Key|Item)\s*[:=]\s*\{{\s*[\"']?{sent}\b"
    return context.package.line_with(pattern) if sent else ""


def _earlier(context: Context) -> list[str]:
    """Lines of requests before this one that were throttled; none where the log may not be read."""
    try:
        return tables.throttled(context)
    except Unread:
        return []


def _throttled(table: Plain, line: str, earlier: int) -> Cause:
    name = table["TableName"]
    often = f" ({earlier} log lines of the last 15 minutes say so)" if earlier else ""
    return Cause(
        "throttled",
        f"More comes than the table takes: it is {tables.capacity(table)}, and DynamoDB refused requests "
        f"beyond that{often}.",
        "BillingMode: PAY_PER_REQUEST   # or more of ProvisionedThroughput",
        f"aws dynamodb update-table --table-name {name} --billing-mode PAY_PER_REQUEST",
        (line,),
        despite_answer=True,
    )


def _not_active(table: Plain) -> Cause:
    name, status = table["TableName"], table["TableStatus"]
    return Cause(
        "table-not-active",
        f"The table {name} is {status}, so it takes no requests.",
        "Type: AWS::DynamoDB::Table",
        f"aws dynamodb wait table-exists --table-name {name}",
    )


def _schema(table: Plain) -> list[str]:
    types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    return [f"{one['AttributeName']} ({types[one['AttributeName']]})" for one in table["KeySchema"]]
