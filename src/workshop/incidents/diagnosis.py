"""`diagnosis.yaml`: layer, cause and evidence, as the learner writes them, and what is not well formed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from workshop.doctor.checklist import CAUSES
from workshop.doctor.layers import LAYERS
from workshop.errors import Problem

FILE = "diagnosis.yaml"
LAYER_NAMES: Mapping[str, str] = {
    str(getattr(layer, "__name__", layer.NAME)).rpartition(".")[2]: layer.NAME for layer in LAYERS
}
"""The doctor's layers in order: their names by a short word for each."""

FORMS = ("request-id", "log-line", "call")
"""What evidence may be; with `call` goes `shows`."""

LEAST = {"log-line": 8, "shows": 3}
"""So many letters a part of a log line, and the words of an answer, must have to show anything."""


@dataclass(frozen=True)
class Diagnosis:
    """layer: by the doctor's name. cause: an id of its checklist. form: one of FORMS. shows: of a call."""

    layer: str
    cause: str
    form: str
    text: str
    shows: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As it is sealed."""
        evidence = {self.form: self.text} | ({"shows": self.shows} if self.shows else {})
        return {"layer": self.layer, "cause": self.cause, "evidence": evidence}


def read(file: Path) -> Diagnosis:
    """The diagnosis in a file. Raises Problem, which names the line, for one that is not well formed."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Problem(
            f"the file {file.name}", "it is not there", "layer, cause and evidence", f"write {file}"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"the file {file.name}", str(error), "a text in UTF-8", f"ls -l {file}") from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error)
        raise _wrong(mark.line + 1 if mark else 1, f"it is no YAML: {said}", _EXAMPLE) from error
    return _diagnosis(_Member("", root, 1))


_EXAMPLE = "three names: layer, cause and evidence, each with a colon"


@dataclass(frozen=True)
class _Member:
    """A value in the file, and the line it begins in, from 1."""

    name: str
    node: yaml.Node | None
    line: int

    def members(self, expected: str) -> dict[str, _Member]:
        """Of a mapping, by name."""
        if not isinstance(self.node, yaml.MappingNode):
            raise _wrong(self.line, f"{self.name or 'the file'} is {self._shown}", expected)
        return {
            str(key.value): _Member(str(key.value), value, key.start_mark.line + 1)
            for key, value in self.node.value
        }

    def text(self, expected: str) -> str:
        """Of a value in one piece, without spaces around it."""
        if not isinstance(self.node, yaml.ScalarNode) or not str(self.node.value).strip():
            raise _wrong(self.line, f"{self.name} is {self._shown}", expected)
        return str(self.node.value).strip()

    @property
    def _shown(self) -> str:
        if self.node is None or (isinstance(self.node, yaml.ScalarNode) and not str(self.node.value).strip()):
            return "empty"
        return f"`{self.node.value}`" if isinstance(self.node, yaml.ScalarNode) else "a list or a table"


def _diagnosis(root: _Member) -> Diagnosis:
    given = root.members(_EXAMPLE)
    _refuse_others(given, ("layer", "cause", "evidence"))
    layer = _layer(_wanted(given, "layer", root.line))
    cause = _wanted(given, "cause", root.line)
    cause_id = cause.text("an id of the symptom index")
    if cause_id not in CAUSES:
        raise _wrong(
            cause.line, f"`{cause_id}` is no cause", f"one of the symptom index: {', '.join(CAUSES)}"
        )
    evidence = _wanted(given, "evidence", root.line)
    return Diagnosis(layer, cause_id, *_evidence(evidence))


def _layer(member: _Member) -> str:
    text = member.text("one of the doctor's layers")
    for word, name in LAYER_NAMES.items():
        if text.lower() in (word, name.lower()):
            return name
    raise _wrong(member.line, f"`{text}` is no layer", f"one of the doctor's: {', '.join(LAYER_NAMES)}")


def _evidence(member: _Member) -> tuple[str, str, str]:
    expected = "one of: request-id, log-line, or call with shows"
    given = member.members(expected)
    _refuse_others(given, (*FORMS, "shows"))
    forms = [name for name in FORMS if name in given]
    if len(forms) != 1:
        raise _wrong(
            member.line, f"evidence has {' and '.join(forms) or 'none of the three forms'}", expected
        )
    (form,) = forms
    text = given[form].text("a text")
    if form == "call":
        return form, text, _long(_wanted(given, "shows", member.line))
    if "shows" in given:
        raise _wrong(given["shows"].line, f"shows beside {form}", "shows with a call only")
    return form, _long(given[form]) if form == "log-line" else text, ""


def _long(member: _Member) -> str:
    text, least = member.text("words that are there"), LEAST[member.name]
    if len(text) < least:
        raise _wrong(member.line, f"`{text}`, which could be anywhere", f"{least} letters at least")
    return text


def _wanted(given: Mapping[str, _Member], name: str, line: int) -> _Member:
    if name not in given:
        raise _wrong(line, f"there is no `{name}:`", f"a line `{name}: …`")
    return given[name]


def _refuse_others(given: Mapping[str, _Member], known: tuple[str, ...]) -> None:
    other = next((one for name, one in given.items() if name not in known), None)
    if other is not None:
        raise _wrong(other.line, f"`{other.name}:`, which means nothing here", f"one of: {', '.join(known)}")


def _wrong(line: int, found: str, expected: str) -> Problem:
    return Problem(
        f"{FILE}, line {line}", found, expected, f"mend line {line} of {FILE}, then: workshop seal"
    )
