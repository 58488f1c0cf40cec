"""Probes of the logic layer."""

from __future__ import annotations

import base64
import re

from benchmarks.peers.probe import expect, probe, refused
from benchmarks.peers.world import NODE, World, policy

LAYER = "lambda"


def python(*lines: str) -> str:
    """A handler of these lines."""
    return "def handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)


@probe("lam-invoke-event", LAYER, "An asynchronous call is answered 202 at once, with no body.")
def asynchronous(world: World) -> None:
    function = world.function(python("return 1"))
    answer = world.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
    expect(answer["StatusCode"] == 202 and not answer["Payload"].read(), answer["StatusCode"])


@probe("lam-ctx-node", LAYER, "A Node.js ES module runs, and its context knows function and request.")
def node(world: World) -> None:
    code = (
        "export const handler = async (event, context) => Object.keys(context).concat(context.functionName);"
    )
    function = world.function(code, NODE)
    error, keys, _ = world.invoke(function)
    expect(not error and function in keys and "awsRequestId" in keys, keys)


@probe("lam-err-python", LAYER, "What a Python handler raises is told with type, message and stack trace.")
def raised(world: World) -> None:
    error, value, _ = world.invoke(world.function(python('raise Exception("Handler fails")')))
    keys = {"errorMessage", "errorType", "requestId", "stackTrace"}
    expect(error == "Unhandled" and set(value) == keys, value)
    expect(value["errorType"] == "Exception" and '"/var/task/app.py"' in value["stackTrace"][0], value)


@probe("lam-err-node", LAYER, "What a Node.js handler throws is told with type, message and trace.")
def thrown(world: World) -> None:
    function = world.function('export const handler = async () => { throw new Error("boom"); };', NODE)
    error, value, _ = world.invoke(function)
    expect(error == "Unhandled" and value["errorType"] == "Error", value)
    expect(value["errorMessage"] == "boom" and value["trace"][0] == "Error: boom", value)


@probe(
    "lam-err-import-python", LAYER, "A package that is missing is a Runtime.ImportModuleError that names it."
)
def no_module(world: World) -> None:
    error, value, _ = world.invoke(world.function("import nosuchpackage\n" + python("return 1")))
    words = "Unable to import module 'app': No module named 'nosuchpackage'"
    expect(error == "Unhandled" and value["errorType"] == "Runtime.ImportModuleError", value)
    expect(value["errorMessage"] == words, value)


@probe(
    "lam-timeout",
    LAYER,
    "A handler that takes too long is ended, and the answer says after how many seconds.",
)
def timeout(world: World) -> None:
    function = world.function("import time\n" + python("time.sleep(5)"), Timeout=1)
    error, value, _ = world.invoke(function)
    words = r"RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds"
    expect(error == "Unhandled" and value.get("errorType") == "Sandbox.Timedout", value)
    expect(re.fullmatch(words, value["errorMessage"]), value)


@probe(
    "log-report-cold", LAYER, "The log of a cold start ends with REPORT: durations, memory, Init Duration."
)
def report(world: World) -> None:
    _, _, answer = world.invoke(world.function(python("return 1")))
    log = base64.b64decode(answer.get("LogResult", "")).decode()
    words = r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\t.*Memory Size: 128 MB\t.*Init Duration: [\d.]+ ms"
    expect(re.search(words, log), log.strip().splitlines()[-1:])


@probe(
    "lam-role-not-assumable", LAYER, "A role that Lambda may not take is refused when the function is made."
)
def role(world: World) -> None:
    words = "The role defined for the function cannot be assumed by Lambda."
    wrong = world.role(None, "ec2.amazonaws.com")
    refused("InvalidParameterValueException", words, world.function, code=python("return 1"), Role=wrong)


@probe(
    "lam-env-reserved-keys-rejected", LAYER, "A variable of Lambda's own, such as AWS_REGION, cannot be set."
)
def reserved(world: World) -> None:
    given = {"Variables": {"AWS_REGION": "eu-central-1"}}
    words = "reserved keys"
    refused(
        "InvalidParameterValueException", words, world.function, code=python("return 1"), Environment=given
    )


@probe(
    "ts-access-denied-chain", LAYER, "A handler has its role's rights only: what the role may not, is denied."
)
def own_role(world: World) -> None:
    code = "import boto3\n" + python(
        f'boto3.client("dynamodb").get_item(TableName="{world.users}", Key={{"pk": {{"S": "a"}}}})'
    )
    error, value, _ = world.invoke(world.function(code, Role=world.role(policy("Allow", "logs:*"))))
    words = "(AccessDeniedException) when calling the GetItem operation: User: arn:aws:sts::"
    expect(error == "Unhandled" and words in value["errorMessage"], value)
