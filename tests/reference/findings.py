"""The pages of findings: each message that a check can say, for whoever looks one up.

Which checks say a message is known from the mistakes that prove them (`tests/graders/mistakes`): each names
the check that fails, and the message it shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

from tests.graders.proving import LABS, messages_of
from tests.graders.submission import submissions
from tests.instructor.labs import checks
from tests.reference.text import GENERATED, escaped, listed
from tests.repository.sources import ROOT
from workshop.catalogue import Lab, labs
from workshop.checking import find, lab
from workshop.checking.message import Message

ANY = "index.md"

_BOOST = """---
search:
  boost: 2
---
"""
"""Whoever pastes a message into the search finds it before the pages that only use its words."""
_UPPER = re.compile(r"\b(api|arn|aws|cors|id|json|mock|sdk|url)\b", re.I)

_READ = """What stands in ‹angle quotes› is yours: a name, a value, an answer. The order is that of
[the checks](CHECKS); what is said, and by which check, is what tests have made each check say."""

_HEAD = f"""{_BOOST}# Findings: lab {{number}}, {{name}}

{GENERATED}

What the checks of [lab {{number}}](../../layers/{{page}}.md) say where something falls short: what was
seen, what was expected, why it matters, and what to do next. {_READ}
What checks of several labs say is [on a page of its own](index.md).
"""
_ANY_HEAD = f"""{_BOOST}# Findings: any lab

{GENERATED}

What checks of several labs say, or a check of any lab. The others are by lab: {{links}}.
{_READ}
"""


def makers() -> dict[str, Callable[[], str]]:
    """What makes each page, by the name of its file."""
    return {ANY: _any} | {f"{one.key.lstrip('0')}.md": partial(_of_lab, one) for one in labs(ROOT)}


def of_any_check() -> dict[str, Message]:
    """What `workshop.checking` itself says, whichever check has asked."""
    return {
        name: value
        for module in (find, lab)
        for name, value in vars(module).items()
        if isinstance(value, Message)
    }


@cache
def shared() -> frozenset[Message]:
    """What checks of more than one lab say."""
    seen = [message for lab in LABS for message in set(messages_of(lab).values())]
    return frozenset(message for message in seen if seen.count(message) > 1)


@cache
def said_by(lab: str) -> dict[str, list[str]]:
    """The checks that say a message, by its name, in the checks' order; of all messages of a lab."""
    order = list(checks(lab))
    told: dict[str, set[str]] = {name: set() for name in messages_of(lab)}
    for mistake in submissions("mistakes", lab):
        if mistake.message is not None:
            told[mistake.message].add(mistake.check)
    return {name: sorted(found, key=order.index) for name, found in told.items()}


def own(lab: str) -> dict[str, list[str]]:
    """The names of the messages that no other lab has, by the first check that says each."""
    found: dict[str, list[str]] = {check: [] for check in checks(lab)}
    for name, message in messages_of(lab).items():
        if message not in shared():
            found[said_by(lab)[name][0]].append(name)
    return {check: names for check, names in found.items() if names}


def has_own(lab: str, check: str) -> bool:
    """Whether the lab's page has a heading for this check."""
    return check in own(lab)


def anchor_of_check(check: str) -> str:
    return f"check-{check}"


def _any() -> str:
    links = [f"[{one.number}, {_name(one)}]({one.key.lstrip('0')}.md)" for one in labs(ROOT)]
    parts = [_ANY_HEAD.format(links=listed(links)).replace("CHECKS", "../checks.md"), "## Of any check\n"]
    parts += [_entry(name, message, []) for name, message in of_any_check().items()]
    parts.append("## Of several labs\n")
    names = {message: name for lab in LABS for name, message in messages_of(lab).items()}
    parts += [
        _entry(name, message, [link for lab in labs(ROOT) for link in _links(lab, name, message)])
        for message, name in names.items()
        if message in shared()
    ]
    return "\n".join(parts)


def _of_lab(lab: Lab) -> str:
    head = _HEAD.format(number=lab.number, name=_name(lab), page=lab.key.lstrip("0"))
    parts = [head.replace("CHECKS", f"../checks.md#lab-{lab.number}")]
    for check, names in own(lab.key).items():
        parts.append(f"## `{check}` {{#{anchor_of_check(check)}}}\n\n{checks(lab.key)[check].statement}.\n")
        for name in names:
            message = messages_of(lab.key)[name]
            more = _links(lab, name, message)
            parts.append(_entry(name, message, more if len(more) > 1 else []))
    return "\n".join(parts)


def _name(lab: Lab) -> str:
    return lab.title.partition(":")[0]


def _links(lab: Lab, name: str, message: Message) -> list[str]:
    """The checks of a lab that say a message."""
    if messages_of(lab.key).get(name) != message:
        return []
    return [f"[`{one}`](../checks.md#lab-{lab.number}-{one})" for one in said_by(lab.key)[name]]


def _entry(name: str, message: Message, said: list[str]) -> str:
    title = _UPPER.sub(lambda found: found[0].upper(), name.replace("_", " ").capitalize())
    parts = [
        f"### {title} {{#{name.lower().replace('_', '-')}}}",
        f"**Saw:** {_shown(message.saw)}",
        f"**Expected:** {_shown(message.expected)}",
        f"**Why:** {_shown(message.why)}",
        f"**Do next:** {_shown(message.next_step)}",
    ]
    if said:
        parts.append(f"Said by {listed(said)}.")
    return "\n\n".join(parts) + "\n"


def _shown(template: str) -> str:
    """A part of a message, with the names of its places in angle quotes.

    >>> _shown("`{call}` gave back {{ {user_id}")
    '`‹call›` gave back { ‹user id›'
    """
    named = re.sub(r"(?<!\{)\{(\w+)\}", lambda found: f"‹{found[1].replace('_', ' ')}›", template)
    return escaped(named.replace("{{", "{").replace("}}", "}")).replace("\n", "<br>\n")
