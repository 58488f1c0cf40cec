"""The ways to name a function: `users`, `users:prod`, `123456789012:function:users`, a whole ARN."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.errors import AwsError

PATTERN = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"
)
"""As the Lambda API reference gives it for FunctionName."""
LATEST = "$LATEST"
MOST_CHARACTERS = 64

_NAME = re.compile(
    r"(?:arn:aws[a-zA-Z-]*:lambda:(?P<region>[a-z0-9-]+):)?(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[a-zA-Z0-9-_]+)(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)


@dataclass(frozen=True)
class FunctionName:
    """A function as a request names it. qualifier: a version or alias, or None where none is given."""

    account: str
    region: str
    name: str
    qualifier: str | None = None

    @property
    def arn(self) -> str:
        """Without qualifier."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"

    @property
    def qualified_arn(self) -> str:
        """With the qualifier that the request gave, or none."""
        return f"{self.arn}:{self.qualifier}" if self.qualifier else self.arn


def read(given: str, account: str, region: str, qualifier: str | None = None) -> FunctionName:
    """Read a FunctionName parameter; account and region are the caller's, where it does not say.

    Raises AwsError for what is not a function's name, and for two qualifiers that differ.
    """
    match = _NAME.fullmatch(given)
    if not match:
        text = (
            f"1 validation error detected: Value '{given}' at 'functionName' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {PATTERN}"
        )
        raise AwsError("ValidationException", text)
    if len(match["name"]) > MOST_CHARACTERS:
        text = (
            f"1 validation error detected: Value '{match['name']}' at 'functionName' failed to satisfy "
            f"constraint: Member must have length less than or equal to {MOST_CHARACTERS}"
        )
        raise AwsError("InvalidParameterValueException", text)
    named = match["qualifier"]
    if named and qualifier and named != qualifier:
        text = "The derived qualifier from the function name does not match the specified qualifier."
        raise AwsError("InvalidParameterValueException", text)
    return FunctionName(
        match["account"] or account, match["region"] or region, match["name"], named or qualifier
    )


def not_found(function: FunctionName, *, qualified: bool) -> AwsError:
    """Function not found. qualified: whether the text ends in the qualifier (Invoke: always)."""
    arn = f"{function.arn}:{function.qualifier or LATEST}" if qualified else function.qualified_arn
    return AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)
