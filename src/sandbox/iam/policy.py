"""A policy document, parsed once: what evaluation, simulation and explanation read.

Source: IAM User Guide, *Grammar of the IAM JSON policy language*.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

Kind = Literal["identity", "boundary", "session", "resource", "trust"]

VARIABLES_SINCE = "2012-10-17"
"""The Version of a document in which `${…}` is a variable; before, it is plain text."""


@dataclass(frozen=True)
class Condition:
    """One test of a Condition block. key: in lower case. values: as text."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Principals:
    """The Principal element. everyone: it is `*`. aws: account ids and ARNs. services: their names."""

    everyone: bool = False
    aws: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """One statement. index: its place in the document, from 0.

    An element that is absent is None: a trust policy has no Resource, an identity policy no Principal.
    written: the statement as its author wrote it, for whoever shows it.
    """

    sid: str
    index: int
    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: Principals | None
    not_principals: Principals | None
    conditions: tuple[Condition, ...]
    has_variables: bool
    written: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def title(self) -> str:
        """How people find it: its Sid, or its place counted from 1."""
        return self.sid or f"number {self.index + 1}"


@dataclass(frozen=True)
class Policy:
    """A document and where it comes from.

    name: of an inline policy, or of a managed one. arn: of a managed policy, else "".
    """

    name: str
    arn: str
    statements: tuple[Statement, ...]


def parse(document: str | Mapping[str, Any], name: str = "", arn: str = "") -> Policy:
    """The policy of a document that IAM has taken. Raises ValueError for one that is no JSON object."""
    text = document if isinstance(document, str) else json.dumps(document)
    return Policy(name, arn, _statements(text))


@lru_cache(maxsize=4096)
def _statements(text: str) -> tuple[Statement, ...]:
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("a policy document is a JSON object")
    variables = document.get("Version") == VARIABLES_SINCE
    return tuple(_statement(s, n, variables) for n, s in enumerate(listed(document.get("Statement"))))


def _statement(written: Mapping[str, Any], index: int, variables: bool) -> Statement:
    conditions = tuple(
        Condition(operator, key.lower(), tuple(_text(value) for value in listed(values)))
        for operator, tests in (written.get("Condition") or {}).items()
        for key, values in tests.items()
    )
    resources, not_resources = _texts(written, "Resource"), _texts(written, "NotResource")
    named = [*(resources or ()), *(not_resources or ()), *(v for c in conditions for v in c.values)]
    return Statement(
        sid=str(written.get("Sid", "")),
        index=index,
        effect=str(written.get("Effect", "")),
        actions=_texts(written, "Action"),
        not_actions=_texts(written, "NotAction"),
        resources=resources,
        not_resources=not_resources,
        principals=_principals(written.get("Principal")),
        not_principals=_principals(written.get("NotPrincipal")),
        conditions=conditions,
        has_variables=variables and any("${" in text for text in named),
        written=written,
    )


def _principals(written: Any) -> Principals | None:
    if written is None:
        return None
    if isinstance(written, str):
        return Principals(everyone=written == "*")
    aws = tuple(str(value) for value in listed(written.get("AWS")))
    services = tuple(str(value) for value in listed(written.get("Service")))
    return Principals("*" in aws, aws, services)


def _texts(written: Mapping[str, Any], element: str) -> tuple[str, ...] | None:
    return tuple(str(value) for value in listed(written[element])) if element in written else None


def _text(value: Any) -> str:
    """A condition's value as text: JSON's booleans and numbers are allowed unquoted."""
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)


def listed(value: Any) -> list[Any]:
    """The value as a list: an element of a policy may be written with or without brackets."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
