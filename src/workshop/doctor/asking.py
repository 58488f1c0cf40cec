"""Which requests the doctor sends: the one of a URL, or those of a stack's APIs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workshop.checking.find import CONVENTIONS, stack_of
from workshop.checking.http_call import HttpClient
from workshop.checking.session import Recorder, recording_session
from workshop.doctor.address import Address, parse, reached_from
from workshop.doctor.apis import Api, find_api
from workshop.doctor.aws import FAILURES, Aws, Unread
from workshop.doctor.context import Context
from workshop.doctor.reply import send
from workshop.doctor.routes import DEFAULT
from workshop.doctor.walk import Report, walk
from workshop.errors import Problem
from workshop.target import Target

URLS = ("HttpApiUrl", "RestApiUrl")
"""Outputs of a stack that say where its APIs answer."""


@dataclass(frozen=True)
class Wish:
    """What is asked for. method, data: of the request; method None is GET, or POST with data."""

    method: str | None = None
    data: str | None = None
    invoke: bool = False

    @property
    def verb(self) -> str:
        return (self.method or ("GET" if self.data is None else "POST")).upper()


class Clients:
    """boto3 clients of a target, each made once, as making one takes longer than a call; and what they do."""

    def __init__(self, target: Target) -> None:
        self.recorder = Recorder()
        self._make = recording_session(target, self.recorder).client
        self._made: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, region_name: str | None = None) -> Any:
        key = (service, region_name or "")
        if key not in self._made:
            self._made[key] = self._make(service, region_name=region_name)
        return self._made[key]


def diagnose(target: Target, url: str, wish: Wish, clients: Clients | None = None) -> Report:
    """Send one request and find what is wrong with its answer. Raises Problem for a URL that is none."""
    ask = clients or Clients(target)
    return walk(ask_once(target, url, wish, ask), ask.recorder)


def ask_once(target: Target, url: str, wish: Wish, clients: Clients) -> Context:
    """Send one request: what the layers look at. Raises Problem for a URL that is none."""
    address = reached_from(parse(url), target.url, target.region)
    clients.recorder.forget()
    http = HttpClient(clients.recorder.keep)
    try:
        reply = send(http, address, wish.verb, wish.data)
    finally:
        http.close()
    return Context(
        address,
        wish.verb,
        wish.data,
        reply,
        Aws(clients),
        target.account,
        address.region or target.region,
        target.kind,
        wish.invoke,
    )


def urls_of(target: Target, stack: str, path: str | None, clients: Clients | None = None) -> list[str]:
    """The URLs of a stack's APIs with `path`; without one, with every path that a GET without parameters has.

    The APIs are those of the stack's outputs, else those of the names agreed upon. Raises Problem where
    there is none, or where they may not be read.
    """
    client = clients or Clients(target)
    try:
        found = stack_of(client, stack)
        outputs = found.outputs if found else {}
        named = [outputs.get(name) or _by_name(client, target, stack, name) for name in URLS]
        bases = [url.rstrip("/") for url in named if url]
        aws = Aws(client)
        urls = [f"{base}{one}" for base in bases for one in ([path] if path else _paths(aws, base))]
    except (*FAILURES, Unread) as error:
        raise _may_not_look(stack, error) from error
    if not urls:
        raise Problem(
            f"the outputs of the stack {stack}",
            f"none of {', '.join(URLS)}" if found else "no such stack",
            "an API to look at",
            "name a URL: workshop doctor URL; or deploy: workshop deploy 4",
        )
    return urls


def _may_not_look(stack: str, error: Exception) -> Problem:
    why = f"{error.operation}: {error.why}" if isinstance(error, Unread) else str(error)
    return Problem(
        f"the stack {stack}, for the URLs of its APIs",
        f"it cannot be read: {why}",
        "an answer that names them",
        "name the URL yourself: workshop doctor URL; the API's answer alone tells something",
    )


def _by_name(client: Clients, target: Target, stack: str, output: str) -> str | None:
    """The URL of the API that has the name agreed upon; None if there is none."""
    convention = CONVENTIONS[output]
    return convention.look(client, target, f"{stack}-{convention.suffix}")


def _paths(aws: Aws, base: str) -> list[str]:
    address: Address = parse(base)
    api = find_api(aws, address.api_id)
    return sorted(_safe(api, address)) if api else ["/"]


def _safe(api: Api, address: Address) -> Iterator[str]:
    """What can be asked for without changing anything, and without knowing an id."""
    stage = api.split(address.path)[0]
    routes = api.routes(stage)
    found = {one.path for one in routes if one.method in ("GET", "ANY") and "{" not in one.path}
    yield from (found - {DEFAULT}) or {"/"}
