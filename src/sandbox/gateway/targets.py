"""Which function an integration's URI means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FUNCTION_ARN = re.compile(
    r"arn:aws[\w-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:"
    r"(?P<name>[\w-]{1,64})(?::(?P<qualifier>\$LATEST|[\w-]{1,128}))?"
)
_INVOCATIONS = re.compile(
    r"arn:aws[\w-]*:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/(?P<function>.+)/invocations"
)
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass(frozen=True, slots=True)
class Target:
    """A Lambda function, version or alias, as an integration names it."""

    arn: str
    account: str
    region: str
    name: str
    qualifier: str | None


def fill(uri: str, variables: Mapping[str, str]) -> str:
    """`uri` with the stage's variables in it; one that the stage does not have becomes nothing.

    Source: API Gateway Developer Guide, *API Gateway stage variables reference*.
    """
    return _VARIABLE.sub(lambda found: variables.get(found[1], ""), uri) if "${" in uri else uri


def function_of(uri: str) -> Target | None:
    """The function of an integration URI: its ARN, or API Gateway's ARN of its invocations."""
    invocations = _INVOCATIONS.fullmatch(uri)
    arn = invocations["function"] if invocations else uri
    found = _FUNCTION_ARN.fullmatch(arn)
    if found is None:
        return None
    return Target(arn, found["account"], found["region"], found["name"], found["qualifier"])


def is_invocations_arn(uri: str) -> bool:
    """Whether a REST API takes `uri`: API Gateway's ARN of a function's invocations."""
    return _INVOCATIONS.fullmatch(uri) is not None and function_of(sample(uri)) is not None


def sample(uri: str) -> str:
    """`uri` with a word for every stage variable, so that its form can be looked at."""
    return _VARIABLE.sub("variable", uri)
