"""Faults that people ask about in public, each as a function of its own, with the page where it is asked."""

from dataclasses import dataclass

import pytest

from tests.workshop.doctor.faults import HTTP, REST
from tests.workshop.doctor.stack import KINDS

PYTHON_START = """import json, os
from decimal import Decimal
import boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
def handler(event, context):
    """


@dataclass(frozen=True)
class Asked:
    """page: where it is asked. cause, says: what the doctor is to name. kinds: of APIs where it shows."""

    id: str
    page: str
    language: str
    code: str
    cause: str
    says: str
    method: str = "GET"
    kinds: tuple[str, ...] = KINDS


ASKED = [
    Asked(
        "hello-world",
        "https://stackoverflow.com/questions/43708017/aws-lambda-api-gateway-error-malformed-lambda-proxy-response",
        "nodejs",
        'export const handler = async () => ({ Hello: "World" });',
        "malformed-result",
        "lacks a numeric statusCode, or its body is not a string",
        kinds=(REST,),
    ),
    Asked(
        "body-is-an-object",
        "https://qiita.com/polarbear08/items/3f5b8584154931f99f43",
        "python",
        "response = {'message': 'hello'}\n    return {'statusCode': 200, 'body': response}",
        "body-not-a-string",
        "not a string",
    ),
    Asked(
        "status-in-words",
        "https://www.codegenes.net/blog/aws-lambda-api-gateway-error-malformed-lambda-proxy-response",
        "python",
        "return {'statusCode': 'OK', 'body': 'hello'}",
        "malformed-result",
        "numeric statusCode",
    ),
    Asked(
        "nothing-returned",
        "https://repost.aws/knowledge-center/malformed-502-api-gateway",
        "nodejs",
        'export const handler = async () => { ({ statusCode: 200, body: "fine" }); };',
        "malformed-result",
        "lacks a numeric statusCode, or its body is not a string",
        kinds=(REST,),
    ),
    Asked(
        "sdk-of-version-2",
        "https://openillumi.com/?p=46295",
        "nodejs",
        'import AWS from "aws-sdk";\nexport const handler = async () => ({ statusCode: 200, body: "" });',
        "module-missing",
        "`aws-sdk`",
    ),
    Asked(
        "floats",
        "https://www.tecracer.com/blog/2023/09/teaching-boto3-to-store-floats-and-datetime-objects-in-dynamodb.html",
        "python",
        "table.put_item(Item={'userId': 'a', 'n': 0.5})\n    return {'statusCode': 200}",
        "unhandled-exception",
        "Float types are not supported",
    ),
    Asked(
        "decimals",
        "https://onlinecast.org.uk/post/error-in-getting-json-serializable-output-from-lambda-from",
        "python",
        "return {'statusCode': 200, 'body': json.dumps({'n': Decimal(1)})}",
        "unhandled-exception",
        "Decimal is not JSON serializable",
    ),
    Asked(
        "reserved-word",
        "https://adhdecode-articles-1.pages.dev/articles/dynamodb/dynamodb-expression-attribute-names/",
        "python",
        "table.update_item(Key={'userId': 'a'}, UpdateExpression='SET name = :v', "
        "ExpressionAttributeValues={':v': 'b'})\n    return {'statusCode': 200}",
        "unhandled-exception",
        "ValidationException to UpdateItem",
    ),
    Asked(
        "body-that-is-not-there",
        "https://stackoverflow.com/questions/41648467/getting-json-body-in-aws-lambda-via-api-gateway",
        "python",
        "return {'statusCode': 200, 'body': json.loads(event['body'])['name']}",
        "unhandled-exception",
        "KeyError: 'body'",
        kinds=(HTTP,),
    ),
    Asked(
        "body-that-is-null",
        "https://stackoverflow.com/questions/41648467/getting-json-body-in-aws-lambda-via-api-gateway",
        "python",
        "return {'statusCode': 200, 'body': json.loads(event['body'])['name']}",
        "unhandled-exception",
        "not NoneType",
        kinds=(REST,),
    ),
    Asked(
        "body-not-parsed",
        "https://jpdebug.com/p/1507500",
        "python",
        "return {'statusCode': 200, 'body': event['body']['userId']}",
        "unhandled-exception",
        "string indices must be integers",
        "POST",
    ),
    Asked(
        "an-index-of-its-own",
        "https://repost.aws/knowledge-center/dynamodb-access-denied-exception",
        "python",
        "from boto3.dynamodb.conditions import Key\n    table.query(IndexName='by-name', "
        "KeyConditionExpression=Key('name').eq('a'))\n    return {'statusCode': 200}",
        "action-not-allowed",
        "dynamodb:Query",
    ),
]


@pytest.fixture(scope="module")
def asked_stack(stack_in):
    """A stack whose code is exchanged, and at the end as it was."""
    given = {}

    def make(asked):
        stack = given[asked.language] = stack_in(asked.language)
        stack.put_code(app=PYTHON_START + asked.code if asked.language == "python" else asked.code)
        return stack

    yield make
    for stack in given.values():
        stack.put_code()


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.id)
def test_what_is_asked_in_public(asked_stack, asked):
    stack = asked_stack(asked)
    for kind in asked.kinds:
        report = stack.diagnose(kind, "asked", method=asked.method)
        assert report.cause is not None, report.examined
        assert (report.cause.id, asked.says in report.cause.says) == (asked.cause, True), report.cause.says
        invoked = stack.diagnose(kind, "asked", method=asked.method, invoke=True)
        assert invoked.cause is not None
        if asked.cause != "malformed-result":
            assert invoked.cause.id == asked.cause
        else:
            assert invoked.cause.id in ("malformed-result", "no-status-code")
            assert "invoked with the same event" in invoked.cause.seen[0]
