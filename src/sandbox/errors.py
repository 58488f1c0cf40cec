"""AWS's errors, and how each protocol writes them."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any
from xml.sax import saxutils

from sandbox.messages import Reply

CORAL_SERVICE = "com.amazon.coral.service#"
CORAL_VALIDATE = "com.amazon.coral.validate#"
CORAL_AVAILABILITY = "com.amazon.coral.availability#"

# How DynamoDB names the namespace of an error in __type (cases ddb-type-namespaces).
_DYNAMODB_NAMESPACES = {
    "ValidationException": CORAL_VALIDATE,
    "AccessDeniedException": CORAL_SERVICE,
    "UnrecognizedClientException": CORAL_SERVICE,
    "InvalidSignatureException": CORAL_SERVICE,
    "MissingAuthenticationTokenException": CORAL_SERVICE,
    "IncompleteSignatureException": CORAL_SERVICE,
    "UnknownOperationException": CORAL_SERVICE,
    "SerializationException": CORAL_SERVICE,
    "ThrottlingException": CORAL_AVAILABILITY,
}


class AwsError(Exception):
    """An error as an AWS service answers it: code, message, HTTP status and further fields.

    message_key: under which Lambda's control plane gives the message: `Message`, but `message` where the
    front of all services answers, before Lambda itself.

    >>> AwsError("ResourceNotFoundException", "Requested resource not found", 400).code
    'ResourceNotFoundException'
    """

    def __init__(
        self, code: str, message: str, status: int = 400, message_key: str = "Message", **fields: Any
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.message_key = message_key
        self.fields = fields


class NotModelled(AwsError):
    """What the sandbox does not model: named, never answered with a made-up success."""

    def __init__(self, what: str, instead: str = "") -> None:
        self.what = what
        message = f"The sandbox does not model {what}."
        super().__init__("NotImplemented", f"{message} {instead}".strip(), 501)


def error_reply(protocol: str, service: str, error: AwsError, request_id: str | None = None) -> Reply:
    """`error` as the protocol (`json`, `rest-json`, `query`, `rest-xml`) of `service` writes it."""
    request_id = request_id or str(uuid.uuid4())
    if protocol == "rest-xml":
        return _rest_xml(error, request_id)
    if protocol == "query":
        return _query(error, request_id)
    if protocol == "rest-json":
        return _rest_json(service, error, request_id)
    return _json(service, error, request_id)


def _json(service: str, error: AwsError, request_id: str) -> Reply:
    if service in ("dynamodb", "dynamodbstreams"):
        prefix = _DYNAMODB_NAMESPACES.get(error.code, "com.amazonaws.dynamodb.v20120810#")
    else:
        prefix = ""
    version = "1.0" if service in ("dynamodb", "dynamodbstreams") else "1.1"
    # Refusals by IAM, and of what cannot be read, carry a capital M, all else a small one
    # (case ddb-accessdenied-wire; dynalite, validations/index.js).
    key = "Message" if error.code in ("AccessDeniedException", "SerializationException") else "message"
    body = json.dumps({"__type": prefix + error.code, key: error.message, **error.fields})
    return Reply(
        error.status,
        (("Content-Type", f"application/x-amz-json-{version}"), ("x-amzn-RequestId", request_id)),
        body.encode(),
    )


def _rest_json(service: str, error: AwsError, request_id: str) -> Reply:
    if service == "lambda":
        kind = "Service" if error.status >= 500 else "User"
        body: dict[str, Any] = {"Type": kind, error.message_key: error.message, **error.fields}
    else:
        body = {"message": error.message, **error.fields}
    headers = (("x-amzn-ErrorType", error.code), ("x-amzn-RequestId", request_id))
    return Reply.of_json(body, error.status, headers)


_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _xml(text: str) -> str:
    return saxutils.escape(_NOT_IN_XML.sub("\ufffd", text))


def _query(error: AwsError, request_id: str) -> Reply:
    kind = "Receiver" if error.status >= 500 else "Sender"
    body = (
        f"<ErrorResponse><Error><Type>{kind}</Type><Code>{_xml(error.code)}</Code>"
        f"<Message>{_xml(error.message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    headers = (("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id))
    return Reply(error.status, headers, body.encode())


def _rest_xml(error: AwsError, request_id: str) -> Reply:
    extra = "".join(f"<{k}>{_xml(str(v))}</{k}>" for k, v in error.fields.items())
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{_xml(error.code)}</Code><Message>{_xml(error.message)}</Message>"
        f"{extra}<RequestId>{request_id}</RequestId></Error>"
    )
    headers = (("Content-Type", "application/xml"), ("x-amz-request-id", request_id))
    return Reply(error.status, headers, body.encode())
