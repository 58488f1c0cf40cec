"""The catalogue of mistakes: a page a lab, from the wrong submissions that the graders are tried on.

python -m tests.instructor.mistakes        writes docs/instructor/mistakes/*.md anew
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.graders.proving import LABS, messages_of
from tests.graders.submission import Submission, submissions
from tests.instructor.labs import checks
from tests.repository.sources import ROOT
from workshop.catalogue import find_lab
from workshop.checking.declare import Check

FOLDER = ROOT / "docs" / "instructor" / "mistakes"

_HEAD = """# Mistakes in lab {number}

<!-- Written by `python -m tests.instructor.mistakes`; do not edit. -->
<!-- cspell:ignore lamda partiql putitem -->

{count} wrong answers to lab {number}, {title}, each with one mistake. Each is deployed and graded in the
tests: the check under which it stands fails, no other check fails for it, and the message holds the words
in the middle column. `…` stands for the learner's own values. A learner shows you a message: find its
first words here, and you see what else people did who got the same one. Mistakes without a language are
made in both.

"""
_OWN = "*in the words of the deployment, or of what runs*"
_LANGUAGES = {"python": "Python", "node": "Node.js"}


def page(lab: str) -> str:
    """The page of one lab, whole."""
    there = find_lab(ROOT, lab)
    mistakes = submissions("mistakes", lab)
    parts = [_HEAD.format(number=there.number, title=there.title.partition(":")[0], count=len(mistakes))]
    for check in checks(lab).values():
        named = [one for one in mistakes if one.check == check.id]
        parts.append(_section(lab, check, named))
    return "".join(parts).rstrip("\n") + "\n"


def file_of(lab: str) -> Path:
    """Where the page of a lab lies: mistakes/1-dynamodb.md."""
    return FOLDER / f"{lab.lstrip('0')}.md"


def _section(lab: str, check: Check, named: Sequence[Submission]) -> str:
    link = f"[`{check.id}`](../../layers/{lab.lstrip('0')}.md#{check.id})"
    rows = [f"| {said} | {_words(of)} | {_listed(of)} |\n" for said, of in _by_message(lab, named).items()]
    head = "| What the learner reads first | Its words | Who reads it |\n|---|---|---|\n"
    return f"## {check.id}\n\n{link}: {check.statement}\n\n{head}{''.join(rows)}\n"


def _by_message(lab: str, named: Iterable[Submission]) -> dict[str, list[Submission]]:
    messages = messages_of(lab)
    found: dict[str, list[Submission]] = {}
    for one in named:
        said = _OWN if one.message is None else told(messages[one.message].saw)
        found.setdefault(said, []).append(one)
    return found


def told(template: str) -> str:
    r"""A message's first sentence for a cell of a table.

    >>> told("the key is `{key}`,\nnot *")
    'the key is `…`, not \\*'
    """
    text = " ".join(re.sub(r"\{\w+\}", "…", template).replace("{{", "{").replace("}}", "}").split())
    parts = re.split(r"(`[^`]*`)", text.replace("|", "\\|"))
    plain = [part if part.startswith("`") else re.sub(r"([*<\[])", r"\\\1", part) for part in parts]
    return "".join(plain)


def _words(of: Iterable[Submission]) -> str:
    """The words that the tests find in the message, each once."""
    words = dict.fromkeys(" ".join(str(word).split()) for one in of for word in one.words)
    return ", ".join("`` {} ``".format(word.replace("|", "\\|")) for word in words)


def _listed(of: Iterable[Submission]) -> str:
    names: dict[str, list[str]] = {}
    for one in of:
        kind, _, rest = one.id.partition("-")
        language = _LANGUAGES.get(kind)
        names.setdefault(rest if language else one.id, []).extend([language] if language else [])
    return ", ".join(
        name.replace("-", " ") + (f" ({', '.join(sorted(set(kinds), reverse=True))})" if kinds else "")
        for name, kinds in names.items()
    )


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in LABS:
        file_of(each).write_text(page(each), encoding="utf-8")
