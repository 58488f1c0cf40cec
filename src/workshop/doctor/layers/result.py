"""The result: did the function give a proxy response that API Gateway takes?

Source: API Gateway Developer Guide, *Output format of a Lambda function for proxy integration*; *Create
Lambda proxy integrations for HTTP APIs* (format 2.0 takes a result without a statusCode for the body itself).
"""

from __future__ import annotations

import json

from workshop.doctor import events, result_source
from workshop.doctor.aws import Unread
from workshop.doctor.aws_errors import find_error
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context

NAME = "result of the function"
MALFORMED = (500, 502)
OK = 200
_PARTS = {"body", "headers", "statusCode", "isBase64Encoded", "multiValueHeaders", "cookies"}
LONGEST = 200


def examine(context: Context) -> list[Cause]:
    """Broken where the function ended well and API Gateway could not make an answer of its result."""
    if _is_envelope(context):
        return [_no_status(context, (f"the answer: {context.reply.shown}",))]
    if not context.reply.is_fine and context.invocation is None:
        return []
    if not _is_refused(context):
        return []
    if context.invoke:
        return _by_invoke(context)
    return _by_source(context)


def sound(context: Context) -> str:
    if context.reply.by_gateway:
        return "there is nothing to be seen of a result"
    return f"API Gateway made an answer of it: {context.reply.status}"


def _is_envelope(context: Context) -> bool:
    """Whether the whole proxy response has become the body, as with format 2.0 without a statusCode."""
    value = context.reply.value
    return (
        context.reply.status == OK
        and isinstance(value, dict)
        and "body" in value
        and len(_PARTS & value.keys()) > 1
        and "statusCode" not in value
    )


def _is_refused(context: Context) -> bool:
    """Whether API Gateway itself says that it failed, and the log shows no failure of the function."""
    reply, said = context.reply, context.seen_invocation
    if not reply.by_gateway or reply.status not in MALFORMED:
        return False
    if said is None:
        return False
    failed = said.runtime_error or said.timed_out or (said.trouble and not said.trouble.caught)
    return said.ended and not failed and find_error(said.words) is None


def _by_source(context: Context) -> list[Cause]:
    """What the source shows; both kinds are named where it shows nothing."""
    try:
        found = result_source.suspects(context.package)
    except Unread:
        found = []
    seen = ("the log shows that the function ended without an error", f"the answer: {context.reply.shown}")
    if not found:
        return [
            Cause(
                "malformed-result",
                "The function ended without an error, and API Gateway could not read its result: it lacks a "
                "numeric statusCode, or its body is not a string.",
                _right(context),
                f"workshop doctor '{context.address.url}' --method {context.method} --invoke",
                seen,
            )
        ]
    first = found[0]
    if first.what == "no-status-code":
        return [_no_status(context, (first.place, *seen))]
    return [_body(context, (first.place, *seen))]


def _by_invoke(context: Context) -> list[Cause]:
    """What the function really gives for the same event."""
    made = context.integration
    event = events.event(context, made.payload if made else "1.0")
    answer = context.aws.ask("lambda", "Invoke", FunctionName=context.function.arn, Payload=json.dumps(event))
    text = bytes(answer["Payload"]).decode("utf-8", "replace") if answer else ""
    seen = (f"invoked with the same event it gave: {text if len(text) <= LONGEST else text[:LONGEST] + '…'}",)
    try:
        result = json.loads(text)
    except ValueError:
        result = None
    if not isinstance(result, dict):
        return [_malformed(context, "is no object", seen)]
    if "statusCode" not in result:
        return [_no_status(context, seen)]
    if not isinstance(result.get("body", ""), str | None):
        return [_body(context, seen)]
    if not str(result["statusCode"]).isdecimal():
        return [_malformed(context, f"has the statusCode {json.dumps(result['statusCode'])}", seen)]
    unknown = ", ".join(sorted(result.keys() - _PARTS))
    if unknown and context.api.kind == "REST API":
        return [_malformed(context, f"has keys that a REST API does not know ({unknown})", seen)]
    return []


def _right(context: Context) -> str:
    """What a proxy response looks like, in the function's language."""
    if str(context.settings.get("Runtime", "")).startswith("nodejs"):
        return "CodeUri: .   # return { statusCode: 200, body: JSON.stringify(value) };"
    return 'CodeUri: .   # return {"statusCode": 200, "body": json.dumps(value)}'


def _no_status(context: Context, seen: tuple[str, ...]) -> Cause:
    return Cause(
        "no-status-code",
        "The function's result has no statusCode, so API Gateway cannot tell which HTTP answer it is to make "
        "of it.",
        _right(context),
        f"aws lambda update-function-code --function-name {context.function.name} --zip-file fileb://code.zip",
        seen,
    )


def _body(context: Context, seen: tuple[str, ...]) -> Cause:
    return Cause(
        "body-not-a-string",
        "The body of the function's result is not a string: an object has to be made into text before it is "
        "returned.",
        _right(context),
        f"aws lambda update-function-code --function-name {context.function.name} --zip-file fileb://code.zip",
        seen,
    )


def _malformed(context: Context, how: str, seen: tuple[str, ...]) -> Cause:
    return Cause(
        "malformed-result",
        f"The function's result {how}, so API Gateway cannot make an HTTP answer of it.",
        _right(context),
        f"aws lambda update-function-code --function-name {context.function.name} --zip-file fileb://code.zip",
        seen,
    )
