"""EventInvokeConfigs: how often, and for how long, an asynchronous invocation is tried again.

Texts and answers: localstack/localstack, tests/aws/services/lambda_, test_lambda_api,
TestLambdaEventInvokeConfig (recorded on AWS).
"""

from __future__ import annotations

import time

from sandbox.api_call import ApiCall
from sandbox.backend import event_invoke as kept
from sandbox.backend import functions
from sandbox.errors import AwsError, NotModelled
from sandbox.functions import named, names
from sandbox.functions.named import Json
from sandbox.functions.names import FunctionName
from sandbox.functions.validation import in_range
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

_SETTINGS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
_PAGE = 50
"""Configs on a page (API Reference, *ListFunctionEventInvokeConfigs*)."""


class EventInvokeConfigs:
    """The operations on EventInvokeConfigs."""

    def __init__(self) -> None:
        self.operations = {
            ("lambda", "PutFunctionEventInvokeConfig"): self.put,
            ("lambda", "UpdateFunctionEventInvokeConfig"): self.update,
            ("lambda", "GetFunctionEventInvokeConfig"): self.get,
            ("lambda", "DeleteFunctionEventInvokeConfig"): self.delete,
            ("lambda", "ListFunctionEventInvokeConfigs"): self.list,
        }

    async def put(self, call: ApiCall, caller: Caller) -> Reply:
        """Set all of it: what is not given is as it was never set."""
        function, given = _asked(call, caller)
        return _keep(function, given)

    async def update(self, call: ApiCall, caller: Caller) -> Reply:
        """Set what is given, and leave the rest."""
        function, given = _asked(call, caller)
        return _keep(function, {**_found(function), **given})

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        return named.answer(_found(named.read(call, caller)))

    async def delete(self, call: ApiCall, caller: Caller) -> Reply:
        function = named.read(call, caller)
        _found(function)
        kept.remove(*named.of(function))
        return Reply(204, named.request_id())

    async def list(self, call: ApiCall, caller: Caller) -> Reply:
        function = named.read(call, caller)
        _check_exists(FunctionName(function.account, function.region, function.name))
        found = kept.configs(function.account, function.region, function.name)
        every = [found[qualifier] for qualifier in sorted(found)]
        return named.answer(named.paged(every, call.parameters, "FunctionEventInvokeConfigs", _PAGE))


def _asked(call: ApiCall, caller: Caller) -> tuple[FunctionName, Json]:
    """Whose config a call sets, and what of it. Raises AwsError for what cannot be set."""
    parameters = call.parameters
    function = named.read(call, caller)
    given = {name: parameters[name] for name in _SETTINGS if parameters.get(name) is not None}
    for name, least, most in (("MaximumRetryAttempts", 0, 2), ("MaximumEventAgeInSeconds", 60, 21600)):
        in_range(given, name, least, most)
        if name in given:
            given[name] = int(given[name])  # templates may write "1"
    if not given:
        text = "You must specify at least one of error handling or destination setting."
        raise AwsError("InvalidParameterValueException", text, message_key="message")
    _check_exists(function)
    for event, to in (given.pop("DestinationConfig", None) or {}).items():
        if (to or {}).get("Destination"):
            what = f"destinations of asynchronous invocations (DestinationConfig.{event})"
            raise NotModelled(what, "What fails is in the function's log.")
    return function, given


def _check_exists(function: FunctionName) -> None:
    if not functions.exists(*named.of(function)):
        raise AwsError("ResourceNotFoundException", "The function doesn't exist.", 404)


def _keep(function: FunctionName, given: Json) -> Reply:
    arn = f"{function.arn}:{function.qualifier or names.LATEST}"
    config = {
        **given,
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
        "FunctionArn": arn,
        "LastModified": round(time.time(), 3),
    }
    kept.put(*named.of(function), config)
    return named.answer(config)


def _found(function: FunctionName) -> Json:
    account, region, name, qualifier = named.of(function)
    config = kept.configs(account, region, name).get(qualifier)
    if config is None:
        text = f"The function {function.arn}:{qualifier} doesn't have an EventInvokeConfig"
        raise AwsError("ResourceNotFoundException", text, 404)
    return config
