"""Mapping templates of REST APIs: literal text and a few of VTL's references.

`$context.requestId` and its like, `$input.body`, `$input.params('name')`, `$input.json('$.a.b')`,
`$input.path('$.a')`, `$stageVariables.name`. What else VTL has (directives, macros, `$util`) is refused
when the template is put, not passed over when it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.gateway import json_paths

_NAMES = (
    r"context\.[\w.]*\w|stageVariables\.\w+|input\.body"
    r"|input\.(?:params|json|path)\((?:'[^']*'|\"[^\"]*\")\)"
)
_REFERENCE = re.compile(rf"\$(?:\{{(?P<braced>{_NAMES})\}}|(?P<plain>{_NAMES}))")
_CALL = re.compile(r"input\.(?P<function>params|json|path)\((?P<quote>['\"])(?P<argument>.*)(?P=quote)\)")
_DIRECTIVE = re.compile(
    r"#(?:set|if|elseif|else|end|foreach|macro|parse|include|stop|break|define|evaluate|\*|#)"
)
_STATUS = re.compile(r"['\"]?statusCode['\"]?\s*:\s*['\"]?(\d+)")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a template can refer to. parameters: path, query and header values by name, in that order."""

    body: str
    parameters: Mapping[str, str]
    context: Mapping[str, Any]
    stage_variables: Mapping[str, str]


def problem(template: str) -> str:
    """What of a template is not modelled, or ""."""
    directive = _DIRECTIVE.search(template)
    if directive:
        return f"VTL directives in mapping templates ('{directive[0]}')"
    rest = _REFERENCE.sub("", template)
    other = re.search(r"\$!?\{?[A-Za-z][\w.]*", rest)
    return f"the VTL reference '{other[0]}' in mapping templates" if other else ""


def render(template: str, inputs: Inputs) -> str:
    """The template with its references filled in; one without a value becomes nothing."""
    return _REFERENCE.sub(lambda found: _value(found["braced"] or found["plain"], inputs), template)


def status_code(rendered: str) -> int | None:
    """The statusCode in a rendered request template: `{"statusCode": 200}`, also without the quotes."""
    found = _STATUS.search(rendered)
    return int(found[1]) if found else None


def _value(reference: str, inputs: Inputs) -> str:
    if reference == "input.body":
        return inputs.body
    if reference.startswith("context."):
        return json_paths.as_text(json_paths.look_up(inputs.context, reference.partition(".")[2]))
    if reference.startswith("stageVariables."):
        return inputs.stage_variables.get(reference.split(".")[1], "")
    call = _CALL.fullmatch(reference)
    if call is None:
        return ""
    if call["function"] == "params":
        return inputs.parameters.get(call["argument"], "")
    try:
        document = json.loads(inputs.body or "{}")
    except ValueError:
        return ""
    found = json_paths.look_up(document, call["argument"])
    if call["function"] == "path":
        return json_paths.as_text(found)
    return json.dumps(found, separators=(",", ":"))
