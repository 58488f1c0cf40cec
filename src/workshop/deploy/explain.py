"""A failure, explained: the service's own words, what they mean, which line, what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml import MappingNode, Node

from workshop.deploy import FellShort
from workshop.deploy.events import STACK, Failure
from workshop.deploy.reason import Reason
from workshop.deploy.reasons import find
from workshop.deploy.template import Line, Steps, Template

_MEMBER_PATH = re.compile(r"'([a-zA-Z]+(?:\.(?:\d+\.)?[a-zA-Z]+)*)' failed")
_POINTER = re.compile(r"(?<![\w/])#?((?:/\w+)+)")
_WRAPPED = re.compile(r'^Resource handler returned message: "(.*)" \(RequestToken: [^)]*\)$', re.S)
_REQUEST_ID = re.compile(r",? Request ID: [\w-]+|,? SDK Attempt Count: \d+")
_UNKNOWN_EXPECTED = "an answer without an error"


def explain(template: Template, failure: Failure, headline: str, again: str, stack: str) -> FellShort:
    """What is told of a failure. again: the command to type once the cause is mended.

    A failure without a logical id is a refusal of the whole template.
    """
    found = find(failure.reason)
    line = _line(template, failure, found[0] if found else None, _names(found))
    who = f"{failure.logical_id} ({failure.kind}){_made_for(template, failure.logical_id)}, "
    whole = not failure.logical_id or failure.kind == STACK
    looked_at = ("" if whole else who) + str(line or template.file)
    said = [": ".join(filter(None, (failure.status, plain(failure.reason))))]
    if found:
        said.append(f"In plain words: {found[0].means}.")
    if failure.also:
        said.append(f"Also failed, each for a reason of its own: {', '.join(failure.also)}.")
    todos = [one for one in template.todos() if one != line]
    said += [f"Still to do: {one}" for one in todos]
    do_next = found[0].do_next if found else "mend what the answer names"
    do_next = do_next.replace("{stack}", stack).replace("{resource}", failure.physical_id)
    return FellShort(
        looked_at,
        _indented(said),
        found[0].expected if found else _UNKNOWN_EXPECTED,
        f"{do_next}. Then: {again}",
        headline,
    )


def plain(reason: str) -> str:
    """The service's own text, without CloudFormation's wrapping and without ids of requests.

    >>> plain('Resource handler returned message: "No." (RequestToken: 1, HandlerErrorCode: InvalidRequest)')
    'No.'
    """
    text = reason.strip()
    match = _WRAPPED.match(text)
    return _REQUEST_ID.sub("", match[1] if match else text)


def _names(found: tuple[Reason, re.Match[str]] | None) -> list[str]:
    return [name for name in found[1].groupdict().values() if name] if found else []


def _indented(lines: list[str]) -> str:
    """Several lines under one label of a Problem, aligned."""
    return ("\n" + " " * 13).join(line for text in lines for line in text.splitlines())


def _line(template: Template, failure: Failure, reason: Reason | None, names: list[str]) -> Line | None:
    """The line that is to blame, as exactly as it can be told; None if it cannot at all."""
    home = resource_of(template, failure.logical_id)
    named = list(_named_places(template, home, failure.reason))
    places = [
        *(place for one in named for name in names for place in _where(template, one, name)),
        *named,
        *(place for name in names for place in _where(template, home, name)),
        *((*home, "Properties", place) for place in (reason.places if reason and home else ())),
    ]
    if not home and reason:
        every = [("Resources", name) for name in template.resources()]
        places += [(*one, "Properties", place) for place in reason.places for one in every]
    for steps in places:
        line = template.line(steps)
        if line:
            return line
    return template.line(home) if home else None


def resource_of(template: Template, logical_id: str) -> Steps:
    """Where the resource stands; for one that SAM made, the one that it was made for; else empty."""
    names = [name for name in template.resources() if name and logical_id.startswith(name)]
    return ("Resources", max(names, key=len)) if names else ()


def _made_for(template: Template, logical_id: str) -> str:
    home = resource_of(template, logical_id)
    return f", made by SAM for {home[1]}" if home and home[1] != logical_id else ""


def _named_places(template: Template, home: Steps, text: str) -> Iterator[Steps]:
    """The places that the answer itself names: `'a.1.member.b' failed`, `#/A/0/B`, `/Resources/X/…`."""
    for match in _MEMBER_PATH.finditer(text):
        yield from _existing(template, home, _member_steps(match[1]))
    for match in _POINTER.finditer(text):
        steps = tuple(int(step) if step.isdecimal() else step for step in match[1].strip("/").split("/"))
        if steps[0] in ("Resources", "Outputs"):
            yield from _longest(template, steps)
        else:
            yield from _existing(template, home, steps)


def _member_steps(path: str) -> Steps:
    """`attributeDefinitions.1.member.attributeType` counts from 1 and writes the first letter small."""
    steps: list[str | int] = []
    for step in path.split("."):
        if step.isdecimal():
            steps.append(int(step) - 1)
        elif step != "member":
            steps.append(step[0].upper() + step[1:])
    return tuple(steps)


def _existing(template: Template, home: Steps, steps: Steps) -> Iterator[Steps]:
    if home:
        yield from _longest(template, (*home, "Properties", *steps), len(home) + 2)


def _longest(template: Template, steps: Steps, least: int = 2) -> Iterator[Steps]:
    """`steps`, or as much of the way as there is."""
    for length in range(len(steps), least - 1, -1):
        if template.node(steps[:length]) is not None:
            yield steps[:length]
            return


def _where(template: Template, home: Steps, name: str) -> Iterator[Steps]:
    """Every place below `home` where `name` is a name, a value, or part of a reference."""
    start = template.node(home) if home else template.root
    if start is not None:
        yield from _search(start, home, re.compile(rf"(?<![\w:]){re.escape(name)}(?![\w:])"), set())


def _search(node: Node, steps: Steps, word: re.Pattern[str], seen: set[int]) -> Iterator[Steps]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, MappingNode):
        below = [(key.value, value) for key, value in node.value]
    elif isinstance(node.value, list):
        below = list(enumerate(node.value))
    else:
        return
    for step, value in below:
        here = (*steps, step)
        spelled = value.value if isinstance(value.value, str) else ""
        if (isinstance(step, str) and word.fullmatch(step)) or word.search(spelled):
            yield here
        yield from _search(value, here, word, seen)
