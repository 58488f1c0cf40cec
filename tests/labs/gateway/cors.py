"""What a browser asks before a page of another origin may call an API, and looks for in the answers.

Source: the Fetch standard, *CORS protocol*: a preflight is answered with a status 200 to 299 and names the
origin, the method and the headers; the answer to the request itself names the origin.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.labs.gateway.api import Api
from tests.labs.gateway.messages import DEPLOY
from tests.labs.gateway.reply import Reply, send
from workshop.checking.message import Message

NO_PREFLIGHT = Message(
    saw="{asked} (Origin: {origin}, for a {method})\nanswered {came}, without a header "
    "access-control-allow-origin for it",
    expected="a status 2xx, and access-control-allow-origin: * or {origin}",
    why="Before a page of another origin may send JSON, the browser asks by OPTIONS. Where the answer does "
    "not name the origin, the page gets nothing.",
    next_step=f"HTTP API: CorsConfiguration. REST API: Cors, which makes a method OPTIONS. Then: {DEPLOY}",
)
NOT_ALLOWED = Message(
    saw="{asked}\nanswered {came}; access-control-allow-{name} is: {allowed}",
    expected="access-control-allow-{name} with {wanted} in it",
    why="The browser sends only what the preflight allows, by method and by header.",
    next_step=f"Add {{wanted}} to what CORS allows on the {{kind}}, then: {DEPLOY}",
)
NO_ORIGIN = Message(
    saw="{asked} (Origin: {origin})\nanswered {came}, without a header access-control-allow-origin for it",
    expected="access-control-allow-origin: * or {origin}, on every answer of the function",
    why="The preflight lets the request out; this header lets the page read the answer. A REST API does not "
    "add it: with proxy integration the headers are your function's.",
    next_step=f"Put the header into every proxy response of your function, then: {DEPLOY}",
)

ORIGIN = "https://www.example.com"
ASKED_FOR = (("POST", "/users"), ("PATCH", "/users/check-nobody"), ("DELETE", "/users/check-nobody"))


def check_cors(api: Api) -> None:
    """End the check unless a browser would let a page call the API, and read its answers."""
    for method, path in ASKED_FOR:
        asks = {"access-control-request-method": method, "access-control-request-headers": "content-type"}
        _judge_preflight(api, send(api, "OPTIONS", path, headers={"origin": ORIGIN, **asks}), method)
    for path in ("/users?limit=1", "/users/check-nobody"):
        reply = send(api, "GET", path, headers={"origin": ORIGIN})
        if not _names_origin(reply.headers):
            NO_ORIGIN.fail(**_said(api, reply), origin=ORIGIN)


def _judge_preflight(api: Api, reply: Reply, method: str) -> None:
    if not 200 <= reply.status < 300 or not _names_origin(reply.headers):
        NO_PREFLIGHT.fail(**_said(api, reply), origin=ORIGIN, method=method)
    for name, wanted in (("methods", method), ("headers", "content-type")):
        allowed = reply.headers.get(f"access-control-allow-{name}", "")
        if not {wanted.lower(), "*"}.intersection(one.strip().lower() for one in allowed.split(",")):
            NOT_ALLOWED.fail(**_said(api, reply), name=name, wanted=wanted, allowed=allowed or "none")


def _names_origin(headers: Mapping[str, str]) -> bool:
    return headers.get("access-control-allow-origin") in (ORIGIN, "*")


def _said(api: Api, reply: Reply) -> dict[str, str]:
    return {"kind": api.kind, "asked": reply.asked, "came": reply.came}
