"""The sandbox's own door, `/_sandbox/`: health, reset, traces."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Tracer

Reset = Callable[[], Awaitable[None]]


class OwnDoor:
    """`GET health` · `POST reset` · `GET traces`, all JSON."""

    def __init__(self, about: Callable[[], dict[str, Any]], tracer: Tracer, reset: Reset) -> None:
        self._about = about
        self._tracer = tracer
        self._reset = reset

    async def serve(self, request: HttpRequest) -> Reply:
        """Answer one request; an unknown path is named with those there are."""
        match request.method, request.raw_path.rstrip("/"):
            case (("GET" | "HEAD"), "/_sandbox/health"):
                return Reply.of_json({"status": "running", **self._about()})
            case "GET", "/_sandbox/traces":
                return Reply.of_json({"traces": self._tracer.recent()})
            case "POST", "/_sandbox/reset":
                await self._reset()
                return Reply.of_json({"status": "reset"})
        text = (
            f"The sandbox has no {request.method} {request.raw_path}. "
            "It has GET /_sandbox/health, GET /_sandbox/traces and POST /_sandbox/reset."
        )
        return Reply.of_json({"message": text}, 404)
