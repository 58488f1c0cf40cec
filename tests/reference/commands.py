"""The page of commands: what the command line itself says of each verb, and words for what it does not say.

Summary, example, arguments, options and defaults are those of `--help`. commands/groups.toml has the order;
commands/workshop-VERB.txt says more of a verb, in Markdown, in place of the further lines of its help; links
there are as on the page, docs/reference/cli.md.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from sandbox.cli import app as sandbox_app
from tests.reference import settings
from tests.reference.text import GENERATED, escaped, listed
from workshop.cli import app as workshop_app

FOLDER = Path(__file__).with_name("commands")
APPS = {"workshop": workshop_app, "sandbox": sandbox_app}
CODES = "**Exit codes:**"
_CODE = re.compile(r"(\d+): ((?:(?!; \d+:).)*)")


class Unplaced(Exception):
    """A verb that is in no group, or a group's verb that there is not; the message says what to do."""


@dataclass(frozen=True)
class Verb:
    """One verb: what its --help says. rest: the paragraphs behind the example, but for the exit codes."""

    name: str
    command: Any

    @property
    def anchor(self) -> str:
        return self.name.replace(" ", "-")

    @property
    def _paragraphs(self) -> list[str]:
        return re.split(r"\n\n+", inspect.cleandoc(self.command.help or ""))

    @property
    def summary(self) -> str:
        return self._paragraphs[0]

    @property
    def examples(self) -> list[str]:
        """The lines of the help that can be typed."""
        return [one for one in self._paragraphs[1:] if re.match(r'(eval "\$\()?(workshop|sandbox) ', one)]

    @property
    def rest(self) -> str:
        told = [one for one in self._paragraphs[1:] if one not in self.examples]
        return "\n\n".join(told).partition("Exit code ")[0].strip()

    @property
    def codes(self) -> str:
        """Its own exit codes, as the help tells them; "" if it tells none."""
        text = " ".join("\n".join(self._paragraphs).partition("Exit code ")[2].split())
        return " · ".join(f"{code} {escaped(said.rstrip('.'))}" for code, said in _CODE.findall(text))

    def parameters(self, kind: str) -> list[Any]:
        """Its visible arguments or options, in their order."""
        shown = [one for one in self.command.params if one.param_type_name == kind]
        return [one for one in shown if not getattr(one, "hidden", False) and one.name != "help"]


def verbs() -> dict[str, Verb]:
    """All visible verbs of both commands, by name; those of a group within a command, too."""
    return {
        verb.name: verb for name, app in APPS.items() for verb in _below(name, typer.main.get_command(app))
    }


def page() -> str:
    """The page, whole. Raises Unplaced."""
    there, groups = verbs(), tomllib.loads((FOLDER / "groups.toml").read_text(encoding="utf-8"))["group"]
    placed = [name for group in groups for name in group["verbs"]]
    strangers = [*(set(there) - set(placed)), *(set(placed) - set(there))]
    words = [file.stem for file in FOLDER.glob("*-*.txt")]
    strangers += [name for name in words if name.replace("-", " ") not in there]
    if strangers or len(placed) != len(set(placed)):
        raise Unplaced(
            f"mend {FOLDER}: each verb once in groups.toml, no file of a verb that is gone: {strangers}"
        )
    parts = ["# Commands", GENERATED, _read("head"), "## All of them {#all}", _overview(groups, there)]
    for group in groups:
        parts += [f"## {group['title']}", group["words"]]
        parts += [part for name in group["verbs"] for part in _of_verb(there[name])]
    return "\n\n".join(parts) + "\n"


def _below(name: str, command: Any) -> Iterator[Verb]:
    for word, one in getattr(command, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from _below(f"{name} {word}", one)
        elif not one.hidden:
            yield Verb(f"{name} {word}", one)


def _read(name: str) -> str:
    file = FOLDER / f"{name}.txt"
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def _overview(groups: list[dict[str, object]], there: dict[str, Verb]) -> str:
    lines = []
    for group in groups:
        lines.append(f"**{group['title']}**\n")
        names = group["verbs"]
        assert isinstance(names, list)
        lines += [
            f"- [`{name}`](#{there[name].anchor}): {_lower(escaped(there[name].summary))}" for name in names
        ]
        lines.append("")
    return "\n".join(lines).strip()


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")


def _of_verb(verb: Verb) -> Iterator[str]:
    yield f"### {verb.name}"
    yield escaped(verb.summary)
    yield "\n".join(["```", *verb.examples, "```"])
    said, _, codes = (_read(verb.anchor) or escaped(verb.rest)).partition(CODES)
    if said.strip():
        yield said.strip()
    for kind, title in (("argument", "Arguments"), ("option", "Options")):
        if found := verb.parameters(kind):
            yield f"**{title}**"
            yield "\n".join(_parameter(verb, one) for one in found)
    if names := _variables(verb):
        yield f"**Environment:** {names}."
    usual = "[as of every verb](#exit-codes)"
    yield f"{CODES} {codes.strip().rstrip('.') or verb.codes or usual}."


def _parameter(verb: Verb, one: Any) -> str:
    context = verb.command.context_class(verb.command, info_name=verb.name)
    head, said = one.get_help_record(context) or (one.make_metavar(context), getattr(one, "help", ""))
    said = re.sub(r"\s*\[(default: [^\]]*|required|x>=.*|0<=.*|1<=.*)\]", "", said or "")
    default = one.default if one.param_type_name == "option" and not isinstance(one.default, bool) else None
    head = re.sub(r"\s+", " ", head)
    told = f"- `{head}`<br>\n  {escaped(said)}"
    return told if default in (None, "") else f"{told} Default: `{_plain(default)}`."


def _plain(default: object) -> str:
    return f"{default:g}" if isinstance(default, float) else str(default)


def _variables(verb: Verb) -> str:
    """The environment variables that a verb looks at."""
    found = [
        f"[`{name}`](settings.md#{_group_of(name)})"
        for name, readers in settings.words()["reads"].items()
        if verb.name in readers
    ]
    if any(one.name == "target" for one in verb.parameters("option")):
        found.append("those that say [which AWS, and as whom](settings.md#which-aws)")
    return listed(found) if found else ""


def _group_of(name: str) -> str:
    return next(group["anchor"] for group in settings.words()["variables"] if name in group["names"])
