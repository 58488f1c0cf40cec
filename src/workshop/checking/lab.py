"""The fixture `lab`: what a check may look at."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from workshop.checking.find import Found, find, stack_of
from workshop.checking.http_call import HttpClient
from workshop.checking.message import Message
from workshop.checking.session import Recorder, recording_session
from workshop.target import Target

if TYPE_CHECKING:
    import requests

    from workshop.checking.code import CannotLoad, LearnerModule


class CheckedLab:
    """One lab of a learner, seen through the target's public APIs.

    key: `01-dynamodb`. folder: the learner's copy. prefix: names the stack and what is made by hand.
    session: like boto3's; its calls become the evidence of the check that runs.
    """

    def __init__(self, key: str, folder: Path, target: Target, prefix: str) -> None:
        self.key = key
        self.folder = folder
        self.target = target
        self.prefix = prefix
        self.recorder = Recorder()
        self.session: Any = recording_session(target, self.recorder)
        self._clients: dict[str, Any] = {}
        self._found: dict[str, Found] = {}
        self._modules: dict[str, LearnerModule] = {}
        self._open = ExitStack()

    def client(self, service: str) -> Any:
        """A client of the target, such as `lab.client("dynamodb")`; the same one each time."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service)
        return self._clients[service]

    def find(self, output: str) -> Found:
        """The resource that a stack output names, such as `UsersTableName`, and how it was found.

        What was found once is what the whole run is about. Ends the check with a finding where there is
        none. Raises KeyError for an unknown output.
        """
        if output not in self._found:
            self._found[output] = find(self.client, self.target, self.prefix, self.number, output)
        return self._found[output]

    @property
    def number(self) -> str:
        """The lab's number as it is typed, such as `1`."""
        return self.key.partition("-")[0].lstrip("0")

    def stack_resources(self) -> dict[str, tuple[str, str]]:
        """Type and physical id of what the stack holds, by logical id; empty if there is no stack."""
        if stack_of(self.client, self.prefix) is None:
            return {}
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return {
            one["LogicalResourceId"]: (one["ResourceType"], one.get("PhysicalResourceId", ""))
            for page in pages.paginate(StackName=self.prefix)
            for one in page["StackResourceSummaries"]
        }

    def request(
        self, method: str, url: str, *, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """What an HTTP request is answered; bounded in time, and kept as evidence.

        Raises requests.RequestException where no answer comes.
        """
        return self._http.request(method, url, body, headers)

    @cached_property
    def _http(self) -> HttpClient:
        client = HttpClient(self.recorder.keep)
        self._open.callback(client.close)
        return client

    def module(self, name: str) -> LearnerModule:
        """The learner's `users.py` or `users.mjs`, in a process of its own, with the lab's table.

        Ends the check with a finding where the file cannot be loaded.
        """
        from workshop.checking.code import CannotLoad, load_module

        if name not in self._modules:
            table = self.find("UsersTableName").name
            try:
                self._modules[name] = self._open.enter_context(
                    load_module(self.folder, name, self.target, table)
                )
            except CannotLoad as problem:
                _cannot_load(name, problem, self.folder, self.number)
        return self._modules[name]

    def close(self) -> None:
        """Ends the processes that run the learner's code."""
        self._open.close()


CANNOT_LOAD = Message(
    saw="{file} cannot be loaded: {error}",
    expected="a file {name}.py or {name}.mjs in {folder} that loads",
    why="Its functions are called one by one, in a process of its own, so it has to load first.",
    next_step="Mend what the message names, save the file, then: workshop check {lab}",
)


def _cannot_load(name: str, problem: CannotLoad, folder: Path, number: str) -> NoReturn:
    file = problem.file or name
    CANNOT_LOAD.fail(
        evidence=(),
        where=f"{file}:{problem.line}" if problem.line else file,
        file=file,
        error=f"{problem.kind}: {problem.message}",
        name=name,
        folder=folder,
        lab=number,
    )
