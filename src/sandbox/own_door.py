"""The sandbox's own door, `/_sandbox/`: health, reset, settings, traces, usage, code of functions."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.adjusting import Adjustable, BadSetting
from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Tracer
from sandbox.usage import Usage

Reset = Callable[[], Awaitable[None]]

CODE = "/_sandbox/code/"
"""Where the links of GetFunction lead to (sandbox.functions.downloads)."""


WELCOME = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>sandbox</title>
<body style="font: 18px/1.5 system-ui, sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em">
<h1>The sandbox is running</h1>
<p>This is a local AWS at <code>{url}</code>. It answers the AWS CLI, boto3 and the other AWS SDKs; there is
nothing to see here in a browser. Point your tools at it in a terminal:</p>
<pre>eval "$(sandbox env --port {port})"
aws sts get-caller-identity</pre>
<p>Your APIs are below <code>{url}/_aws/execute-api/</code>. What happened to the latest requests:
<a href="/_sandbox/traces">traces</a>.</p>
"""
"""What a person sees who opens the sandbox's address in a browser, where AWS would answer with XML."""


class OwnDoor:
    """`GET health` · `POST reset` · `GET` and `PUT settings` · `GET traces` · `GET usage`, all JSON.

    code: answers the links of Lambda's GetFunction, `GET code/…`, with zip files.
    """

    def __init__(
        self,
        about: Callable[[], dict[str, Any]],
        tracer: Tracer,
        usage: Usage,
        settings: Adjustable,
        reset: Reset,
        code: Callable[[HttpRequest], Reply],
    ) -> None:
        self._about = about
        self._tracer = tracer
        self._usage = usage
        self._settings = settings
        self._reset = reset
        self._code = code

    def welcome(self) -> Reply:
        """The page for a person who opens the sandbox's address in a browser."""
        url = str(self._about()["url"])
        page = WELCOME.format(url=url, port=url.rpartition(":")[2])
        return Reply(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())

    async def serve(self, request: HttpRequest) -> Reply:
        """Answer one request; an unknown path is named with those there are."""
        if request.method == "GET" and request.raw_path.startswith(CODE):
            return self._code(request)
        match request.method, request.raw_path.rstrip("/"):
            case (("GET" | "HEAD"), "/_sandbox/health"):
                return Reply.of_json({"status": "running", **self._about()})
            case "GET", "/_sandbox/traces":
                return Reply.of_json({"traces": self._tracer.recent()})
            case "GET", "/_sandbox/usage":
                return Reply.of_json(self._usage.report())
            case "GET", "/_sandbox/settings":
                return Reply.of_json(self._settings.read())
            case "PUT", "/_sandbox/settings":
                return self._set(request.body)
            case "POST", "/_sandbox/reset":
                await self._reset()
                return Reply.of_json({"status": "reset"})
        text = (
            f"The sandbox has no {request.method} {request.raw_path}. "
            "It has GET /_sandbox/health, GET /_sandbox/traces, GET /_sandbox/usage, POST /_sandbox/reset, "
            "GET and PUT /_sandbox/settings."
        )
        return Reply.of_json({"message": text}, 404)

    def _set(self, body: bytes) -> Reply:
        """Change settings of the running sandbox; one that is refused changes nothing."""
        try:
            wanted = json.loads(body or b"null")
        except (ValueError, RecursionError) as error:
            return Reply.of_json({"message": f"The body is not JSON ({error})."}, 400)
        try:
            return Reply.of_json(self._settings.change(wanted))
        except BadSetting as error:
            return Reply.of_json({"message": str(error)}, 400)
