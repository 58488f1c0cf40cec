"""Lambda's control plane: validates, lets moto keep the state, and mends moto's answers.

What moto 5.2 has wrong or lacks: State on creation, LoggingConfig, RevisionId, fields that are null,
errors without `Type`, the role's trust policy, runtimes, limits, and everything about code but its hash.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import functions as kept
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError, NotModelled
from sandbox.functions import names, runtimes, validation
from sandbox.functions.names import FunctionName
from sandbox.functions.package import CodeStore
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

Retire = Callable[[str, str, str], None]

MOST_RESERVED = 1000
LEAST_UNRESERVED = 100
"""Concurrency of an account and region, and what functions may not reserve of it (Lambda quotas)."""

_REFUSED = {
    "CreateEventSourceMapping": "event source mappings",
    "PublishLayerVersion": "layers",
    "CreateFunctionUrlConfig": "function URLs",
    "PutFunctionEventInvokeConfig": "settings of asynchronous invocation",
    "InvokeWithResponseStream": "response streaming",
    "InvokeAsync": "InvokeAsync",
}
_INSTEAD = {"CreateFunctionUrlConfig": "Put an HTTP API before the function.", "InvokeAsync": "Use Invoke."}


class Control:
    """The operations on functions. retire: is told account, region and name when a function changes."""

    def __init__(self, backend: MotoBackend, code: CodeStore, retire: Retire) -> None:
        self._backend = backend
        self._code = code
        self._retire = retire
        self.operations = {
            ("lambda", "CreateFunction"): self.create,
            ("lambda", "GetFunction"): self.get,
            ("lambda", "GetFunctionConfiguration"): self.get_configuration,
            ("lambda", "ListFunctions"): self.list_functions,
            ("lambda", "UpdateFunctionCode"): self.update_code,
            ("lambda", "UpdateFunctionConfiguration"): self.update_configuration,
            ("lambda", "DeleteFunction"): self.delete,
            ("lambda", "PublishVersion"): self.publish,
            ("lambda", "PutFunctionConcurrency"): self.put_concurrency,
            ("lambda", "AddPermission"): self.add_permission,
            ("lambda", "RemovePermission"): self.remove_permission,
            ("lambda", "GetPolicy"): self.get_policy,
            **{("lambda", name): self.refuse for name in _REFUSED},
        }

    async def create(self, call: ApiCall, caller: Caller) -> Reply:
        parameters = call.parameters
        function = names.read(str(parameters["FunctionName"]), caller.account, call.region)
        validation.check_new(parameters)
        await asyncio.to_thread(validation.check_settings, parameters, caller.account)
        if kept.exists(function.account, function.region, function.name, names.LATEST):
            raise AwsError("ResourceConflictException", f"Function already exist: {function.name}", 409)
        await self._check_code(call, caller, parameters.get("Code") or {})
        answer = await self._ask(call, caller)
        kept.amend(function.account, function.region, function.name, parameters)
        configuration = self._mended(answer, function)
        configuration |= {
            "State": "Pending",
            "StateReason": "The function is being created.",
            "StateReasonCode": "Creating",
        }
        return self._reply(configuration, function, 201)

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        answer = await self._ask(call, caller)
        answer["Configuration"] = self._mended(answer["Configuration"], function)
        reserved = kept.reserved_concurrency(function.account, function.region, function.name)
        if reserved is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": reserved}
        return self._reply(answer, function, 200, str(answer["Configuration"].get("Runtime", "")))

    async def get_configuration(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        return self._reply(self._mended(await self._ask(call, caller), function), function, 200)

    async def list_functions(self, call: ApiCall, caller: Caller) -> Reply:
        answer = await self._ask(call, caller)
        for place, configuration in enumerate(answer["Functions"]):
            function = FunctionName(caller.account, call.region, configuration["FunctionName"])
            answer["Functions"][place] = self._mended(configuration, function)
        return Reply.of_json(answer, headers=_request_id())

    async def update_code(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        self._check_revision(call, function)
        await self._check_code(call, caller, call.parameters)
        answer = await self._ask(call, caller)
        if not call.parameters.get("DryRun"):
            kept.amend(function.account, function.region, function.name, {})
            self._retire(function.account, function.region, function.name)
        return self._reply(self._updating(answer, function), function, 200)

    async def update_configuration(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        self._check_revision(call, function)
        parameters = call.parameters
        await asyncio.to_thread(validation.check_settings, parameters, caller.account)
        if "Environment" in parameters:
            call = _with_variables(call, parameters)
        answer = await self._ask(call, caller)
        kept.amend(function.account, function.region, function.name, parameters)
        self._retire(function.account, function.region, function.name)
        return self._reply(self._updating(answer, function), function, 200)

    async def delete(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        if function.qualifier == names.LATEST:
            text = "$LATEST version cannot be deleted without deleting the function."
            raise AwsError("InvalidParameterValueException", text)
        await self._ask(call, caller)
        self._retire(function.account, function.region, function.name)
        return Reply(204, _request_id())

    async def publish(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        return self._reply(self._mended(await self._ask(call, caller), function), function, 201)

    async def put_concurrency(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        wanted = int(call.parameters["ReservedConcurrentExecutions"])
        elsewhere = kept.reserved_elsewhere(function.account, function.region, function.name)
        if MOST_RESERVED - elsewhere - wanted < LEAST_UNRESERVED:
            text = (
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
            )
            raise AwsError("InvalidParameterValueException", text)
        return Reply.of_json(await self._ask(call, caller), headers=_request_id())

    # Resource policies: what API Gateway and others may invoke. moto overwrites a statement of the same id.

    async def add_permission(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._existing(call, caller)
        wanted = str(call.parameters["StatementId"])
        if wanted in self._statements(function):
            text = (
                f"The statement id ({wanted}) provided already exists. Please provide a new statement id, "
                "or remove the existing statement."
            )
            raise AwsError("ResourceConflictException", text, 409)
        return Reply.of_json(await self._ask(call, caller), 201, _request_id())

    async def get_policy(self, call: ApiCall, caller: Caller) -> Reply:
        self._with_policy(call, caller)
        return Reply.of_json(await self._ask(call, caller), headers=_request_id())

    async def remove_permission(self, call: ApiCall, caller: Caller) -> Reply:
        function = self._with_policy(call, caller)
        wanted = str(call.parameters["StatementId"])
        if wanted not in self._statements(function):
            text = f"Statement {wanted} is not found in resource policy."
            raise AwsError("ResourceNotFoundException", text, 404)
        await self._ask(call, caller)
        return Reply(204, _request_id())

    async def refuse(self, call: ApiCall, caller: Caller) -> Reply:
        raise NotModelled(_REFUSED[call.operation], _INSTEAD.get(call.operation, ""))

    # ---- parts ---------------------------------------------------------------------------------------

    def _existing(self, call: ApiCall, caller: Caller) -> FunctionName:
        """The function that the call names. Raises AwsError if there is none."""
        parameters = call.parameters
        function = names.read(
            str(parameters["FunctionName"]), caller.account, call.region, parameters.get("Qualifier")
        )
        qualifier = function.qualifier or names.LATEST
        if not kept.exists(function.account, function.region, function.name, qualifier):
            raise names.not_found(function, qualified=False)
        return function

    def _with_policy(self, call: ApiCall, caller: Caller) -> FunctionName:
        """The function that the call names. Raises AwsError if it has no policy."""
        function = self._existing(call, caller)
        if not self._statements(function):
            text = "No policy is associated with the given resource."
            raise AwsError("ResourceNotFoundException", text, 404)
        return function

    def _statements(self, function: FunctionName) -> set[str]:
        qualifier = function.qualifier or names.LATEST
        return kept.statement_ids(function.account, function.region, function.name, qualifier)

    def _check_revision(self, call: ApiCall, function: FunctionName) -> None:
        wanted = call.parameters.get("RevisionId")
        extras = kept.extras(function.account, function.region, function.name, names.LATEST)
        if wanted and wanted != extras.get("RevisionId"):
            text = (
                "The RevisionId provided does not match the latest RevisionId. Call the "
                "GetFunction/GetAlias API to retrieve the latest RevisionId for your resource."
            )
            raise AwsError("PreconditionFailedException", text, 412)

    async def _check_code(self, call: ApiCall, caller: Caller, code: dict[str, Any]) -> None:
        """Unpack the package now, as AWS does, so that a broken one is refused here."""

        def unpack() -> None:
            size = len(call.request.body)
            self._code.unpack(validation.code_bytes(code, caller.account, size, call.operation))

        await asyncio.to_thread(unpack)

    async def _ask(self, call: ApiCall, caller: Caller) -> dict[str, Any]:
        reply = await self._backend.call(call, caller.account)
        _raise_error(reply)
        return dict(json.loads(reply.body or b"{}"))

    def _mended(self, configuration: dict[str, Any], function: FunctionName) -> dict[str, Any]:
        qualifier = function.qualifier or names.LATEST
        extras = kept.extras(function.account, function.region, function.name, qualifier)
        present = {key: value for key, value in configuration.items() if value not in (None, [])}
        return {**present, **extras}

    def _updating(self, answer: dict[str, Any], function: FunctionName) -> dict[str, Any]:
        return self._mended(answer, function) | {
            "LastUpdateStatus": "InProgress",
            "LastUpdateStatusReason": "The function is being created.",
            "LastUpdateStatusReasonCode": "Creating",
        }

    def _reply(self, body: dict[str, Any], function: FunctionName, status: int, runtime: str = "") -> Reply:
        note = runtimes.note(runtime) if runtime and runtimes.language_of(runtime) else ""
        headers = _request_id() + ((("x-sandbox-runtime", note),) if note else ())
        return Reply.of_json(body, status, headers)


def _request_id() -> tuple[tuple[str, str], ...]:
    return (("x-amzn-RequestId", str(uuid.uuid4())),)


def _raise_error(reply: Reply) -> None:
    """Raise the AwsError that an answer of moto's holds."""
    if reply.status < 400:
        return
    try:
        body = json.loads(reply.body)
    except ValueError:
        body = {}
    code = reply.header("x-amzn-errortype") or str(body.get("__type", "ServiceException"))
    message = str(body.get("message") or body.get("Message") or "")
    raise AwsError(code.rpartition("#")[2].partition(":")[0], message, reply.status)


def _with_variables(call: ApiCall, parameters: dict[str, Any]) -> ApiCall:
    """The call with Environment.Variables always there: moto fails without."""
    if "Variables" in (parameters["Environment"] or {}):
        return call
    body = {**json.loads(call.request.body), "Environment": {"Variables": {}}}
    request = call.request
    changed = type(request)(
        request.method,
        request.raw_path,
        request.query_string,
        request.headers,
        json.dumps(body).encode(),
        request.client,
        request.protocol,
    )
    return type(call)(call.service, call.operation, call.region, call.claim, changed, call.uri_parameters)
