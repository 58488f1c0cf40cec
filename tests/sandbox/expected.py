"""What a case expects, and the checks that compare it with what the sandbox did.

Recorded cases are compared strictly. Secondary ones (second-hand sources) leniently: status, error code,
fields and events as strictly, but texts only loosely (`matching.loosely_same`), so a text that plainly
contradicts the case still fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.sandbox import matching
from tests.sandbox.cases import Case

_LISTS_BY_NATURE = frozenset(("json_keys", "absent_keys", "absent_headers"))
Meanings = Mapping[str, Any]
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class Expected:
    """A case while its test runs. Each check compares all keys of `then` that it understands.

    Placeholders of the case are filled from keyword arguments; `meanings` says what a value given in
    words stands for, by path or by those words: `meanings={"client ip": "127.0.0.1"}`. A meaning may
    be a predicate.
    """

    def __init__(self, case: Case, values: Mapping[str, Any] | None = None) -> None:
        self.case = case
        self.id = case.id
        self.given = case.given
        self.when = case.when
        self.then = case.then
        self.strict = case.confidence == "recorded"
        self._values = {"region": "us-east-1", **(values or {})}
        self._left = set(case.then)
        self._parts: dict[int, Expected] = {}

    # What a test calls

    def check_response(
        self,
        status: int,
        headers: Headers,
        body: bytes | str,
        *,
        meanings: Meanings | None = None,
        **values: Any,
    ) -> None:
        """Compare an HTTP answer: status, headers, and the body as text, JSON or an AWS error."""
        text = body.decode("utf-8") if isinstance(body, bytes) else body
        lower = _lower(headers)
        document = _parsed(text)
        message = text
        if "error" in self.then:
            code, message = _wire_error(lower, text, document)
            self._compare_code(code)
        self._compare_common(status, lower, message, document, meanings or {}, values)
        if "json" in self._left:
            wanted = self._take_filled("json", values)
            _require(document == wanted, f"the body is not {wanted!r}: {text!r}")
        self._compare_fields("json_subset", document, meanings or {}, values)

    def check_error(self, error: Any, *, meanings: Meanings | None = None, **values: Any) -> None:
        """Compare a botocore ClientError: status, headers, code, message and further fields."""
        response = error.response
        meta = response["ResponseMetadata"]
        told = response["Error"]
        fields = {**told, **{k: v for k, v in response.items() if k not in ("Error", "ResponseMetadata")}}
        fields.setdefault("message", told.get("Message"))
        self._compare_code(told["Code"])
        self._compare_common(
            meta["HTTPStatusCode"],
            _lower(meta["HTTPHeaders"]),
            told["Message"],
            fields,
            meanings or {},
            values,
        )

    def check_exception(self, error: BaseException) -> None:
        """Compare an exception that the client itself raises, before anything is sent."""
        kind = type(error)
        name = self.take("python_exception")
        _require(name in (kind.__name__, f"{kind.__module__}.{kind.__name__}"), f"raised {kind}, not {name}")
        self._left.discard("client_side")
        self.check_text(str(error))

    def check_event(
        self, event: Mapping[str, Any], *, meanings: Meanings | None = None, **values: Any
    ) -> None:
        """Compare the event a handler was given: `event`, `event_fields` and `absent_keys`."""
        told = dict(meanings or {})
        self._compare_fields("event", event, told, values)
        if "event_fields" in self._left:
            for path, wanted in self._take_filled("event_fields", values).items():
                self._compare_event_field(event, path, wanted, told)
        self._compare_absent_keys(event)

    def check_fields(self, key: str, actual: Any, *, meanings: Meanings | None = None, **values: Any) -> None:
        """Compare the map under one key of `then`, such as `env` or `json_subset`, with `actual`."""
        _require(key in self.then, f"the case says nothing under '{key}'")
        self._compare_fields(key, actual, meanings or {}, values)

    def check_text(self, text: str, **values: Any) -> None:
        """Compare a text, such as a log line, with `exact`, `regex` or `contains`."""
        self._compare_text(text, values)
        if "contains" in self._left:
            wanted = self._take_filled("contains", values)
            _require(wanted in text, f"{text!r} does not contain {wanted!r}")

    def take(self, key: str, **values: Any) -> Any:
        """The value under `key`, which the test then compares by hand."""
        _require(key in self.then, f"the case says nothing under '{key}'")
        return self._take_filled(key, values)

    def part(self, index: int) -> Expected:
        """The case for one of several situations: entry `index` of each list in `then`."""
        if index not in self._parts:
            then = {
                key: value[index] if isinstance(value, list) and key not in _LISTS_BY_NATURE else value
                for key, value in self.then.items()
            }
            case = Case(**{**vars(self.case), "then": then})
            self._parts[index] = Expected(case, self._values)
        return self._parts[index]

    def finish(self) -> None:
        """Fail if anything the case says was left unchecked."""
        for index, part in self._parts.items():
            _require(not part._left, f"part {index} was not checked for {sorted(part._left)}")
        for key, value in self.then.items():
            if self._parts and key in self._left:
                parts = len(value) if isinstance(value, list) and key not in _LISTS_BY_NATURE else 1
                if len(self._parts) >= parts:
                    self._left.discard(key)
        _require(not self._left, f"the test did not check what the case says under {sorted(self._left)}")

    # How it is done

    def _compare_common(
        self,
        status: int,
        headers: Mapping[str, str],
        text: str,
        document: Any,
        meanings: Meanings,
        values: Mapping[str, Any],
    ) -> None:
        if "status" in self._left:
            wanted = self._take_filled("status", values)
            _require(status == wanted, f"status {status}, not {wanted}: {text!r}")
        if "headers" in self._left:
            for name, value in self._take_filled("headers", values).items():
                self._compare_header(headers, name.lower(), value, meanings)
        for name in self._take_filled("absent_headers", values) if "absent_headers" in self._left else ():
            _require(name.lower() not in headers, f"header {name} is there: {headers.get(name.lower())!r}")
        self._compare_text(text, values)
        if "json_keys" in self._left:
            wanted = self.then["json_keys"]
            if isinstance(wanted, list):
                self._left.discard("json_keys")
                missing = [key for key in wanted if not matching.look_up(document, key)[1]]
                _require(not missing, f"the body has no {missing}: {document!r}")
            else:
                self._compare_fields("json_keys", document, meanings, values)
        self._compare_absent_keys(document)

    def _compare_code(self, code: str) -> None:
        if "error" in self._left:
            wanted = self._take_filled("error", {})
            _require(code == wanted, f"error {code}, not {wanted}")

    def _compare_header(self, headers: Mapping[str, str], name: str, wanted: Any, meanings: Meanings) -> None:
        _require(name in headers, f"there is no header {name}: {sorted(headers)}")
        actual = headers[name]
        if not self.strict and isinstance(wanted, str) and wanted.casefold() in actual.casefold():
            return
        wrong = matching.misfit(wanted, actual, name, meanings)
        _require(not wrong, f"header {wrong}")

    def _compare_text(self, text: str, values: Mapping[str, Any]) -> None:
        if "exact" in self._left:
            wanted = self._take_filled("exact", values)
            same = text == wanted if self.strict else matching.loosely_same(wanted, text)
            _require(same, f"expected\n  {wanted!r}\nsaw\n  {text!r}")
        if "regex" in self._left:
            pattern = self._take_filled("regex", values)
            flags = 0 if self.strict else re.IGNORECASE
            _require(re.search(pattern, text, flags) is not None, f"{text!r} does not match\n  {pattern}")

    def _compare_fields(self, key: str, actual: Any, meanings: Meanings, values: Mapping[str, Any]) -> None:
        if key not in self._left:
            return
        wanted = self._take_filled(key, values)
        _require(
            isinstance(wanted, dict), f"'{key}' of the case is no map: take('{key}') and compare by hand"
        )
        wrong = []
        for path, value in wanted.items():
            found, there = matching.look_up(actual, path)
            wrong.append(matching.misfit(value, found, path, meanings) if there else f"{path}: is absent")
        told = "; ".join(filter(None, wrong))
        _require(not told, f"{told}\nof {actual!r}")

    def _compare_event_field(self, event: Any, path: str, wanted: Any, meanings: Meanings) -> None:
        found, there = matching.look_up(event, path)
        _require(there, f"{path}: is absent from {event!r}")
        if isinstance(wanted, list) and path not in meanings:
            missing = [key for key in wanted if key not in (found or {})]
            _require(not missing, f"{path} has no {missing}: {found!r}")
        else:
            wrong = matching.misfit(wanted, found, path, meanings)
            _require(not wrong, wrong)

    def _compare_absent_keys(self, document: Any) -> None:
        if "absent_keys" not in self._left:
            return
        there = [k for k in self._take_filled("absent_keys", {}) if matching.look_up(document, k)[1]]
        _require(not there, f"{there} should be absent: {document!r}")

    def _take_filled(self, key: str, values: Mapping[str, Any]) -> Any:
        self._left.discard(key)
        return matching.fill(self.then[key], {**self._values, **values})


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


def _lower(headers: Headers) -> dict[str, str]:
    items: Callable[[], Iterable[tuple[str, str]]] | None = getattr(headers, "items", None)
    joined: dict[str, str] = {}
    for name, value in items() if items else headers:
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _wire_error(headers: Mapping[str, str], text: str, document: Any) -> tuple[str, str]:
    """Code and message of an AWS error in any protocol."""
    if isinstance(document, dict):
        kind = headers.get("x-amzn-errortype") or document.get("__type") or document.get("code") or ""
        code = kind.split(":")[0].rpartition("#")[2]
        return code, str(document.get("message") or document.get("Message") or "")
    found = {
        tag: match[1] if (match := re.search(f"<{tag}>(.*?)</{tag}>", text, re.S)) else ""
        for tag in ("Code", "Message")
    }
    return found["Code"], found["Message"]
