"""Versions of functions: what they are published from, and which there are.

Texts and answers: localstack/localstack, tests/aws/services/lambda_, test_lambda_api, TestLambdaVersions
(recorded on AWS).
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import function_versions as kept
from sandbox.errors import AwsError
from sandbox.functions import named
from sandbox.functions.named import Json
from sandbox.functions.names import LATEST, FunctionName
from sandbox.functions.states import FunctionStates, Retire
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

_PAGE = 50
"""Versions on a page (API Reference, *ListVersionsByFunction*)."""
_NOT_IN_LISTS = ("State", "StateReason", "StateReasonCode", "LastUpdateStatus")


class Versions:
    """The operations on versions. retire: ends the environments of a version that is deleted."""

    def __init__(self, retire: Retire, states: FunctionStates) -> None:
        self._retire = retire
        self._states = states
        self.operations = {
            ("lambda", "PublishVersion"): self.publish,
            ("lambda", "ListVersionsByFunction"): self.list,
        }

    async def publish(self, call: ApiCall, caller: Caller) -> Reply:
        function, parameters = named.existing(call, caller), call.parameters
        revision = kept.revision(*named.of(function))
        named.check_revision(parameters.get("RevisionId"), revision)
        current, wanted = named.configuration(function)["CodeSha256"], parameters.get("CodeSha256")
        if wanted and wanted != current:
            text = (
                f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({current}). "
                "Please try again with the CodeSHA256 in $LATEST."
            )
            raise AwsError("InvalidParameterValueException", text)
        if caller.via:
            await self._states.settled(function)
        self._states.check_changeable(function)
        return named.answer(published(function, parameters.get("Description")), 201)

    async def list(self, call: ApiCall, caller: Caller) -> Reply:
        function = named.existing(call, caller)
        found = [
            _listed(one, function) for one in kept.versions(function.account, function.region, function.name)
        ]
        return named.answer(named.paged(found, call.parameters, "Versions", _PAGE))

    def delete(self, function: FunctionName) -> None:
        """Delete the version that `function` is qualified with.

        That a version which is not there can be deleted is recorded (test_delete_on_nonexisting_version);
        so is the refusal for an alias. The one for a version in use: karl-cardenas-coding/
        go-lambda-cleanup#45 and aws-lambda-power-tuning#124 (AWS's answers).
        """
        account, region, name, version = named.of(function)
        if version == LATEST:
            text = "$LATEST version cannot be deleted without deleting the function."
            raise AwsError("InvalidParameterValueException", text)
        if not version.isdecimal():
            text = "Deletion of aliases is not currently supported."
            raise AwsError("InvalidParameterValueException", text)
        users = [one["Name"] for one in kept.aliases(account, region, name) if version in _routes_to(one)]
        if users:
            text = (
                f"Unable to delete version because the following aliases reference it: [{', '.join(users)}]"
            )
            raise AwsError("ResourceConflictException", text, 409)
        kept.remove_version(account, region, name, version)
        self._retire(account, region, name, version)


def published(function: FunctionName, description: str | None = None) -> Json:
    """The version that holds what `$LATEST` is now, published if there is none yet."""
    account, region, name, _ = named.of(function)
    version = kept.publish(account, region, name, description)
    return named.configuration(FunctionName(account, region, name, version))


def _routes_to(alias: Json) -> set[str]:
    weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    return {alias["FunctionVersion"], *weights}


def _listed(configuration: Json, function: FunctionName) -> Json:
    qualified = FunctionName(function.account, function.region, function.name, configuration["Version"])
    whole = named.mended(configuration, qualified)
    return {key: value for key, value in whole.items() if key not in _NOT_IN_LISTS}
