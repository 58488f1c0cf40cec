"""TestInvokeMethod: a method of a REST API tried out as it is now, deployed or not, with its log."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import rest_apis
from sandbox.gateway import execution_log
from sandbox.gateway.control import Handler, Json, not_found
from sandbox.gateway.deployments import rest_method, rest_stage
from sandbox.gateway.events import Routed, extended_request_id
from sandbox.gateway.guard import Guard
from sandbox.gateway.invocation import Invoker
from sandbox.gateway.notes import Notes
from sandbox.gateway.rest_api import RestApi
from sandbox.gateway.rest_lookups import resource_of
from sandbox.gateway.rest_own import Ids
from sandbox.gateway.router import ANY, RestRouter
from sandbox.iam import Caller
from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Tracer, new_trace_id

STAGE = "test-invoke-stage"
"""The stage that AWS:SourceArn names in a test."""


class MethodTests:
    """The handler of TestInvokeMethod."""

    def __init__(self, invoker: Invoker, guard: Guard, tracer: Tracer) -> None:
        self._invoker = invoker
        self._guard = guard
        self._tracer = tracer
        self.handlers: dict[str, Handler] = {"TestInvokeMethod": self.test_invoke}

    async def test_invoke(self, call: ApiCall, caller: Caller) -> Reply:
        home, resource_id = resource_of(call, caller)
        asked = call.parameters
        frozen = rest_apis.configuration(home)
        resource = next(r for r in frozen["resources"] if r["id"] == resource_id)
        verb = asked["httpMethod"]
        deployed = verb if verb in resource["methods"] else ANY
        if deployed not in resource["methods"]:
            raise not_found("Invalid Method identifier specified")
        variables = asked.get("stageVariables") or {}
        method = rest_method(resource, deployed, resource["methods"][deployed], frozen, variables)
        request = _request(asked, resource["path"])
        stage = rest_stage(STAGE, "", {**frozen, "resources": []}, variables)
        api = RestApi(home.api_id, home.account, home.region, {}, self._invoker, self._guard)
        began = time.perf_counter()
        root = new_trace_id()
        trace = self._tracer.open("execute-api", f"test of {verb} {request.raw_path}", root)
        matched = RestRouter({(verb, resource["path"]): method}).match(verb, request.raw_path)
        path_values = matched.variables if matched else {}
        ids = Ids(str(uuid.uuid4()), extended_request_id())
        path, notes = request.raw_path, Notes()
        routed = api.routed(request, stage, method, path_values, path, path, ids, f"Root={root}", notes)
        # A test asks nobody for a signature; whoever makes it is the caller.
        routed = replace(routed, caller=caller)
        reply = await api.answer(routed, method, stage, trace)
        log = _log(routed, notes, reply)
        return Reply.of_json(_answer(reply, log, int((time.perf_counter() - began) * 1000)))


def _request(asked: Mapping[str, Any], resource_path: str) -> HttpRequest:
    path, _, query = (asked.get("pathWithQueryString") or resource_path).partition("?")
    headers = [(name, value) for name, value in (asked.get("headers") or {}).items()]
    for name, values in (asked.get("multiValueHeaders") or {}).items():
        headers += [(name, value) for value in values]
    body = (asked.get("body") or "").encode()
    return HttpRequest(asked["httpMethod"], path, query, tuple(headers), body, client="test-invoke-source-ip")


def _answer(reply: Reply, log: str, latency: int) -> Json:
    own = ("x-amzn-requestid", "x-amz-apigw-id")
    multi: dict[str, list[str]] = {}
    for name, value in reply.headers:
        if name.lower() not in own:
            multi.setdefault(name, []).append(value)
    if "x-amzn-ErrorType" in multi:
        multi.pop("Content-Type", None)
    return {
        "status": reply.status,
        "body": reply.body.decode("utf-8", "replace"),
        "headers": {name: values[-1] for name, values in multi.items()},
        "multiValueHeaders": multi,
        "log": log,
        "latency": latency,
    }


def _log(routed: Routed, notes: Notes, reply: Reply) -> str:
    """The execution log of a test, a line an event, as AWS writes it."""
    clock = time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime())
    lines = execution_log.executed(routed, notes, reply, traced=True)
    told = "".join(f"{clock} : {line}\n" for line in lines)
    return f"Execution log for request {routed.request_id}\n{told}"
