"""Tags of functions; versions and aliases have none.

Texts: localstack/localstack, tests/aws/services/lambda_, test_lambda_api, TestLambdaTags and TestLambdaTag
(recorded on AWS).
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import function_versions as kept
from sandbox.backend import functions
from sandbox.errors import AwsError, NotModelled
from sandbox.functions import named, names
from sandbox.functions.names import FunctionName
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

MOST_TAGS = 50


class Tags:
    """TagResource, UntagResource and ListTags."""

    def __init__(self) -> None:
        self.operations = {
            ("lambda", "TagResource"): self.tag,
            ("lambda", "UntagResource"): self.untag,
            ("lambda", "ListTags"): self.list,
        }

    async def tag(self, call: ApiCall, caller: Caller) -> Reply:
        function = _function(call, caller)
        tags = {**kept.tags(*_place(function)), **call.parameters["Tags"]}
        if len([name for name in tags if not name.startswith("aws:")]) > MOST_TAGS:
            raise AwsError("InvalidParameterValueException", "Number of tags exceeds resource tag limit.")
        kept.set_tags(*_place(function), tags)
        return Reply(204, named.request_id())

    async def untag(self, call: ApiCall, caller: Caller) -> Reply:
        function, gone = _function(call, caller), call.parameters["TagKeys"]
        left = {name: value for name, value in kept.tags(*_place(function)).items() if name not in gone}
        kept.set_tags(*_place(function), left)
        return Reply(204, named.request_id())

    async def list(self, call: ApiCall, caller: Caller) -> Reply:
        return named.answer({"Tags": kept.tags(*_place(_function(call, caller)))})


def _function(call: ApiCall, caller: Caller) -> FunctionName:
    """The function whose ARN the call holds. Raises AwsError if there is none."""
    arn = str(call.parameters["Resource"])
    kind = arn.split(":")[5] if arn.count(":") >= 6 else ""
    if kind and kind != "function":
        raise NotModelled(f"tags of Lambda's resources of kind {kind} ({call.operation})")
    function = names.read(arn, caller.account, call.region)
    if function.qualifier is not None:
        text = "Tags on function aliases and versions are not supported. Please specify a function ARN."
        raise AwsError("InvalidParameterValueException", text)
    if not functions.exists(*named.of(function)):
        raise names.not_found(function, qualified=False)
    return function


def _place(function: FunctionName) -> tuple[str, str, str]:
    return function.account, function.region, function.name
