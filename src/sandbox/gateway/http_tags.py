"""Tags of HTTP APIs and of their stages.

moto has TagResource and its like too, but answers for ARNs of what does not exist, and does not know a
stage's. Source of the ARNs: Service Authorization Reference, *Amazon API Gateway Management V2*.
"""

from __future__ import annotations

import re

from sandbox.api_call import ApiCall
from sandbox.backend import apis, http_apis
from sandbox.backend.apis import ApiHandle
from sandbox.errors import NotModelled
from sandbox.gateway.control import Handler, Json, bad_request, not_found
from sandbox.iam import Caller
from sandbox.messages import Reply

MOST_TAGS = 50
_ARN = re.compile(
    r"arn:aws[\w-]*:apigateway:(?P<region>[\w-]+)::/(?P<kind>\w+)/(?P<api>\w+)(?:/stages/(?P<stage>[\w$-]+))?"
)


class HttpTags:
    """Handlers of GetTags, TagResource and UntagResource."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {
            "GetTags": self.get,
            "TagResource": self.tag,
            "UntagResource": self.untag,
        }

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json({"tags": http_apis.tags(*_found(call, caller))})

    async def tag(self, call: ApiCall, caller: Caller) -> Reply:
        home, stage = _found(call, caller)
        tags = {**http_apis.tags(home, stage), **(call.parameters.get("Tags") or {})}
        if len([name for name in tags if not name.startswith("aws:")]) > MOST_TAGS:
            raise bad_request(f"Resource can have at most {MOST_TAGS} tags")
        http_apis.set_tags(home, stage, tags)
        return Reply.of_json({}, 201)

    async def untag(self, call: ApiCall, caller: Caller) -> Reply:
        home, stage = _found(call, caller)
        gone = call.parameters.get("TagKeys") or ()
        kept: Json = {name: value for name, value in http_apis.tags(home, stage).items() if name not in gone}
        http_apis.set_tags(home, stage, kept)
        return Reply(204)


def _found(call: ApiCall, caller: Caller) -> tuple[ApiHandle, str | None]:
    """The API that the call names, and its stage if it names one."""
    arn = str(call.parameters["ResourceArn"])
    parts = _ARN.fullmatch(arn)
    if parts is None:
        raise bad_request(f"Invalid ARN specified in the request: {arn}")
    if parts["kind"] != "apis":
        raise NotModelled(f"tags of {parts['kind']} by apigatewayv2 ({call.operation})")
    home = apis.handle("HTTP", caller.account, parts["region"], parts["api"])
    if home is None or (parts["stage"] and parts["stage"] not in home.api.stages):
        raise not_found(f"Invalid resource identifier specified {arn}")
    return home, parts["stage"]
