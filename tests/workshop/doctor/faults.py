"""Faults: each breaks a running stack through AWS APIs, says which cause is to be named, and mends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from tests.workshop.doctor.stack import Stack

FAULTS = {}
"""By their names."""

HTTP, REST = "HttpApiUrl", "RestApiUrl"


@dataclass(frozen=True)
class Fault:
    """cause: the id that the doctor is to name. says: words of its sentence. kinds: of APIs."""

    name: str
    cause: str
    says: str
    break_it: Callable
    kinds: tuple[str, ...] = (HTTP, REST)


def fault(cause, says="", kinds=(HTTP, REST)):
    """Registers a generator that breaks a stack, yields, and mends it."""

    def register(function):
        name = function.__name__.replace("_", "-")
        FAULTS[name] = Fault(name, cause, says, contextmanager(function), kinds)
        return function

    return register


def changed(text, *pairs):
    """The text with the first of the pairs whose first half is in it exchanged."""
    for old, new in pairs:
        if old in text:
            return text.replace(old, new)
    raise AssertionError(f"nothing to change: {pairs}")


def code(name, *pairs):
    """A fault of the code: a file's text changed."""

    def break_code(stack: Stack):
        stack.put_code(**{name: changed(stack.source(name), *pairs)})
        yield
        stack.put_code()

    return break_code


def in_handler(python, nodejs):
    """A fault of the code: a line at the start of the handler."""
    return code(
        "app",
        ("    request = request_of(event)", f"    {python}\n    request = request_of(event)"),
        ("  const request = requestOf(event);", f"  {nodejs}\n  const request = requestOf(event);"),
    )


def register_code(name, cause, says, break_code, kinds=(HTTP, REST)):
    FAULTS[name] = Fault(name, cause, says, contextmanager(break_code), kinds)


register_code(
    "no-status-code",
    "no-status-code",
    "no statusCode",
    code("proxy", ('"statusCode": status', '"status": status'), ("{ statusCode, ", "{ status: statusCode, ")),
)
register_code(
    "body-not-a-string",
    "body-not-a-string",
    "not a string",
    code("proxy", ("json.dumps(value, default=_plain)", "value"), ("JSON.stringify(value, plain)", "value")),
)
register_code(
    "unhandled-exception",
    "unhandled-exception",
    "nothing in the code catches it",
    in_handler("raise RuntimeError('boom')", "throw new RangeError('boom');"),
)
register_code(
    "syntax-error",
    "syntax-error",
    "syntax error",
    code(
        "users",
        ("def create_user(", "def create_user((("),
        ("export async function createUser(", "export async function createUser((("),
    ),
)
register_code(
    "handler-renamed",
    "handler-missing",
    "renamed",
    code(
        "app",
        ("def handler(", "def handle("),
        ("export async function handler(", "export async function handle("),
    ),
)
register_code(
    "module-missing",
    "module-missing",
    "`nothere`",
    code(
        "app",
        ("import json\n", "import json\nimport nothere\n"),
        ("import { NoSuchRoute", 'import "nothere";\nimport { NoSuchRoute'),
    ),
)
register_code(
    "out-of-memory",
    "out-of-memory",
    "memory",
    in_handler(
        "hoard = [bytearray(50_000_000) for _ in range(40)]",
        "const hoard = []; for (let i = 0; i < 60; i += 1) hoard.push(Buffer.alloc(50_000_000, 1));",
    ),
)
register_code(
    "key-name-wrong",
    "key-name-differs",
    "`userId`",
    code(
        "users",
        ("table.put_item(Item=_to_item(user)", "table.put_item(Item={'id': user['userId']}"),
        ("Item: user", "Item: { id: user.userId }"),
    ),
)
register_code(
    "process-ended",
    "process-exited",
    "ended by itself",
    in_handler("import os; os._exit(3)", "process.exit(3);"),
)


@fault("timeout", "Timeout of 1 s")
def timeout_too_short(stack):
    stack.configure(Timeout=1)
    slow = in_handler("__import__('time').sleep(3)", "await new Promise((done) => setTimeout(done, 3000));")
    yield from slow(stack)
    stack.configure(Timeout=10)


@fault("handler-file-missing", "has no file")
def handler_string_wrong(stack):
    stack.configure(Handler="main.handler")
    yield
    stack.configure(Handler="app.handler")


def policy(change):
    """A fault of the policy on the table: its document as text, changed."""

    def break_policy(stack: Stack):
        right = stack.policy()
        stack.put_policy(change(json.dumps(right), stack))
        yield
        stack.put_policy(right)

    return break_policy


register_code(
    "put-item-missing",
    "action-not-allowed",
    "dynamodb:PutItem",
    policy(lambda text, stack: text.replace('"dynamodb:PutItem", ', "")),
)
register_code(
    "arn-of-another-region",
    "resource-arn-differs",
    "region",
    policy(lambda text, stack: text.replace(":us-east-1:", ":eu-west-1:")),
)
register_code(
    "arn-one-letter-off",
    "resource-arn-differs",
    "name",
    policy(lambda text, stack: text.replace(stack.table, stack.table[:-1])),
)


@fault("explicit-deny", "explicitly")
def explicit_deny(stack):
    deny = {"Effect": "Deny", "Action": "dynamodb:Put*", "Resource": "*"}
    stack.put_policy({"Version": "2012-10-17", "Statement": [deny]}, "no-writes")
    yield
    stack.client("iam").delete_role_policy(RoleName=stack.role, PolicyName="no-writes")


@fault("trust-without-lambda", "lambda.amazonaws.com")
def trust_of_another_service(stack):
    iam = stack.client("iam")
    right = json.dumps(iam.get_role(RoleName=stack.role)["Role"]["AssumeRolePolicyDocument"])
    wrong = right.replace("lambda.amazonaws.com", "ec2.amazonaws.com")
    iam.update_assume_role_policy(RoleName=stack.role, PolicyDocument=wrong)
    yield
    iam.update_assume_role_policy(RoleName=stack.role, PolicyDocument=right)


@fault("table-name-wrong", "the table that is meant is")
def table_name_wrong(stack):
    stack.configure(Environment={"Variables": {"TABLE_NAME": "users"}})
    yield
    stack.configure(Environment={"Variables": {"TABLE_NAME": stack.table}})


@fault("may-not-invoke", "may not invoke")
def invoke_permission_missing(stack):
    functions = stack.client("lambda")
    right = json.loads(functions.get_policy(FunctionName=stack.function)["Policy"])["Statement"]
    for one in right:
        functions.remove_permission(FunctionName=stack.function, StatementId=one["Sid"])
    yield
    for one in right:
        functions.add_permission(
            FunctionName=stack.function,
            StatementId=one["Sid"],
            Action=one["Action"],
            Principal=one["Principal"]["Service"],
            SourceArn=one["Condition"]["ArnLike"]["AWS:SourceArn"],
        )


@fault("no-concurrency", "reserved concurrency of 0")
def reserved_concurrency_zero(stack):
    functions = stack.client("lambda")
    functions.put_function_concurrency(FunctionName=stack.function, ReservedConcurrentExecutions=0)
    yield
    functions.delete_function_concurrency(FunctionName=stack.function)


@fault("log-not-allowed", "may not write")
def log_permission_missing(stack):
    right = stack.policy("users-logs")
    stack.client("iam").delete_role_policy(RoleName=stack.role, PolicyName="users-logs")
    stack.put_code()
    yield
    stack.put_policy(right, "users-logs")


def _route(stack, key):
    client = stack.client("apigatewayv2")
    routes = client.get_routes(ApiId=stack.ids[HTTP])["Items"]
    return next(one for one in routes if one["RouteKey"] == key)


@fault("no-such-path", "nearest is POST /user", (HTTP,))
def route_path_wrong(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    client.update_route(ApiId=stack.ids[HTTP], RouteId=one["RouteId"], RouteKey="POST /user")
    get = _route(stack, "GET /users")
    client.update_route(ApiId=stack.ids[HTTP], RouteId=get["RouteId"], RouteKey="GET /user")
    yield
    client.update_route(ApiId=stack.ids[HTTP], RouteId=get["RouteId"], RouteKey="GET /users")
    client.update_route(ApiId=stack.ids[HTTP], RouteId=one["RouteId"], RouteKey="POST /users")


@fault("no-such-method", "not the method POST", (HTTP,))
def route_method_wrong(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    client.update_route(ApiId=stack.ids[HTTP], RouteId=one["RouteId"], RouteKey="PUT /users")
    yield
    client.update_route(ApiId=stack.ids[HTTP], RouteId=one["RouteId"], RouteKey="POST /users")


@fault("function-missing", "no such function", (HTTP,))
def integration_to_a_deleted_function(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    where = {"ApiId": stack.ids[HTTP], "IntegrationId": one["Target"].rpartition("/")[2]}
    right = client.get_integration(**where)["IntegrationUri"]
    client.update_integration(**where, IntegrationUri=right.replace(stack.function, f"{stack.function}-old"))
    yield
    client.update_integration(**where, IntegrationUri=right)


@fault("payload-format", "payload format 1.0", (HTTP,))
def payload_format_mismatch(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    where = {"ApiId": stack.ids[HTTP], "IntegrationId": one["Target"].rpartition("/")[2]}
    reads = in_handler(
        "method = event['requestContext']['http']['method']", "const { method } = event.requestContext.http;"
    )
    client.update_integration(**where, PayloadFormatVersion="1.0")
    yield from reads(stack)
    client.update_integration(**where, PayloadFormatVersion="2.0")


def _deploy(stack):
    return stack.client("apigateway").create_deployment(restApiId=stack.ids[REST], stageName="prod")


def _resource(stack, path):
    items = stack.client("apigateway").get_resources(restApiId=stack.ids[REST], embed=["methods"])["items"]
    return next(one for one in items if one["path"] == path)


@fault("no-such-path", "no route for the path /users", (REST,))
def resource_path_wrong(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"]}
    client.update_resource(**where, patchOperations=[{"op": "replace", "path": "/pathPart", "value": "user"}])
    _deploy(stack)
    yield
    client.update_resource(
        **where, patchOperations=[{"op": "replace", "path": "/pathPart", "value": "users"}]
    )
    _deploy(stack)


@fault("not-deployed", "never deployed", (REST,))
def change_not_deployed(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"], "httpMethod": "POST"}
    made = users["resourceMethods"]["POST"]["methodIntegration"]
    client.delete_method(**where)
    _deploy(stack)
    client.put_method(**where, authorizationType="NONE")
    client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=made["uri"])
    yield
    _deploy(stack)


@fault("deployed-other-target", "older deployment", (REST,))
def integration_mended_and_not_deployed(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"], "httpMethod": "POST"}
    right = users["resourceMethods"]["POST"]["methodIntegration"]["uri"]
    wrong = right.replace("/invocations", "-old/invocations")
    client.update_integration(**where, patchOperations=[{"op": "replace", "path": "/uri", "value": wrong}])
    _deploy(stack)
    client.update_integration(**where, patchOperations=[{"op": "replace", "path": "/uri", "value": right}])
    yield
    _deploy(stack)


@fault("integration-method", "POST only", (REST,))
def integration_by_get(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"], "httpMethod": "POST"}
    patch = {"op": "replace", "path": "/httpMethod"}
    client.update_integration(**where, patchOperations=[{**patch, "value": "GET"}])
    _deploy(stack)
    yield
    client.update_integration(**where, patchOperations=[{**patch, "value": "POST"}])
    _deploy(stack)


@fault("table-missing", "no table of that name")
def table_deleted(stack):
    client = stack.client("dynamodb")
    told = client.describe_table(TableName=stack.table)["Table"]
    client.delete_table(TableName=stack.table)
    client.get_waiter("table_not_exists").wait(TableName=stack.table)
    yield
    client.create_table(
        TableName=stack.table,
        KeySchema=told["KeySchema"],
        AttributeDefinitions=told["AttributeDefinitions"],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=stack.table)


@fault("variable-missing", "USERS_TABLE")
def variable_under_another_name(stack):
    reads = in_handler("os.environ['USERS_TABLE']", "void 0;")
    if stack.language == "nodejs":
        reads = code("app", ("process.env.TABLE_NAME", "process.env.USERS_TABLE"))
    yield from reads(stack)


@fault("key-type-differs", "type S")
def key_of_another_type(stack):
    sends = code(
        "users",
        ("table.put_item(Item=_to_item(user)", "table.put_item(Item={'userId': 7}"),
        ("Item: user", "Item: { userId: 7 }"),
    )
    yield from sends(stack)


@fault("alias-missing", "no such version or alias", (HTTP,))
def integration_to_a_missing_alias(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    where = {"ApiId": stack.ids[HTTP], "IntegrationId": one["Target"].rpartition("/")[2]}
    right = client.get_integration(**where)["IntegrationUri"]
    wrong = right.replace(stack.function, f"{stack.function}:live")
    client.update_integration(**where, IntegrationUri=wrong)
    yield
    client.update_integration(**where, IntegrationUri=right)


@fault("handled-error", "ValidationException")
def handler_answers_500_for_a_service(stack):
    """DynamoDB refuses the expression, for no reason that a layer knows."""
    turned = code(
        "users",
        ('ConditionExpression="attribute_not_exists(userId)"', 'ConditionExpression="attribute_not_exists("'),
        ('"attribute_not_exists(userId)"', '"attribute_not_exists("'),
    )
    yield from turned(stack)


@fault("table-region-differs", "asks the table")
def region_in_the_code(stack):
    elsewhere = code(
        "app",
        ('boto3.resource("dynamodb")', 'boto3.resource("dynamodb", region_name="eu-west-1")'),
        ("new DynamoDBClient({})", 'new DynamoDBClient({ region: "eu-west-1" })'),
    )
    yield from elsewhere(stack)


@fault("request-refused", "Invalid request body", (REST,))
def validator_of_the_api(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    api = {"restApiId": stack.ids[REST]}
    schema = json.dumps({"type": "object", "required": ["name"]})
    client.create_model(**api, name="Named", contentType="application/json", schema=schema)
    validator = client.create_request_validator(**api, name="body", validateRequestBody=True)["id"]
    where = {**api, "resourceId": users["id"], "httpMethod": "POST"}
    client.update_method(
        **where,
        patchOperations=[
            {"op": "replace", "path": "/requestValidatorId", "value": validator},
            {"op": "add", "path": "/requestModels/application~1json", "value": "Named"},
        ],
    )
    _deploy(stack)
    yield
    client.update_method(
        **where,
        patchOperations=[
            {"op": "replace", "path": "/requestValidatorId", "value": ""},
            {"op": "remove", "path": "/requestModels/application~1json"},
        ],
    )
    client.delete_request_validator(**api, requestValidatorId=validator)
    client.delete_model(**api, modelName="Named")
    _deploy(stack)


@fault("boundary-or-other-policy", "the permissions boundary")
def boundary_without_the_table(stack):
    iam = stack.client("iam")
    allow = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    arn = iam.create_policy(PolicyName="logs-only", PolicyDocument=document)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName=stack.role, PermissionsBoundary=arn)
    yield
    iam.delete_role_permissions_boundary(RoleName=stack.role)
    iam.delete_policy(PolicyArn=arn)


@fault("role-may-not-invoke", "takes on the role", (HTTP,))
def integration_by_a_role_that_trusts_another(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    where = {"ApiId": stack.ids[HTTP], "IntegrationId": one["Target"].rpartition("/")[2]}
    client.update_integration(**where, CredentialsArn=stack.outputs["UsersRoleArn"])
    yield
    client.update_integration(**where, CredentialsArn="")


@fault("integration-elsewhere", "no function is asked", (REST,))
def integration_of_a_mock_without_a_status(stack):
    client, users = stack.client("apigateway"), _resource(stack, "/users")
    where = {"restApiId": stack.ids[REST], "resourceId": users["id"], "httpMethod": "POST"}
    uri = users["resourceMethods"]["POST"]["methodIntegration"]["uri"]
    client.put_integration(**where, type="MOCK", requestTemplates={"application/json": "{}"})
    _deploy(stack)
    yield
    client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    _deploy(stack)


@fault("no-integration", "it has no integration", (HTTP,))
def integration_deleted(stack):
    client, one = stack.client("apigatewayv2"), _route(stack, "POST /users")
    where = {"ApiId": stack.ids[HTTP], "RouteId": one["RouteId"]}
    client.delete_route(**where)
    bare = client.create_route(ApiId=stack.ids[HTTP], RouteKey="POST /users")["RouteId"]
    yield
    client.update_route(ApiId=stack.ids[HTTP], RouteId=bare, Target=one["Target"])
