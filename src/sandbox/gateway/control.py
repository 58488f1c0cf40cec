"""What the control planes of both kinds of API share."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError, NotModelled
from sandbox.iam import Caller
from sandbox.messages import Reply

Handler = Callable[[ApiCall, Caller], Awaitable[Reply]]
Json = dict[str, Any]

_ID_LETTERS = string.ascii_lowercase + string.digits


def bad_request(message: str) -> AwsError:
    return AwsError("BadRequestException", message, 400)


def conflict(message: str) -> AwsError:
    return AwsError("ConflictException", message, 409)


def not_found(message: str) -> AwsError:
    return AwsError("NotFoundException", message, 404)


def new_id(length: int) -> str:
    """A fresh id of small letters and digits, as AWS gives APIs, resources and deployments."""
    return secrets.choice(string.ascii_lowercase) + "".join(
        secrets.choice(_ID_LETTERS) for _ in range(length - 1)
    )


def without_nulls(value: Json) -> Json:
    """The members that have a value: AWS leaves the others out, moto writes null."""
    return {key: entry for key, entry in value.items() if entry is not None}


async def moto_json(backend: MotoBackend, call: ApiCall, caller: Caller) -> Json:
    """moto's answer to a call, as JSON; {} where it is empty. Raises AwsError where moto refuses.

    A slash at the end, as of GetApi without an id, is left out: it would lead moto elsewhere.
    """
    if call.request.raw_path.endswith("/"):
        call = replace(call, request=replace(call.request, raw_path=call.request.raw_path.rstrip("/")))
    reply = await backend.call(call, caller.account)
    body: Json = json.loads(reply.body) if reply.body else {}
    if reply.status >= 400:
        # Some of moto's handlers answer errors themselves instead of raising them.
        code = str(body.get("__type") or reply.header("x-amzn-errortype") or "BadRequestException")
        raise AwsError(code, str(body.get("message", "")), reply.status)
    return body


def refuse(what: str) -> Handler:
    """A handler for an operation that is not modelled."""

    async def handler(call: ApiCall, caller: Caller) -> Reply:
        raise NotModelled(f"{what} ({call.operation})")

    return handler


def refuse_members(parameters: Json, members: dict[str, str]) -> None:
    """Raise NotModelled for the first member that is given: `members` maps its name to what it is."""
    for name, what in members.items():
        if parameters.get(name):
            raise NotModelled(f"{what} ({name})")


def home_of(kind: str, call: ApiCall, caller: Caller) -> ApiHandle:
    """The API that a call names. Raises NotFoundException, as AWS words it."""
    api_id = call.parameters.get("ApiId" if kind == "HTTP" else "restApiId", "")
    found = apis.handle(kind, caller.account, call.region, api_id)
    if found is None:
        raise not_found(f"Invalid API identifier specified {caller.account}:{api_id}")
    return found


def paged(items: list[Json], parameters: Json, most_default: int = 1000) -> tuple[list[Json], str | None]:
    """One page of `items` by MaxResults and NextToken; the token is the position it begins at."""
    token = parameters.get("NextToken") or "0"
    if not token.isdecimal():
        raise bad_request("Invalid NextToken specified")
    wanted = str(parameters.get("MaxResults") or most_default)
    if not wanted.isdecimal():
        raise bad_request("Invalid MaxResults specified")
    begin, most = int(token), int(wanted)
    end = begin + max(most, 1)
    return items[begin:end], str(end) if end < len(items) else None
