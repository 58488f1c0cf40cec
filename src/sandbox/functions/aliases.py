"""Aliases of functions: names for a version, or for two of them by weight.

Texts and answers: localstack/localstack, tests/aws/services/lambda_, test_lambda_api, TestLambdaAlias
(recorded on AWS).
"""

from __future__ import annotations

import re

from sandbox.api_call import ApiCall
from sandbox.backend import function_versions as kept
from sandbox.backend import functions
from sandbox.errors import AwsError
from sandbox.functions import named, names
from sandbox.functions.named import Json
from sandbox.functions.names import LATEST, FunctionName
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

_NAME = r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)"
_MEMBERS = ("Description", "FunctionVersion", "RoutingConfig")
_PAGE = 50
"""Aliases on a page (API Reference, *ListAliases*)."""


class Aliases:
    """The operations on aliases."""

    def __init__(self) -> None:
        self.operations = {
            ("lambda", "CreateAlias"): self.create,
            ("lambda", "UpdateAlias"): self.update,
            ("lambda", "GetAlias"): self.get,
            ("lambda", "ListAliases"): self.list,
            ("lambda", "DeleteAlias"): self.delete,
        }

    async def create(self, call: ApiCall, caller: Caller) -> Reply:
        parameters = call.parameters
        alias = FunctionName(*_place(call, caller), str(parameters["Name"]))
        if not re.fullmatch(_NAME, parameters["Name"]):
            raise _violation(
                parameters["Name"], "name", f"Member must satisfy regular expression pattern: {_NAME}"
            )
        version = str(parameters["FunctionVersion"])
        _check_routing(alias, version, parameters)
        if functions.find_alias(*_key(alias)) is not None:
            text = f"Alias already exists: {alias.qualified_arn}"
            raise AwsError("ResourceConflictException", text, 409)
        return named.answer(kept.put_alias(*_key(alias), _members(parameters)), 201)

    async def update(self, call: ApiCall, caller: Caller) -> Reply:
        parameters = call.parameters
        alias = FunctionName(*_place(call, caller), str(parameters["Name"]))
        there = functions.find_alias(*_key(alias))
        if there is None:
            text = f"Alias not found: {alias.qualified_arn}"
            raise AwsError("ResourceNotFoundException", text, 404)
        named.check_revision(parameters.get("RevisionId"), str(there.revision_id))
        given = {**kept.alias_json(there), **_members(parameters)}
        _check_routing(alias, given["FunctionVersion"], given)
        return named.answer(kept.put_alias(*_key(alias), _members(parameters)))

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        alias = FunctionName(*_place(call, caller), str(call.parameters["Name"]))
        there = functions.find_alias(*_key(alias))
        if there is None:
            raise not_found(alias)
        return named.answer(kept.alias_json(there))

    async def list(self, call: ApiCall, caller: Caller) -> Reply:
        function, wanted = named.existing(call, caller), call.parameters.get("FunctionVersion")
        found = [
            one
            for one in kept.aliases(function.account, function.region, function.name)
            if wanted in (None, one["FunctionVersion"])
        ]
        return named.answer(named.paged(found, call.parameters, "Aliases", _PAGE))

    async def delete(self, call: ApiCall, caller: Caller) -> Reply:
        """An alias that is not there can be deleted too."""
        kept.remove_alias(*_place(call, caller), str(call.parameters["Name"]))
        return Reply(204, named.request_id())


def not_found(alias: FunctionName) -> AwsError:
    """There is no such alias, as GetAlias and the operations on policies say it."""
    return AwsError("ResourceNotFoundException", f"Cannot find alias arn: {alias.qualified_arn}", 404)


def _place(call: ApiCall, caller: Caller) -> tuple[str, str, str]:
    """Account, region and name of the function. Raises AwsError if there is none."""
    function = named.read(call, caller)
    version = call.parameters.get("FunctionVersion")
    if not functions.exists(function.account, function.region, function.name, LATEST):
        qualified = FunctionName(function.account, function.region, function.name, version)
        raise names.not_found(qualified, qualified=False)
    return function.account, function.region, function.name


def _key(alias: FunctionName) -> tuple[str, str, str, str]:
    return named.of(alias)


def _members(parameters: Json) -> Json:
    return {name: parameters[name] for name in _MEMBERS if name in parameters}


def _check_routing(alias: FunctionName, version: str, given: Json) -> None:
    """Refuse versions that are not there, and weights that cannot be."""
    weights = (given.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    shown = f"{{{', '.join(f'{key}={float(value)}' for key, value in weights.items())}}}"
    where = "routingConfig.additionalVersionWeights"
    if not all(key.isdecimal() for key in weights):
        lengths = "Member must have length less than or equal to 1024, "
        lengths += "Member must have length greater than or equal to 1"
        pattern = "Member must satisfy regular expression pattern: [0-9]+"
        raise _violation(shown, where, f"Map keys must satisfy constraint: [{lengths}, {pattern}]")
    if not all(0 <= value <= 1 for value in weights.values()):
        bounds = "Member must have value less than or equal to 1.0, "
        bounds += "Member must have value greater than or equal to 0.0, Member must not be null"
        raise _violation(shown, where, f"Map value must satisfy constraint: [{bounds}]")
    if len(weights) > 1:
        raise _invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if version in weights:
        raise _invalid(
            f"Invalid function version {version}. Function version {version} is already included in "
            "routing configuration."
        )
    if weights and version == LATEST:
        raise _invalid("$LATEST is not supported for an alias pointing to more than 1 version")
    for one in (version, *weights):
        target = FunctionName(alias.account, alias.region, alias.name, one)
        if not (one == LATEST or one.isdecimal()) or not functions.exists(*named.of(target)):
            raise names.not_found(target, qualified=False)


def _invalid(text: str) -> AwsError:
    return AwsError("InvalidParameterValueException", text)


def _violation(value: str, name: str, constraint: str) -> AwsError:
    text = (
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
    )
    return AwsError("ValidationException", text)
