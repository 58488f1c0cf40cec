"""Incidents in the code: a release that somebody made last night."""

from __future__ import annotations

from workshop.doctor.layers import function, logs, result, table
from workshop.incidents.incident import CREATE, LIST, Incident, Request, Stops
from workshop.incidents.releases import Change, release
from workshop.incidents.stack import Stack

CODE = frozenset({"code"})


def _released(
    id_: str,
    layers: tuple[str, ...],
    cause: str,
    stops: Stops,
    change: Change,
    request: Request = CREATE,
) -> Incident:
    """layers: the doctor's first, then those that are as right."""

    def break_it(stack: Stack, kind: str) -> None:
        release(stack, change)

    return Incident(id_, layers[0], (cause,), break_it, CODE, stops, request, also=layers[1:])


def at_start(python: str, nodejs: str) -> Change:
    """A line at the start of the handler."""
    return {
        "python": ("    request = request_of(event)", f"    {python}\n    request = request_of(event)"),
        "nodejs": ("  const request = requestOf(event);", f"  {nodejs}\n  const request = requestOf(event);"),
    }


NO_STATUS_CODE: Change = {
    "python": ('"statusCode": status', '"status": status'),
    "nodejs": ("{ statusCode, ", "{ status: statusCode, "),
}
BODY_NOT_A_STRING: Change = {
    "python": ('"body": json.dumps(value, default=_plain)', '"body": value'),
    "nodejs": ("body: JSON.stringify(value, plain)", "body: value"),
}
UNHANDLED = at_start(
    'tenant = event["headers"]["x-tenant"]', "const tenant = event.headers['x-tenant'].trim();"
)
SYNTAX: Change = {
    "python": (
        "def create_user(table: Any, user: User) -> User:",
        "def create_user(table: Any, user: User -> User:",
    ),
    "nodejs": (
        "export async function createUser({ client, TableName }, user) {",
        "export async function createUser({ client, TableName }, user {",
    ),
}
RENAMED: Change = {
    "python": ("def handler(", "def handle_users("),
    "nodejs": ("export async function handler(", "export async function handleUsers("),
}
KEY_NAME: Change = {
    "python": (
        "table.put_item(Item=_to_item(user)",
        "table.put_item(Item={'id': user['userId'], 'name': user.get('name')}",
    ),
    "nodejs": ("Item: user,", "Item: { id: user.userId, name: user.name },"),
}
MODULE: Change = {
    "python": ("import boto3\nfrom botocore", "import boto3\nimport structlog\nfrom botocore"),
    "nodejs": ("import { NoSuchRoute, answer }", 'import "pino";\nimport { NoSuchRoute, answer }'),
}
REGION: Change = {
    "python": ('boto3.resource("dynamodb")', 'boto3.resource("dynamodb", region_name="eu-west-1")'),
    "nodejs": ("new DynamoDBClient({})", 'new DynamoDBClient({ region: "eu-west-1" })'),
}
MEMORY = at_start(
    "cache = [bytearray(50_000_000) for _ in range(40)]",
    "const cache = []; for (let i = 0; i < 60; i += 1) cache.push(Buffer.alloc(50_000_000, 1));",
)
EXIT = at_start("import os; os._exit(3)", "process.exit(3);")
VARIABLE: Change = {
    "python": (
        'boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])',
        'boto3.resource("dynamodb").Table(os.environ["USERS_TABLE"])',
    ),
    "nodejs": ("process.env.TABLE_NAME", "process.env.USERS_TABLE"),
}

RESULT, TABLE = (result.NAME,), (table.NAME,)
LOG, FUNCTION = (logs.NAME, function.NAME), (function.NAME, logs.NAME)

INCIDENTS = (
    _released("no-status-code", RESULT, "no-status-code", "result", NO_STATUS_CODE),
    _released("body-not-a-string", RESULT, "body-not-a-string", "result", BODY_NOT_A_STRING, LIST),
    _released("unhandled-exception", LOG, "unhandled-exception", "start", UNHANDLED),
    _released("syntax-error", FUNCTION, "syntax-error", "start", SYNTAX),
    _released("handler-renamed", FUNCTION, "handler-missing", "start", RENAMED),
    _released("key-name-wrong", TABLE, "key-name-differs", "table", KEY_NAME),
    _released("module-missing", LOG, "module-missing", "start", MODULE),
    _released("region-in-the-code", TABLE, "table-region-differs", "call", REGION),
    _released("out-of-memory", LOG, "out-of-memory", "start", MEMORY),
    _released("process-ended", LOG, "process-exited", "start", EXIT),
    _released("variable-of-another-name", (*LOG, table.NAME), "variable-missing", "start", VARIABLE),
)
