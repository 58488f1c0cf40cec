"""The AWS calls a finding relies on, as lines that a learner can run.

Long values are cut with `…`, ARNs are not; values whose name says that they are secret are never kept.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name

LONGEST_TEXT = 60
LONGEST_ARN = 200
"""An ARN that is cut short names nothing."""
LONGEST_LIST = 5
LONGEST_ANSWER = 400

SECRET = re.compile(r"secret|password|credential|authorization|private_?key|session_?token", re.IGNORECASE)
HIDDEN = "(not shown)"


@dataclass(frozen=True)
class Evidence:
    """One call to AWS: what was asked and what came back.

    service, operation: as boto3 and the API name them, `dynamodb` and `DescribeTable`.
    answer: an excerpt of the answer as JSON, or empty. error: `Code: message`, or empty.
    times: how often in a row the same was asked. Parameters are shortened, whoever gives them.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    answer: str = ""
    error: str = ""
    times: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", shorten(self.parameters))

    def as_boto3(self) -> str:
        """The call as a line of Python.

        >>> print(Evidence("dynamodb", "GetItem", {"TableName": "t", "ConsistentRead": True}).as_boto3())
        boto3.client("dynamodb").get_item(TableName="t", ConsistentRead=True)
        """
        given = ", ".join(f"{name}={_python(value)}" for name, value in self.parameters.items())
        return f'boto3.client("{self.service}").{xform_name(self.operation)}({given})'

    def as_aws(self) -> str:
        """The call as a line for a shell.

        >>> print(Evidence("dynamodb", "GetItem", {"TableName": "my table"}).as_aws())
        aws dynamodb get-item --table-name 'my table'
        """
        words = ["aws", self.service, xform_name(self.operation, "-")]
        for name, value in self.parameters.items():
            words += _option(xform_name(name, "-"), value)
        return " ".join(words)

    def lines(self) -> Iterator[str]:
        """The call in both ways and what came back."""
        yield f"  {self.as_boto3()}"
        yield f"  {self.as_aws()}"
        came_back = f"refused with {self.error}" if self.error else self.answer or "nothing"
        yield f"  → {came_back}{f'  ({self.times} times)' if self.times > 1 else ''}"

    def as_dict(self) -> dict[str, Any]:
        """The call for JSON, with both lines."""
        return {
            "service": self.service,
            "operation": self.operation,
            "parameters": self.parameters,
            "answer": self.answer,
            "error": self.error,
            "times": self.times,
            "boto3": self.as_boto3(),
            "aws": self.as_aws(),
        }


def shorten(value: Any) -> Any:
    """The value with long texts, lists and maps cut, and without secrets."""
    if isinstance(value, Mapping):
        kept = {
            str(name): HIDDEN if SECRET.search(str(name)) else shorten(inner)
            for name, inner in list(value.items())[: 4 * LONGEST_LIST]
        }
        return kept | ({"…": "…"} if len(value) > len(kept) else {})
    if isinstance(value, list | tuple | set):
        kept_items = [shorten(inner) for inner in list(value)[:LONGEST_LIST]]
        return kept_items + (["…"] if len(value) > LONGEST_LIST else [])
    if isinstance(value, bytes | bytearray):
        return shorten(value.decode("utf-8", "replace"))
    if isinstance(value, str):
        longest = LONGEST_ARN if value.startswith("arn:") else LONGEST_TEXT
        return value if len(value) <= longest else value[: longest - 1] + "…"
    if value is None or isinstance(value, bool | int | float):
        return value
    return shorten(str(value))


def excerpt(answer: Mapping[str, Any]) -> str:
    """An answer of AWS as one line of JSON, cut where it is long; response metadata is left out."""
    told = {name: value for name, value in answer.items() if name not in ("ResponseMetadata", "Error")}
    text = json.dumps(shorten(told), ensure_ascii=False) if told else ""
    return text if len(text) <= LONGEST_ANSWER else text[: LONGEST_ANSWER - 1] + "…"


def _python(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _option(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return [f"--{name}", shlex.quote(text)]
