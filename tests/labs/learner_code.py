"""The learner's functions as a check calls them, and what it says where a call comes to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from workshop.checking import Evidence
from workshop.checking.code import NO_SUCH_FUNCTION, Answer, Raised, SdkRequest
from workshop.checking.evidence import shorten
from workshop.checking.message import Message

LONGEST_VALUE = 240

NOT_WRITTEN = Message(
    saw="`{function}` is not written yet: it still raises the starter's {kind}",
    expected="{expected}",
    why="The starter's functions only hold their place.",
    next_step="Write `{function}` in {file}, save it, then: workshop check {lab}. "
    "Stuck? workshop hint {lab} {check}",
)
NO_FUNCTION = Message(
    saw="{found}",
    expected="{expected}",
    why="The code of the later labs calls the functions by the names of the starter.",
    next_step="Name it `{function}`, exactly so{exported}, then: workshop check {lab}",
)
RAISED = Message(
    saw="`{call}` raised {error}",
    expected="{expected}",
    why="An error that the function's description does not name is one that its callers cannot handle.",
    next_step="Look at {place}: what did it do there, and what did it get? Then: workshop check {lab}",
)
NOT_AWAITED = Message(
    saw="`{call}` came back while its {operation} was still on the way",
    expected="a function that waits for its request: {expected}",
    why="Without await a promise is let go: nobody sees its error, and a Lambda function ends before it is "
    "done.",
    next_step="Put `await` in front of client.send(…) in `{function}`, then: workshop check {lab}",
)


class LearnerCode:
    """The module `users` of a lab, with its functions under the names of the learner's language."""

    def __init__(self, lab: Any, check: str) -> None:
        self._module = lab.module("users")
        self.in_node = self._module.language != "python"
        self.file = self._module.file.name
        self._common = {"file": self.file, "lab": lab.key.partition("-")[0].lstrip("0"), "check": check}

    def call(self, function: str, *arguments: Any) -> Answer:
        """What became of `function(table, *arguments)`; the check ends if it is not there or not written."""
        answer = self._module.call(function, *arguments)
        error = answer.error
        if error is not None and error.kind == NO_SUCH_FUNCTION:
            exported = ", with `export` before it" if self.in_node else ""
            self._fail(
                NO_FUNCTION,
                function,
                found=error.message,
                exported=exported,
                expected=self._a_function(function),
            )
        if error is not None and _is_starters(error):
            self._fail(NOT_WRITTEN, function, kind=error.kind, expected=self._a_function(function))
        return answer

    def value(self, expected: str, function: str, *arguments: Any) -> Any:
        """What `function(table, *arguments)` gives back; the check ends if it raises. See `call`."""
        return self.value_of(self.call(function, *arguments), expected, function, *arguments)

    def value_of(self, answer: Answer, expected: str, function: str, *arguments: Any) -> Any:
        """What this answer holds; the check ends if the call raised, or did not wait for its requests."""
        call = self.shown_call(function, *arguments)
        waited_for = [request for request in answer.requests if request.pending]
        if waited_for:
            self._fail(NOT_AWAITED, function, call=call, operation=waited_for[0].operation, expected=expected)
        if answer.error is not None:
            self._fail(
                RAISED,
                function,
                evidence=evidence(answer.requests),
                where=where(answer.error),
                call=call,
                error=answer.error,
                expected=expected,
                place=f"{answer.error.file}, line {answer.error.line}" if answer.error.file else self.file,
            )
        return answer.value

    def name(self, function: str) -> str:
        """A function as the learner's language writes it: get_user, or getUser."""
        first, *rest = function.split("_")
        return first + "".join(word.capitalize() for word in rest) if self.in_node else function

    def shown_call(self, function: str, *arguments: Any) -> str:
        """A call as the learner would write it."""
        shown = ["table", *(self.show(argument) for argument in arguments)]
        return f"{self.name(function)}({', '.join(shown)})"

    def show(self, value: Any) -> str:
        """A value for a message, cut where it is long."""
        if value is None:
            return "undefined" if self.in_node else "None"
        text = repr(shorten(value)) if not isinstance(value, Decimal) else repr(value)
        return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"

    def _a_function(self, function: str) -> str:
        return f"a function `{self.name(function)}` in {self.file} that does what its description says"

    def _fail(self, message: Message, function: str, **values: Any) -> None:
        evidence, where = values.pop("evidence", None), values.pop("where", "")
        message.fail(evidence, where, **self._common, function=self.name(function), **values)


def evidence(requests: Sequence[SdkRequest]) -> tuple[Evidence, ...]:
    """What the learner's code sent to AWS, as the evidence of a finding."""
    return tuple(
        Evidence("dynamodb", one.operation, shorten(one.parameters), error=one.error_code or "")
        for one in requests
    )


def where(error: Raised) -> str:
    """The place of an error, as `users.py:12`; empty if it is not in the learner's files."""
    return f"{error.file}:{error.line}" if error.file else ""


def _is_starters(error: Raised) -> bool:
    return error.kind == "NotImplementedError" or error.message.endswith(" is not written yet")
