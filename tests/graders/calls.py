"""AWS calls of a submission: what a learner does by hand, before or instead of a deployment."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from workshop.target import Target

PLACE = re.compile(r"\{([\w.]+)\}")
NOT_YET = ("cannot be assumed", "ResourceConflictException", "ResourceInUseException")
"""What AWS says to whoever is too quick: a learner waits, and tries again."""
PATIENCE, PAUSE = 5.0, 0.05


class Calls:
    """Makes calls in order. Texts hold `{places}`, filled from `names` and from the answers of earlier calls.

    names: the outputs of the stack, account, region, and what follows from outputs: UsersRoleName, HttpApiId,
    RestApiId. A text that is nothing but `{package}` becomes the folder's files as a zip archive.
    """

    def __init__(self, target: Target, outputs: Mapping[str, str], folder: Path) -> None:
        self._session = target.session()
        self._folder = folder
        self.names: dict[str, Any] = names(target, outputs)

    def make(self, calls: Iterable[Mapping[str, Any]]) -> None:
        """Make the calls, one after the other. Raises ClientError where one is refused."""
        for call in calls:
            (asked,) = (name for name in call if name != "as")
            service, operation = asked.split(".")
            send = getattr(self._session.client(service), operation)
            answer = _patiently(send, self._filled(call[asked] or {}))
            if "as" in call:
                self.names[call["as"]] = answer

    def _filled(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner) for inner in value]
        if value == "{package}":
            return packed(self._folder)
        return PLACE.sub(self._value, value) if isinstance(value, str) else value

    def _value(self, place: re.Match[str]) -> str:
        """What a place stands for; `{userId}` of a path is no place, and stays."""
        first, *rest = place[1].split(".")
        if first not in self.names:
            return place[0]
        found: Any = self.names[first]
        for part in rest:
            found = found[int(part)] if isinstance(found, list) else found[part]
        return str(found)


def names(target: Target, outputs: Mapping[str, str]) -> dict[str, Any]:
    """What calls may speak of after a deployment."""
    known = {**outputs, "account": target.account, "region": target.region}
    known["UsersRoleName"] = outputs.get("UsersRoleArn", "").rpartition("/")[2]
    for output, name in (("HttpApiUrl", "HttpApiId"), ("RestApiUrl", "RestApiId")):
        found = re.search(r"/execute-api/(\w+)", outputs.get(output, ""))
        known[name] = found[1] if found else ""
    return known


def packed(folder: Path) -> bytes:
    """The files of a folder as a zip archive."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(folder))
    return memory.getvalue()


def _patiently(send: Any, parameters: dict[str, Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return send(**parameters)
        except ClientError as error:
            if time.monotonic() > end or not any(words in str(error) for words in NOT_YET):
                raise
        time.sleep(PAUSE)
