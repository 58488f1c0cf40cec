"""Which requests the doctor sends: the one of a URL, or those of a stack's APIs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workshop.checking.find import CONVENTIONS, stack_of
from workshop.checking.http_call import HttpClient
from workshop.checking.session import Recorder, recording_session
from workshop.doctor.address import Address, at_endpoint, parse
from workshop.doctor.apis import Api, find_api
from workshop.doctor.aws import Aws
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


def diagnose(target: Target, url: str, wish: Wish) -> Report:
    """Send one request and find what is wrong with its answer. Raises Problem for a URL that is none."""
    address = parse(url)
    if address.endpoint != target.url:
        address = at_endpoint(address, target.url)
    recorder = Recorder()
    session = recording_session(target, recorder)
    http = HttpClient(recorder.keep)
    try:
        reply = send(http, address, wish.verb, wish.data)
    finally:
        http.close()
    context = Context(
        address,
        wish.verb,
        wish.data,
        reply,
        Aws(session.client),
        target.account,
        address.region or target.region,
        target.kind,
        wish.invoke,
    )
    return walk(context, recorder)


def urls_of(target: Target, stack: str, path: str | None) -> list[str]:
    """The URLs of a stack's APIs with `path`; without one, with every path that a GET without parameters has.

    The APIs are those of the stack's outputs, else those of the names agreed upon. Raises Problem where
    there is none.
    """
    client = target.session().client
    found = stack_of(client, stack)
    outputs = found.outputs if found else {}
    bases = [url.rstrip("/") for name in URLS if (url := outputs.get(name) or _by_name(target, stack, name))]
    if not bases:
        raise Problem(
            f"the outputs of the stack {stack}",
            f"none of {', '.join(URLS)}" if found else "no such stack",
            "an API to look at",
            "name a URL: workshop doctor URL; or deploy: workshop deploy 4",
        )
    aws = Aws(client)
    return [f"{base}{one}" for base in bases for one in ([path] if path else _paths(aws, base))]


def _by_name(target: Target, stack: str, output: str) -> str | None:
    """The URL of the API that has the name agreed upon; None if there is none."""
    convention = CONVENTIONS[output]
    return convention.look(target.session().client, target, f"{stack}-{convention.suffix}")


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
