"""What a grader hears from the learner's code: an answer, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TIMED_OUT = "TimedOut"
"""The function did not come back in time; its process was ended."""
EXITED = "Exited"
"""The code ended its own process, or crashed it."""
NO_SUCH_FUNCTION = "NoSuchFunction"
"""The module has no function of that name."""
NO_SUCH_FILE = "NoSuchFile"
"""There is no such module in the folder."""
OUT_OF_MEMORY = "OutOfMemory"
"""The process used more memory than it may; it was ended."""
ANSWER_TOO_LARGE = "AnswerTooLarge"
"""The function came back with more than the checks take."""
LOST_CONTACT = "LostContact"
"""The code closed the channel to the checks, or wrote into it; its process was ended."""


@dataclass(frozen=True)
class Limits:
    """How long the learner's code may take and how much it may use.

    seconds: of each call, and of the import. memory: bytes of the process and its children together.
    output: bytes kept of what one call prints. answer: bytes of one answer, encoded.
    """

    seconds: float = 10.0
    memory: int = 1024 * 1024 * 1024
    output: int = 64 * 1024
    answer: int = 16 * 1024 * 1024


@dataclass(frozen=True)
class Raised:
    """An error: of the learner's code (`kind` is its class name), or one of this module's own kinds.

    file, line: the innermost place in the learner's own files, file relative to their folder; None where
    there is none. code: AWS's error code, if the error comes from an SDK.
    """

    kind: str
    message: str
    file: str | None = None
    line: int | None = None
    traceback: str = ""
    code: str | None = None

    def __str__(self) -> str:
        where = f" ({self.file}, line {self.line})" if self.file else ""
        return f"{self.kind}: {self.message}{where}" if self.message else f"{self.kind}{where}"


@dataclass(frozen=True)
class SdkRequest:
    """One call of an AWS operation, however often the SDK tried it.

    parameters: as sent, in DynamoDB's own types (`{"userId": {"S": "ada"}}`), the same in both languages.
    error_code: AWS's error code or, where no answer came, the class of the SDK's error; None if it went well.
    pending: the function came back without waiting for it (in JavaScript, a missing `await`).
    """

    operation: str
    parameters: Mapping[str, Any]
    error_code: str | None = None
    pending: bool = False


@dataclass(frozen=True)
class Answer:
    """What became of one call.

    value: what the function gave back, None if it raised. Python keeps its types; JavaScript's `undefined`
    is None, its numbers are int or float, a BigInt an int, a Uint8Array bytes, a Set a set, a Map a dict, a
    Date a datetime. What cannot leave the process is an Opaque. A page of users is `(users, next)` in both
    languages: JavaScript's `{ users, next }` comes as that tuple.
    not_json: the first place json.dumps or JSON.stringify would refuse or lose, such as
    `answer.score is a Decimal`.
    unawaited: an error that came after the function's answer, from work nobody waited for.
    output: what the code printed. seconds: from call to answer.
    """

    value: Any
    error: Raised | None
    requests: tuple[SdkRequest, ...]
    output: str
    seconds: float
    not_json: str | None = None
    unawaited: Raised | None = None


class CannotLoad(Exception):
    """The learner's module is not there, or cannot be imported.

    kind: the error's class name (`SyntaxError`), or NO_SUCH_FILE, TIMED_OUT, EXITED, OUT_OF_MEMORY or
    LOST_CONTACT.
    file, line: as in Raised. output: what the module printed up to there.
    """

    def __init__(self, raised: Raised, output: str = "") -> None:
        super().__init__(str(raised))
        self.kind = raised.kind
        self.message = raised.message
        self.file = raised.file
        self.line = raised.line
        self.traceback = raised.traceback
        self.output = output
