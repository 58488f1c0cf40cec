"""The Node.js runtime: module kinds, the SDK, callbacks, results and errors."""

from __future__ import annotations

import json

import pytest

from sandbox.functions import node_sdk
from tests.sandbox.cases import case
from tests.sandbox.roles import make_role

NODE = "nodejs24.x"
OLDER = "nodejs22.x"


@pytest.fixture(scope="session", autouse=True)
def sdk():
    """The SDK is installed once for the clone; a second call finds it."""
    return node_sdk.install()


@case("lam-env-node-extra")
def test_environment_variables(deploy, expected):
    function = deploy("export const handler = async () => process.env", NODE)
    seen = function.invoke().json
    expected.check_fields("env", seen)
    assert seen["AWS_EXECUTION_ENV"] == "AWS_Lambda_nodejs24.x"
    assert seen["_HANDLER"] == "index.handler"


@case("lam-ctx-node")
def test_context(deploy, expected):
    source = (
        "exports.handler = async (event, context) => ({\n"
        "  names: Object.keys(context), left: context.getRemainingTimeInMillis(),\n"
        "  memory: context.memoryLimitInMB, id: context.awsRequestId, arn: context.invokedFunctionArn})"
    )
    function = deploy({"index.js": source}, OLDER, Timeout=7)
    answer = function.invoke()
    names = set(answer.json["names"])
    for field in expected.take("fields"):
        wanted = {"succeed", "fail", "done"} if field == "succeed/fail/done" else {field.removesuffix("()")}
        assert wanted <= names
    assert expected.take("types") == {"memoryLimitInMB": "string"}
    assert answer.json["memory"] == "128"
    assert answer.json["id"] == answer.request_id
    assert answer.json["arn"] == function.arn
    assert 6000 < answer.json["left"] <= 7000


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"index.mjs": "export const handler = async () => 'x'"}, "index.handler"),
        ({"index.cjs": "exports.handler = async () => 'x'"}, "index.handler"),
        ({"index.js": "exports.handler = async () => 'x'"}, "index.handler"),
        (
            {"index.js": "export const handler = async () => 'x'", "package.json": '{"type": "module"}'},
            "index.handler",
        ),
        ({"index.mjs": "export default { handler: async () => 'x' }"}, "index.handler"),
        ({"src/app.mjs": "export const api = { users: { get: async () => 'x' } }"}, "src/app.api.users.get"),
        ({"index.mjs": "export const handler = () => 'x'"}, "index.handler"),
    ],
)
def test_kinds_of_modules_and_handlers(deploy, files, handler):
    assert deploy(files, NODE, Handler=handler).invoke().json == "x"


@pytest.mark.parametrize(
    "files",
    [
        {
            "index.mjs": (
                "import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';\n"
                "import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';\n"
                "const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));\n"
                "export const handler = async () => (await client.send(new ListTablesCommand({}))).TableNames"
            )
        },
        {
            "index.js": (
                "const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');\n"
                "const client = new DynamoDBClient({});\n"
                "exports.handler = async () => (await client.send(new ListTablesCommand({}))).TableNames;"
            )
        },
    ],
)
def test_the_sdk_reaches_the_sandbox(deploy, client, files):
    client("dynamodb").create_table(
        TableName="users",
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    role = make_role(client("iam"), "lister", "dynamodb:ListTables")
    answer = deploy(files, NODE, Timeout=20, Role=role).invoke()
    assert answer.json == ["users"]


@case("lam-err-node")
def test_an_error(deploy, expected):
    source = "export const handler = async () => {\n  throw new Error('boom');\n};\n"
    answer = deploy(source, NODE).invoke()
    trace = answer.json["trace"]
    expected.check_response(
        answer.status, answer.headers, answer.payload, meanings={"trace": lambda v: len(v) > 1}
    )
    assert list(answer.json) == ["errorType", "errorMessage", "trace"]
    assert trace[0] == "Error: boom"
    assert "(file:///var/task/index.mjs:2:9)" in trace[1]


@case("lam-err-node-nonerror")
def test_a_rejection_with_a_string(deploy, expected):
    answer = deploy("export const handler = () => Promise.reject('no')", NODE).invoke()
    expected.check_response(
        answer.status,
        answer.headers,
        answer.payload,
        meanings={"errorType": "string", "errorMessage": "no", "trace": lambda v: v == []},
    )


@case("lam-err-import-node")
@pytest.mark.parametrize("kind", ["esm", "commonjs"])
def test_a_missing_package(deploy, expected, kind):
    files = {"index.mjs": "import 'nowhere'"} if kind == "esm" else {"index.js": "require('nowhere')"}
    answer = deploy(files, NODE).invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)


@case("lam-err-handler-missing-node")
def test_an_export_that_is_absent(deploy, expected):
    answer = deploy("export const handler = 1", NODE, Handler="index.foo").invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)


@case("lam-err-handler-malformed-node")
def test_a_handler_without_a_dot(deploy, expected):
    answer = deploy("export const handler = 1", NODE, Handler="index").invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)


@case("lam-err-unhandled-rejection-node")
def test_an_unhandled_rejection(deploy, expected):
    source = (
        "export const handler = async () => {\n"
        "  Promise.reject(new TypeError('nobody awaits me'));\n"
        "  await new Promise((done) => setTimeout(done, 1000));\n};\n"
    )
    function = deploy(source, NODE)
    answer = function.invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)
    assert answer.json["errorMessage"] == "TypeError: nobody awaits me"
    assert "\tUnhandled Promise Rejection \t{" in answer.log


def test_an_uncaught_exception_ends_the_environment(deploy):
    source = (
        "let n = 0;\nexport const handler = async (event) => {\n"
        "  if (event.crash) { setTimeout(() => { throw new RangeError('later') }, 1);\n"
        "    await new Promise((done) => setTimeout(done, 1000)); }\n"
        "  return ++n;\n};\n"
    )
    function = deploy(source, NODE)
    assert function.invoke().json == 1
    answer = function.invoke({"crash": True})
    assert answer.json["errorType"] == "RangeError"
    assert answer.json["errorMessage"] == "later"
    assert function.invoke().json == 1


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("exports.handler = (event, context, callback) => callback(null, 'called')", "called"),
        (
            "exports.handler = (event, context, answer) => void setTimeout(() => answer(null, 'later'), 5)",
            "later",
        ),
        ("exports.handler = (event, context) => context.succeed('done')", "done"),
        ("exports.handler = (event, context, callback) => {}", None),
        ("exports.handler = async (event, context, callback) => 'promised'", "promised"),
    ],
)
def test_callbacks_of_older_runtimes(deploy, source, result):
    function = deploy({"index.js": source}, OLDER)
    assert function.invoke().json == result
    assert function.invoke().json == result


def test_a_callback_with_an_error(deploy):
    source = "exports.handler = (event, context, callback) => callback(new Error('by callback'))"
    answer = deploy({"index.js": source}, OLDER).invoke()
    assert (answer.error, answer.json["errorMessage"]) == ("Unhandled", "by callback")


def test_callback_waits_for_the_event_loop_to_be_empty(deploy):
    source = (
        "exports.handler = (event, context, callback) => {\n"
        "  context.callbackWaitsForEmptyEventLoop = event.wait;\n"
        "  setTimeout(() => console.log('in the end'), 200); callback(null, 'ok'); }"
    )
    function = deploy({"index.js": source}, OLDER)
    assert "in the end" in function.invoke({"wait": True}).log
    assert "in the end" not in function.invoke({"wait": False}).log


def test_callbacks_are_gone_in_nodejs24(deploy):
    source = "exports.handler = (event, context, callback) => callback(null, 'called')"
    answer = deploy({"index.js": source}, NODE).invoke()
    assert answer.json["errorType"] == "Runtime.CallbackHandlerDeprecated"
    assert "has removed support for callback-based function handlers" in answer.json["errorMessage"]


def test_nothing_left_to_do_and_no_answer(deploy):
    answer = deploy("export const handler = () => new Promise(() => {})", NODE).invoke()
    assert answer.json["errorType"] == "Runtime.ExitError"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (
            "export const handler = async () => { const a = {}; a.a = a; return a }",
            "Runtime.JSONStringifyError",
        ),
        ("export const handler = async () => {", "Runtime.UserCodeSyntaxError"),
        ("throw new EvalError('at import')", "EvalError"),
    ],
)
def test_other_failures(deploy, source, kind):
    answer = deploy(source, NODE).invoke()
    assert (answer.error, answer.json["errorType"]) == ("Unhandled", kind)


def test_a_handler_that_leaves_its_folder(deploy):
    answer = deploy("export const handler = 1", NODE, Handler="../index.handler").invoke()
    assert answer.json["errorType"] == "Runtime.MalformedHandlerName"


def test_a_large_event_and_result(deploy):
    function = deploy("export const handler = async (event) => event.text", NODE, MemorySize=512)
    text = "é" * 1_500_000
    assert function.invoke(json.dumps({"text": text}, ensure_ascii=False).encode()).json == text
