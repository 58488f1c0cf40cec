"""What the operations on functions have in common: finding the one that is named, and telling of it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import functions as kept
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.functions import names
from sandbox.functions.names import FunctionName
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

Json = dict[str, Any]


def read(call: ApiCall, caller: Caller) -> FunctionName:
    """The function that the call names, whether it exists or not."""
    parameters = call.parameters
    given = str(parameters["FunctionName"])
    return names.read(given, caller.account, call.region, parameters.get("Qualifier"))


def existing(call: ApiCall, caller: Caller) -> FunctionName:
    """The function that the call names. Raises AwsError if there is none, or no such version of it."""
    function = read(call, caller)
    if not kept.exists(*of(function)):
        raise names.not_found(function, qualified=False)
    return function


def check_unqualified(function: FunctionName) -> None:
    """Raise AwsError for a version or an alias, where only the function itself can be meant.

    Text: recorded for PutFunctionConcurrency (localstack/localstack, TestLambdaReservedConcurrency); that
    the two updates say the same is an assumption.
    """
    if function.qualifier not in (None, names.LATEST):
        text = (
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
            "operation. Please specify either a function name or an unqualified function ARN."
        )
        raise AwsError("InvalidParameterValueException", text, message_key="message")


def of(function: FunctionName) -> tuple[str, str, str, str]:
    """Account, region, name and qualifier, by which the state knows a function."""
    return function.account, function.region, function.name, function.qualifier or names.LATEST


async def ask(backend: MotoBackend, call: ApiCall, caller: Caller) -> Json:
    """moto's answer to a call. Raises AwsError where moto refuses."""
    reply = await backend.call(call, caller.account)
    try:
        body = json.loads(reply.body or b"{}")
    except ValueError:
        body = {}
    if reply.status < 400:
        return dict(body)
    code = reply.header("x-amzn-errortype") or str(body.get("__type", "ServiceException"))
    message = str(body.get("message") or body.get("Message") or "")
    raise AwsError(code.rpartition("#")[2].partition(":")[0], message, reply.status)


def configuration(function: FunctionName) -> Json:
    """The configuration of a function, version or alias, as GetFunctionConfiguration has it."""
    return mended(kept.find_function(*of(function)).get_configuration(), function)


def mended(answer: Json, function: FunctionName) -> Json:
    """moto's configuration of a function as AWS has it; its ARN ends in the qualifier that was asked for."""
    present = {key: value for key, value in answer.items() if value not in (None, [])}
    return {**present, **kept.extras(*of(function)), "FunctionArn": function.qualified_arn}


def check_revision(wanted: str | None, revision: str, ask_by: str = "GetFunction/GetAlias") -> None:
    """Raise PreconditionFailedException where a call was meant for another revision.

    Text: localstack/localstack, tests/aws/services/lambda_, TestLambdaRevisions (recorded on AWS).
    """
    if wanted and wanted != revision:
        text = (
            "The Revision Id provided does not match the latest Revision Id. "
            f"Call the {ask_by} API to retrieve the latest Revision Id"
        )
        raise AwsError("PreconditionFailedException", text, 412)


def answer(body: Json, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A reply that carries a request id, as all of Lambda's do."""
    return Reply.of_json(body, status, (*request_id(), *headers))


def request_id() -> tuple[tuple[str, str], ...]:
    return (("x-amzn-RequestId", str(uuid.uuid4())),)


def paged(items: list[Json], parameters: Json, key: str, most: int) -> Json:
    """One page of a list by MaxItems and Marker; the marker is the position the next page begins at."""
    marker = str(parameters.get("Marker") or "0")
    if not marker.isdecimal():
        raise AwsError("InvalidParameterValueException", "Invalid marker")
    begin = int(marker)
    end = begin + min(int(parameters.get("MaxItems") or most), most)
    more = {"NextMarker": str(end)} if end < len(items) else {}
    return {key: items[begin:end], **more}
