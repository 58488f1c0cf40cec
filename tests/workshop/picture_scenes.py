"""Snapshots of a backend as it grows, for the tests of the pictures."""

from dataclasses import replace

from workshop.picture.snapshot import Api, Function, Permission, Role, Route, Snapshot, Stage, Table

TABLE_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/nb-users"
CALLS = ("PutItem", "GetItem", "UpdateItem", "DeleteItem", "Scan")
ROUTES = (
    "POST /users",
    "GET /users",
    "GET /users/{userId}",
    "PATCH /users/{userId}",
    "DELETE /users/{userId}",
)


def permission(api_id):
    arn = f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/*"
    return Permission("apigateway.amazonaws.com", arn)


def api(kind, name, function, payload, stages=()):
    routes = tuple(Route(key, function, payload) for key in ROUTES)
    return Api(kind, f"{kind.lower()}1", name, routes, tuple(stages))


TABLE = Table("nb-users", "ACTIVE", ("userId (S)",), True)
ROLE = Role("nb-role", ("lambda.amazonaws.com",), tuple((f"dynamodb:{c}", TABLE_ARN) for c in CALLS))
BARE_ROLE = replace(ROLE, trusts=("ec2.amazonaws.com",), allows=())
PYTHON = Function("nb-python", "python3.13", "users.handler", "nb-role", "nb-users", "", ())
LIVE_PYTHON = replace(PYTHON, log_group="/aws/lambda/nb-python", permissions=(permission("http1"),))
NODE = Function("nb-node", "nodejs24.x", "users.handler", "nb-role", "nb-users", "", (permission("rest1"),))
WRONG = replace(PYTHON, name="nb-wrong", permissions=(permission("http1"),))
HTTP = api("HTTP", "nb-http", "nb-python", "2.0", [Stage("$default", True, True)])
REST = api("REST", "nb-rest", "nb-node", "1.0")
LIVE_REST = replace(REST, stages=(Stage("prod", False, True),))


def and_wrong(api):
    return replace(api, routes=(*api.routes, Route("GET /wrong", "nb-wrong", "2.0")))


NOTHING = Snapshot()
GROWTH = {
    "nothing": NOTHING,
    "table": Snapshot((TABLE,)),
    "bare role": Snapshot((TABLE,), (BARE_ROLE,)),
    "role": Snapshot((TABLE,), (ROLE,)),
    "python": Snapshot((TABLE,), (ROLE,), (PYTHON,)),
    "http": Snapshot((TABLE,), (ROLE,), (PYTHON,), (HTTP,)),
    "permission": Snapshot((TABLE,), (ROLE,), (LIVE_PYTHON,), (HTTP,)),
    "rest": Snapshot((TABLE,), (ROLE,), (LIVE_PYTHON, NODE), (HTTP, REST)),
    "deployed": Snapshot((TABLE,), (ROLE,), (LIVE_PYTHON, NODE), (HTTP, LIVE_REST)),
    "wrong": Snapshot((TABLE,), (ROLE,), (LIVE_PYTHON, NODE, WRONG), (and_wrong(HTTP), and_wrong(LIVE_REST))),
    "gone": NOTHING,
    "log group": Snapshot(log_groups=("/aws/lambda/nb-python",)),
}
"""The tour, step by step, by what is new in each."""
