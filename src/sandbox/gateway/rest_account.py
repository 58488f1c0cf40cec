"""The account's settings in API Gateway, and the tags of REST APIs and their stages.

Sources: API Reference, *GetAccount*, *UpdateAccount* and *TagResource*.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from sandbox.api_call import ApiCall
from sandbox.backend import apis
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import NotModelled
from sandbox.gateway import cloudwatch_role, control
from sandbox.gateway.control import Handler, Json, bad_request, not_found
from sandbox.iam import Caller
from sandbox.messages import Reply

_TAGGED = re.compile(
    r"arn:aws[\w-]*:apigateway:(?P<region>[\w-]+)::/restapis/(?P<api>\w+)(?:/stages/(?P<stage>[\w-]+))?"
)
_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/.+")


class RestAccounts:
    """Handlers of GetAccount and UpdateAccount."""

    def __init__(self, backend: MotoBackend) -> None:
        self._backend = backend
        self.handlers: dict[str, Handler] = {
            "GetAccount": self.get_account,
            "UpdateAccount": self.update_account,
        }

    async def get_account(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(_described(await control.moto_json(self._backend, call, caller)))

    async def update_account(self, call: ApiCall, caller: Caller) -> Reply:
        operations = call.parameters.get("patchOperations") or []
        if not operations:  # nothing is to change: moto fails without a list
            call = replace(call, request=replace(call.request, body=b'{"patchOperations": []}'))
        for operation in operations:
            if (operation["op"], operation["path"]) != ("replace", "/cloudwatchRoleArn"):
                raise NotModelled(f"the patch operation {operation['op']} {operation['path']} of accounts")
            role = operation.get("value")
            if role and not _ROLE.fullmatch(role):
                raise bad_request("Role ARN is not well formed")
            if role:
                cloudwatch_role.check(caller.account, call.region, role)
        return Reply.of_json(_described(await control.moto_json(self._backend, call, caller)))


def _described(account: Json) -> Json:
    kept = {name: value for name, value in account.items() if value not in (None, "")}
    return {**kept, "features": ["UsagePlans"], "apiKeyVersion": "4"}


class RestTags:
    """Handlers of the operations on tags, which moto lacks."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "GetTags": self.get_tags,
        }

    async def tag(self, call: ApiCall, caller: Caller) -> Reply:
        owner = _tagged(call, caller)
        owner.tags = {**(owner.tags or {}), **(call.parameters.get("tags") or {})}
        return Reply(204)

    async def untag(self, call: ApiCall, caller: Caller) -> Reply:
        owner = _tagged(call, caller)
        gone = call.parameters.get("tagKeys") or ()
        owner.tags = {key: value for key, value in (owner.tags or {}).items() if key not in gone}
        return Reply(204)

    async def get_tags(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json({"tags": _tagged(call, caller).tags or {}})


def _tagged(call: ApiCall, caller: Caller) -> Any:
    """The API or stage that an ARN names."""
    arn = unquote(call.parameters["resourceArn"])
    named = _TAGGED.fullmatch(arn)
    if named is None:
        raise NotModelled(f"tags of {arn}", "REST APIs and their stages have tags.")
    home = apis.handle("REST", caller.account, call.region, named["api"])
    if home is None or named["region"] != call.region:
        raise not_found("Invalid API identifier specified")
    if named["stage"] is None:
        return home.api
    if named["stage"] not in home.api.stages:
        raise not_found("Invalid stage identifier specified")
    return home.api.stages[named["stage"]]
