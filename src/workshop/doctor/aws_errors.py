"""An error of an AWS service, as a function's log tells it. Pure.

Python's SDK writes `An error occurred (CODE) when calling the OPERATION operation: TEXT`, the one for
JavaScript `CODE: TEXT`; handlers put either into lines of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ACCESS_DENIED = ("AccessDeniedException", "AccessDenied")
THROTTLED = (
    *("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"),
    "ThrottledException",
)
NOT_FOUND = ("ResourceNotFoundException",)
INVALID = ("ValidationException",)
_CODES = "|".join((*ACCESS_DENIED, *THROTTLED, *NOT_FOUND, *INVALID))

_PYTHON = re.compile(
    r"An error occurred \((?P<code>\w+)\) when calling the (?P<operation>\w+) operation(?: \([^)]*\))?: "
    r"(?P<text>[^\n]*)"
)
_NODE = re.compile(rf"\b(?P<code>{_CODES}): (?P<text>[^\n]*)")
_DENIED = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)"
    r"(?: on resource: (?P<resource>\S+))?"
)


@dataclass(frozen=True)
class AwsError:
    """code: the error's name. operation: that was called, "" where it does not show. text: its message."""

    code: str
    operation: str
    text: str

    @property
    def denied(self) -> tuple[str, str] | None:
        """Action and resource of a refusal by IAM; None for another error.

        >>> text = "User: a is not authorized to perform: s3:GetObject on resource: r"
        >>> AwsError("AccessDenied", "", text).denied
        ('s3:GetObject', 'r')
        """
        found = _DENIED.search(self.text) if self.code in ACCESS_DENIED else None
        return (found["action"], (found["resource"] or "*").strip('"')) if found else None


def find_error(text: str) -> AwsError | None:
    """The last error of an AWS service in a text; None if there is none.

    >>> find_error("ValidationException: Missing the key id in the item")
    AwsError(code='ValidationException', operation='', text='Missing the key id in the item')
    """
    found = list(_PYTHON.finditer(text))
    if found:
        return AwsError(found[-1]["code"], found[-1]["operation"], found[-1]["text"].strip())
    node = list(_NODE.finditer(text))
    return AwsError(node[-1]["code"], "", node[-1]["text"].strip()) if node else None
