"""Resource policies of functions, versions and aliases: what API Gateway and others may invoke.

Each has its own. Texts and answers: localstack/localstack, tests/aws/services/lambda_, test_lambda_api,
TestLambdaPermissions (recorded on AWS).
"""

from __future__ import annotations

import json
import re

from sandbox.api_call import ApiCall
from sandbox.backend import function_versions as kept
from sandbox.backend import functions
from sandbox.errors import AwsError, NotModelled
from sandbox.functions import aliases, named, names
from sandbox.functions.named import Json
from sandbox.functions.names import LATEST, FunctionName
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

_STATEMENT_ID = r"([a-zA-Z0-9-_]+)"
_CONDITIONS = {
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
}
"""Parameter → operator and condition key of the statement it makes."""
_NOT_MODELLED = {
    "EventSourceToken": "Alexa skills as callers of a function",
    "FunctionUrlAuthType": "function URLs",
    "InvokedViaFunctionUrl": "function URLs",
}
_ARN = re.compile(r"arn:aws[\w-]*:(iam|sts)::\d{12}:.+")
_SERVICE = re.compile(r"[\w.-]+\.amazonaws\.com(\.cn)?")


class Policies:
    """AddPermission, GetPolicy and RemovePermission."""

    def __init__(self) -> None:
        self.operations = {
            ("lambda", "AddPermission"): self.add,
            ("lambda", "RemovePermission"): self.remove,
            ("lambda", "GetPolicy"): self.get,
        }

    async def add(self, call: ApiCall, caller: Caller) -> Reply:
        asked, function = call.parameters, named.read(call, caller)
        sid = str(asked["StatementId"])
        if not re.fullmatch(_STATEMENT_ID, sid):
            text = (
                f"1 validation error detected: Value '{sid}' at 'statementId' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {_STATEMENT_ID}"
            )
            raise AwsError("ValidationException", text)
        if function.qualifier == LATEST:
            text = "We currently do not support adding policies for $LATEST."
            raise AwsError("InvalidParameterValueException", text)
        _check_there(function)
        for name, what in _NOT_MODELLED.items():
            if asked.get(name):
                raise NotModelled(f"{what} ({name})")
        statement = _statement(asked, function)
        key = named.of(function)
        if sid in _sids(function):
            text = (
                f"The statement id ({sid}) provided already exists. Please provide a new statement id, "
                "or remove the existing statement."
            )
            raise AwsError("ResourceConflictException", text, 409)
        named.check_revision(asked.get("RevisionId"), kept.revision(*key), "GetPolicy")
        kept.add_statement(*key, statement)
        return named.answer({"Statement": json.dumps(statement)}, 201)

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        function = named.read(call, caller)
        key = named.of(function)
        policy = kept.policy(*key)
        if policy is None or not policy.statements:
            text = "The resource you requested does not exist."
            raise AwsError("ResourceNotFoundException", text, 404)
        document = {"Version": "2012-10-17", "Id": "default", "Statement": policy.statements}
        return named.answer({"Policy": json.dumps(document), "RevisionId": kept.revision(*key)})

    async def remove(self, call: ApiCall, caller: Caller) -> Reply:
        function, sid = named.read(call, caller), str(call.parameters["StatementId"])
        key = named.of(function)
        if not functions.exists(function.account, function.region, function.name, LATEST):
            text = f"No policy found for: {function.arn}"
            raise AwsError("ResourceNotFoundException", text, 404)
        _check_there(function)
        there = _sids(function)
        if not there:
            text = "No policy is associated with the given resource."
            raise AwsError("ResourceNotFoundException", text, 404)
        if sid not in there:
            text = f"Statement {sid} is not found in resource policy."
            raise AwsError("ResourceNotFoundException", text, 404)
        named.check_revision(call.parameters.get("RevisionId"), kept.revision(*key), "GetPolicy")
        kept.remove_statement(*key, sid)
        return Reply(204, named.request_id())


def _check_there(function: FunctionName) -> None:
    """Raise AwsError where there is no such function, version or alias."""
    if kept.policy(*named.of(function)) is not None:
        return
    plain = function.qualifier is None or function.qualifier.isdecimal()
    if plain or not functions.exists(function.account, function.region, function.name, LATEST):
        raise names.not_found(function, qualified=False)
    raise aliases.not_found(function)


def _sids(function: FunctionName) -> set[str]:
    return {str(one["Sid"]) for one in kept.statements(*named.of(function))}


def _statement(asked: Json, function: FunctionName) -> Json:
    """The statement of a policy that AddPermission asks for."""
    conditions: Json = {}
    for name, (operator, key) in _CONDITIONS.items():
        if asked.get(name):
            conditions.setdefault(operator, {})[key] = asked[name]
    return {
        "Sid": asked["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(str(asked["Principal"])),
        "Action": asked["Action"],
        "Resource": function.qualified_arn,
        **({"Condition": conditions} if conditions else {}),
    }


def _principal(given: str) -> Json | str:
    """A principal as policies name it: an account by its root, a service, a user or role, or everybody."""
    if given == "*":
        return given
    if _SERVICE.fullmatch(given):
        return {"Service": given}
    if re.fullmatch(r"\d{12}", given):
        return {"AWS": f"arn:aws:iam::{given}:root"}
    if _ARN.fullmatch(given):
        return {"AWS": given}
    text = "The provided principal was invalid. Please check the principal and try again."
    raise AwsError("InvalidParameterValueException", text)
