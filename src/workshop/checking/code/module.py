"""A learner's module, whose functions are called in a process of its own."""

from __future__ import annotations

import difflib
import re
import signal
import weakref
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workshop.checking.code import languages
from workshop.checking.code.answers import (
    ANSWER_TOO_LARGE,
    EXITED,
    LOST_CONTACT,
    NO_SUCH_FUNCTION,
    OUT_OF_MEMORY,
    TIMED_OUT,
    Answer,
    CannotLoad,
    Limits,
    Raised,
    SdkRequest,
)
from workshop.checking.code.child import Child, End, Heard
from workshop.checking.code.languages import Language, Source
from workshop.checking.code.values import decode, encode
from workshop.target import Target

START_SECONDS = 60.0
"""How long the interpreter and the SDK may take; the learner's code has not begun by then."""
_MOST_TEXT = 8000
_NODE_OUT_OF_MEMORY = "JavaScript heap out of memory"
_UNREADABLE = (ValueError, TypeError, KeyError, ArithmeticError, AttributeError, RecursionError)


def load_module(
    folder: Path,
    name: str,
    target: Target,
    table_name: str,
    limits: Limits | None = None,
    *,
    language: Language | None = None,
    wait: bool = True,
) -> LearnerModule:
    """Load `users.py`, `users.mjs`, `users.js` or `users.cjs` of `folder` in a process of its own.

    Every function gets the table `table_name` of `target` first. language: which, where both are there.
    wait: False gives the module back while its process still starts; the first call then waits, and may
    raise CannotLoad itself. Raises CannotLoad; Problem where Node.js or its SDK is not installed.
    """
    folder = folder.resolve()
    source = languages.find(folder, name, language)
    module = LearnerModule(source, target, table_name, limits or Limits())
    if wait:
        module.wait_until_loaded()
    return module


class LearnerModule:
    """Calls the functions of one module. Use it as a context manager, or `close` it.

    The process serves many calls. After one that was ended, the next call starts a fresh process.
    """

    def __init__(self, source: Source, target: Target, table_name: str, limits: Limits) -> None:
        self.file = source.file
        self.language = source.language
        self._limits = limits
        self._command = languages.command(source, target, table_name, limits)
        self._variables = languages.variables(target, table_name)
        self._count = 0
        self._loaded = False
        self._children: list[Child] = []  # one or none, shared with the finalizer
        self._close = weakref.finalize(self, _end_all, self._children)
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and whatever it started."""
        _end_all(self._children)

    def wait_until_loaded(self) -> None:
        """Come back when the module is imported. Raises CannotLoad."""
        if not (self._children and self._children[0].alive):
            self.close()
            self._start()
        if self._loaded:
            return
        child = self._children[0]
        started = child.exchange(None, START_SECONDS, lambda message: True)
        if started.end is not End.ANSWERED or started.messages != [{"kind": "started"}]:
            self.close()
            raise RuntimeError(f"the driver of {self.language} did not start: {started}")
        heard = child.exchange(
            None, self._limits.seconds, lambda message: message.get("kind") in ("ready", "failed")
        )
        raised = self._why_not_loaded(heard)
        if raised is not None:
            self.close()
            raise CannotLoad(raised, started.output + heard.output)
        self._loaded = True

    def call(self, function: str, /, *arguments: Any, **named: Any) -> Answer:
        """Call `function(table, *arguments, **named)`, in JavaScript by its camelCase name.

        In JavaScript, None among the arguments is `undefined`, and named arguments go where the function
        has parameters of these names, or else together as one object at the end. Whatever the code does
        becomes an Answer; raises only CannotLoad, if the module has to be loaded anew and cannot be.
        """
        self.wait_until_loaded()
        self._count += 1
        count = self._count
        message = {
            "call": count,
            "function": self._name(function),
            "arguments": [encode(one) for one in arguments],
            "named": {self._name(name): encode(one) for name, one in named.items()},
        }
        heard = self._children[0].exchange(
            message,
            self._limits.seconds,
            lambda one: one.get("kind") == "answer" and one.get("call") == count,
        )
        if heard.end is not End.ANSWERED:
            self.close()
        return self._answer(function, count, heard)

    def _name(self, name: str) -> str:
        return name if self.language == "python" else camel_case(name)

    def _start(self) -> None:
        self._loaded = False
        child = Child(
            self._command,
            folder=self.file.parent,
            variables=self._variables,
            limits=self._limits,
            tells_where=self.language == "python",
        )
        self._children[:] = [child]

    def _why_not_loaded(self, heard: Heard) -> Raised | None:
        if heard.end is not End.ANSWERED:
            return self._ended(f"importing {self.file.name}", heard)
        last = heard.messages[-1]
        if last == {"kind": "ready"}:
            return None
        try:
            return _raised(last["error"])
        except _UNREADABLE:
            return _lost_contact()

    def _answer(self, function: str, count: int, heard: Heard) -> Answer:
        try:
            requests = _requests(heard.messages, count)
            if heard.end is not End.ANSWERED:
                raised = self._ended(self._name(function), heard)
                return Answer(None, raised, requests, heard.output, heard.seconds)
            last = heard.messages[-1]
            unawaited = _raised(last["unawaited"]) if last.get("unawaited") else None
            error = self._error(function, last)
            value = None if error else self._neutral(decode(last["value"]))
            held = None if error else _text(last["not_json"])
        except _UNREADABLE:
            self.close()
            return Answer(None, _lost_contact(), (), heard.output, heard.seconds)
        return Answer(value, error, requests, heard.output, heard.seconds, held, unawaited)

    def _error(self, function: str, last: dict[str, Any]) -> Raised | None:
        if "missing" in last:
            return self._no_such_function(self._name(function), [str(name) for name in last["missing"]])
        if "too_large" in last:
            size = int(last["too_large"])
            return Raised(ANSWER_TOO_LARGE, f"{self._name(function)} came back with {size:,} bytes")
        return _raised(last["error"]) if "error" in last else None

    def _neutral(self, value: Any) -> Any:
        """`{ users, next }` of JavaScript as `(users, next)`."""
        if self.language == "python" or not isinstance(value, dict):
            return value
        if "users" not in value or value.keys() - {"users", "next"}:
            return value
        return value["users"], value.get("next")

    def _no_such_function(self, name: str, names: list[str]) -> Raised:
        near = _near(name, names)
        if self.language == "nodejs" and re.search(
            rf"\b(function|const|let)\s+{name}\b", self.file.read_text()
        ):
            said = "it has one, but does not export it"
        elif near:
            said = f"it has {near}: is that the one?"
        else:
            said = f"it has {', '.join(names)}" if names else "it has no function at all"
        verb = "has" if self.language == "python" else "exports"
        return Raised(NO_SUCH_FUNCTION, f"{self.file.name} {verb} no function {name}; {said}", self.file.name)

    def _ended(self, what: str, heard: Heard) -> Raised:
        said = heard.messages[-1] if heard.messages else {}
        place: tuple[str | None, int | None, str] = (None, None, "")
        if said.get("kind") in ("where", "exited"):
            place = _text(said.get("file")), said.get("line"), str(said.get("traceback", ""))
        most = self._limits.memory // (1024 * 1024)
        if heard.end is End.TIMED_OUT:
            text = f"{what} did not end within {self._limits.seconds:g} seconds"
            return Raised(TIMED_OUT, text, *place)
        if heard.end is End.OUT_OF_MEMORY or _NODE_OUT_OF_MEMORY in heard.output:
            return Raised(OUT_OF_MEMORY, f"{what} used more than {most} MB of memory")
        if heard.end is End.EXITED:
            return Raised(EXITED, f"{what} ended its process: {_status(heard.status or 0)}", *place)
        return _lost_contact()


def camel_case(name: str) -> str:
    """
    >>> camel_case("create_user")
    'createUser'
    """
    first, *others = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def _near(name: str, names: list[str]) -> str | None:
    """The name that is meant most likely: the same but for case and underscores, or nearly spelt so."""
    plain = {other.replace("_", "").lower(): other for other in names}
    found = difflib.get_close_matches(name.replace("_", "").lower(), plain, n=1, cutoff=0.8)
    return plain[found[0]] if found else None


def _requests(messages: list[dict[str, Any]], count: int) -> tuple[SdkRequest, ...]:
    mine = [message for message in messages if message.get("call") == count]
    codes = {one["number"]: _text(one["code"]) for one in mine if one["kind"] == "refused"}
    pending = mine[-1].get("pending", []) if mine else []
    return tuple(
        SdkRequest(
            str(one["operation"]),
            decode(one["parameters"]),
            codes.get(one["number"]),
            one["number"] in pending,
        )
        for one in mine
        if one["kind"] == "sent"
    )


def _raised(held: dict[str, Any]) -> Raised:
    line = held["line"]
    return Raised(
        str(held["kind"]),
        str(held["message"])[:_MOST_TEXT],
        _text(held["file"]),
        int(line) if line is not None else None,
        str(held["traceback"])[:_MOST_TEXT],
        _text(held["code"]),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _lost_contact() -> Raised:
    return Raised(LOST_CONTACT, "the code closed, or wrote into, a file descriptor that is not its own")


def _status(status: int) -> str:
    if status >= 0:
        return f"exit code {status}"
    return f"killed by {signal.Signals(-status).name}"


def _end_all(children: list[Child]) -> None:
    while children:
        children.pop().end()
