"""Lambda's control plane: validates, lets moto keep the state, and mends moto's answers.

What moto 5.2 has wrong or lacks: State on creation, LoggingConfig, RevisionId, fields that are null,
errors without `Type`, the role's trust policy, runtimes, limits, and everything about code but its hash.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import functions as kept
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError, NotModelled
from sandbox.functions import named, names, runtimes, states, validation, versions
from sandbox.functions.aliases import Aliases
from sandbox.functions.downloads import Downloads
from sandbox.functions.named import mended
from sandbox.functions.names import FunctionName
from sandbox.functions.package import CodeStore
from sandbox.functions.policies import Policies
from sandbox.functions.states import FunctionStates, Retire
from sandbox.functions.tags import Tags
from sandbox.functions.versions import Versions
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

_REFUSED = {
    "CreateEventSourceMapping": "event source mappings",
    **dict.fromkeys(("UpdateEventSourceMapping", "DeleteEventSourceMapping"), "event source mappings"),
    **dict.fromkeys(validation.LAYER_OPERATIONS, "layers"),
    "CreateFunctionUrlConfig": "function URLs",
    "UpdateFunctionUrlConfig": "function URLs",
    "PutProvisionedConcurrencyConfig": "provisioned concurrency",
    "InvokeWithResponseStream": "response streaming",
    "InvokeAsync": "InvokeAsync",
}
_INSTEAD = {"CreateFunctionUrlConfig": "Put an HTTP API before the function.", "InvokeAsync": "Use Invoke."}


class Control:
    """The operations on functions.

    retire: is told account, region, name and version when a version changes; all of them where it is None.
    """

    def __init__(
        self,
        backend: MotoBackend,
        code: CodeStore,
        retire: Retire,
        downloads: Downloads,
        function_states: FunctionStates,
    ) -> None:
        self._backend = backend
        self._code = code
        self._downloads = downloads
        self._retire = retire
        self._states = function_states
        self._versions = Versions(retire, function_states)
        self.operations = {
            ("lambda", "CreateFunction"): self.create,
            ("lambda", "GetFunction"): self.get,
            ("lambda", "GetFunctionConfiguration"): self.get_configuration,
            ("lambda", "ListFunctions"): self.list_functions,
            ("lambda", "UpdateFunctionCode"): self.update_code,
            ("lambda", "UpdateFunctionConfiguration"): self.update_configuration,
            ("lambda", "DeleteFunction"): self.delete,
            **self._versions.operations,
            **Aliases().operations,
            **Policies().operations,
            **Tags().operations,
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
        publish = parameters.get("Publish")
        answer = await self._ask(_with_body(call, Publish=False) if publish else call, caller)
        kept.amend(function.account, function.region, function.name, parameters)
        self._states.created(function, caller)
        configuration = mended(answer, function) | states.BEING_CREATED
        if publish:
            # The version's number, but the function's ARN: recorded, test_publish_version_on_create.
            configuration["Version"] = versions.published(function)["Version"]
        return self._reply(configuration, function, 201)

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        function = await self._settled(call, caller)
        answer = await self._ask(call, caller)
        answer["Configuration"] = self._states.told(function, mended(answer["Configuration"], function))
        answer["Code"] = {"RepositoryType": "S3", "Location": self._downloads.link(function)}
        reserved = kept.reserved_concurrency(function.account, function.region, function.name)
        if reserved is not None:
            answer["Concurrency"] = {"ReservedConcurrentExecutions": reserved}
        return self._reply(answer, function, 200, str(answer["Configuration"].get("Runtime", "")))

    async def get_configuration(self, call: ApiCall, caller: Caller) -> Reply:
        function = await self._settled(call, caller)
        configuration = mended(await self._ask(call, caller), function)
        return self._reply(self._states.told(function, configuration), function, 200)

    async def list_functions(self, call: ApiCall, caller: Caller) -> Reply:
        answer = await self._ask(call, caller)
        for place, configuration in enumerate(answer["Functions"]):
            version = configuration["Version"] if call.parameters.get("FunctionVersion") else None
            function = FunctionName(caller.account, call.region, configuration["FunctionName"], version)
            answer["Functions"][place] = mended(configuration, function)
        return Reply.of_json(answer, headers=named.request_id())

    async def update_code(self, call: ApiCall, caller: Caller) -> Reply:
        function = _changeable(call, caller)
        self._check_revision(call, function)
        parameters = call.parameters
        await self._check_code(call, caller, parameters)
        publish = parameters.get("Publish")
        if caller.via:
            await self._states.settled(function)
        if parameters.get("DryRun"):
            return self._reply(self._updating(await self._ask(call, caller), function), function, 200)
        with self._states.updating(function, caller):
            await self._ask(_with_body(call, Publish=False) if publish else call, caller)
            kept.amend(function.account, function.region, function.name, parameters)
        if publish:
            version = versions.published(function)
            del version["LastUpdateStatus"]
            return self._reply(version | states.BEING_CREATED, function, 200)
        return self._reply(self._updating(named.configuration(function), function), function, 200)

    async def update_configuration(self, call: ApiCall, caller: Caller) -> Reply:
        function = _changeable(call, caller)
        self._check_revision(call, function)
        parameters = call.parameters
        await asyncio.to_thread(validation.check_settings, parameters, caller.account)
        if "Environment" in parameters:
            # moto fails without Variables.
            call = _with_body(call, Environment={"Variables": {}, **(parameters["Environment"] or {})})
        if caller.via:
            await self._states.settled(function)
        with self._states.updating(function, caller):
            await self._ask(call, caller)
            kept.amend(function.account, function.region, function.name, parameters)
        return self._reply(self._updating(named.configuration(function), function), function, 200)

    async def delete(self, call: ApiCall, caller: Caller) -> Reply:
        function = named.read(call, caller)
        if not kept.exists(function.account, function.region, function.name, names.LATEST):
            raise names.not_found(
                FunctionName(function.account, function.region, function.name), qualified=False
            )
        if function.qualifier is not None:
            self._versions.delete(function)
        else:
            await self._ask(call, caller)
            self._states.forget(function)
            self._retire(function.account, function.region, function.name, None)
        return Reply(204, named.request_id())

    async def refuse(self, call: ApiCall, caller: Caller) -> Reply:
        raise NotModelled(_REFUSED[call.operation], _INSTEAD.get(call.operation, ""))

    # ---- parts ---------------------------------------------------------------------------------------

    async def _settled(self, call: ApiCall, caller: Caller) -> FunctionName:
        """The function that a call asks for, once its state is final."""
        function = named.existing(call, caller)
        await self._states.settled(function)
        return named.existing(call, caller)

    def _check_revision(self, call: ApiCall, function: FunctionName) -> None:
        extras = kept.extras(function.account, function.region, function.name, names.LATEST)
        named.check_revision(call.parameters.get("RevisionId"), str(extras.get("RevisionId")))

    async def _check_code(self, call: ApiCall, caller: Caller, code: dict[str, Any]) -> None:
        """Unpack the package now, as AWS does, so that a broken one is refused here."""

        def unpack() -> None:
            size = len(call.request.body)
            self._code.unpack(validation.code_bytes(code, caller.account, size, call.operation))

        await asyncio.to_thread(unpack)

    async def _ask(self, call: ApiCall, caller: Caller) -> dict[str, Any]:
        return await named.ask(self._backend, call, caller)

    def _updating(self, answer: dict[str, Any], function: FunctionName) -> dict[str, Any]:
        return mended(answer, function) | states.BEING_UPDATED

    def _reply(self, body: dict[str, Any], function: FunctionName, status: int, runtime: str = "") -> Reply:
        note = runtimes.note(runtime) if runtime and runtimes.language_of(runtime) else ""
        headers = named.request_id() + ((("x-sandbox-runtime", note),) if note else ())
        return Reply.of_json(body, status, headers)


def _changeable(call: ApiCall, caller: Caller) -> FunctionName:
    """The function that the call changes. Raises AwsError for a version or an alias, or if there is none."""
    function = named.existing(call, caller)
    named.check_unqualified(function)
    return function


def _with_body(call: ApiCall, **members: Any) -> ApiCall:
    """The call with other members in its body."""
    request = replace(call.request, body=json.dumps({**json.loads(call.request.body), **members}).encode())
    return type(call)(call.service, call.operation, call.region, call.claim, request, call.uri_parameters)
