"""Which table a function asks, and which is meant: by its errors, its variables and its role's policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from workshop.doctor.aws import Plain, Unread
from workshop.doctor.aws_errors import NOT_FOUND, AwsError, find_error
from workshop.doctor.context import Context

TABLE = ":table/"
EXCEEDED = "ProvisionedThroughputExceededException"


@dataclass(frozen=True)
class Asked:
    """The table that the function asks. variable: the environment variable that names it, or ""."""

    name: str
    region: str
    variable: str


def error_of(context: Context) -> AwsError | None:
    """The error of an AWS service in the invocation's log; None if there is none."""
    found = context.seen_invocation
    return find_error(found.words) if found else None


def demand_log(context: Context) -> None:
    """Raises Unread where the request failed and its log may not be read."""
    if not context.reply.is_fine:
        _ = context.invocation


def asked(context: Context) -> Asked | None:
    """The table that the function asks: by an error that names it, else by a variable."""
    configuration = context.configuration or {}
    variables = configuration.get("Environment", {}).get("Variables", {})
    error = error_of(context)
    denied = error.denied if error else None
    if denied and TABLE in denied[1]:
        _, _, _, region, _, resource = denied[1].split(":", 5)
        name = resource.partition("/")[2].partition("/")[0]
    else:
        names = [value for key, value in variables.items() if "TABLE" in key.upper()]
        if not names:
            return None
        name, region = str(names[0]).rpartition(TABLE)[2], context.region
    variable = next((key for key, value in variables.items() if str(value).rpartition(TABLE)[2] == name), "")
    return Asked(name, region, variable)


def described(context: Context, one: Asked) -> Plain | None:
    """The asked table; None if there is none. Raises Unread."""
    return context.table(one.name, "" if one.region == context.region else one.region)


def meant(context: Context, one: Asked) -> str:
    """Another table that exists and is meant instead of `one`: the role's policies name it, or its name is
    most alike; "" if there is none."""
    for name in dict.fromkeys(_of_policies(context)):
        if name != one.name and _exists(context, name):
            return name
    if described(context, one) is not None:
        return ""
    try:
        names = [str(name) for name in context.aws.listed("dynamodb", "ListTables", "TableNames")]
    except Unread:
        return ""
    return next(iter(get_close_matches(one.name, names, 1)), "")


def is_wrong(context: Context) -> str:
    """The table that is meant, where the function asks another one and fails for it; else ""."""
    error, one = error_of(context), asked(context)
    if error is None or one is None or not (error.denied or error.code in NOT_FOUND):
        return ""
    if error.denied and TABLE not in error.denied[1]:
        return ""
    if one.region != context.region:
        return ""
    return meant(context, one)


def throttled(context: Context) -> list[str]:
    """Log lines of the last minutes that tell of throttled requests, as long as the table's capacity stands.

    Empty for a table that is on demand by now. Raises Unread.
    """
    one = asked(context)
    table = described(context, one) if one and one.name else None
    if table is None or not is_provisioned(table):
        return []
    capacity = table.get("ProvisionedThroughput", {})
    changed = [capacity.get(name) for name in ("LastIncreaseDateTime", "LastDecreaseDateTime")]
    changed.append(table.get("BillingModeSummary", {}).get("LastUpdateToPayPerRequestDateTime"))
    since = max((int(at.timestamp() * 1000) for at in changed if at), default=0)
    lines = context.recent(EXCEEDED)
    return [str(line["message"]) for line in lines if int(line["timestamp"]) >= since]


def is_provisioned(table: Plain) -> bool:
    """What a table is that says nothing of its mode."""
    return bool(table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED") == "PROVISIONED")


def capacity(table: Plain) -> str:
    """What the table takes, in words."""
    if not is_provisioned(table):
        return "on demand"
    given = table["ProvisionedThroughput"]
    return (
        f"provisioned to {given['WriteCapacityUnits']} write and {given['ReadCapacityUnits']} read units "
        "a second"
    )


def is_elsewhere(context: Context) -> bool:
    """Whether the function was refused a table of another region, and its own has one of that name."""
    error, one = error_of(context), asked(context)
    if error is None or not error.denied or one is None or one.region == context.region:
        return False
    return _exists(context, one.name)


def _of_policies(context: Context) -> Iterator[str]:
    """The names of the tables, in the function's region, that the role's policies allow something on."""
    role = context.role
    if role is None:
        return
    for policy in role.policies.identity:
        for statement in policy.statements:
            if statement.effect == "Allow":
                for arn in statement.resources or ():
                    parts = arn.split(":", 5)
                    is_table = len(parts) == 6 and parts[5].startswith("table/") and "*" not in parts[5]
                    if is_table and parts[2:5] == ["dynamodb", context.region, context.account]:
                        yield parts[5].split("/")[1]


def _exists(context: Context, name: str) -> bool:
    try:
        return context.table(name) is not None
    except Unread:
        return False
