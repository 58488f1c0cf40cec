"""The page of all settings: environment variables, the sandbox's settings, make, pytest, files.

What has a source (dataclasses, the Makefile, option parsers) is read from it, and settings.toml has the words
for the rest; a name that only one of the two has is an error.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.adjusting import Adjustable
from sandbox.dynamodb.options import Options
from sandbox.functions.options import FunctionOptions
from sandbox.settings import Settings
from tests.reference.text import GENERATED, escaped
from tests.repository.sources import ROOT
from tests.sandbox import coverage_plugin
from workshop.checking import options

WORDS = Path(__file__).with_name("settings.toml")
MAKEFILE = ROOT / "Makefile"

_HEAD = f"""# Settings

{GENERATED}

What can be set, and by what: [environment variables](#variables) · [the sandbox](#sandbox) · [make](#make) ·
[pytest](#pytest) · and [the files](#files) that are made in a clone. The options of each command are on
[the page of commands](cli.md).
"""
_RUNNING = """### While it runs {#running}

`GET /_sandbox/settings` tells these, and `PUT` changes them until the next reset:

```
curl -X PUT http://127.0.0.1:4566/_sandbox/settings -d '{"replication_lag": "100,400"}'
```
"""


class Unexplained(Exception):
    """A setting without words, or words without a setting; the message says which, and what to do."""


@cache
def words() -> dict[str, Any]:
    """What settings.toml says."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def variables() -> dict[str, str]:
    """All environment variables that are explained, by name."""
    return {name: text for group in words()["variables"] for name, text in group["names"].items()}


def page() -> str:
    """The page, whole. Raises Unexplained."""
    return "\n".join([_HEAD, *_variables(), *_sandbox(), *_make(), *_pytest(), *_files()])


def make_targets() -> dict[str, str]:
    """The targets of the Makefile, with what `make help` says of each."""
    text = MAKEFILE.read_text(encoding="utf-8")
    said = dict(re.findall(r'^\t@echo "make ([\w-]+) +(.*)"$', text, re.M))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.M)
    return _paired(phony.split(), said | {"help": "say what there is"}, "Makefile, `make help`")


def pytest_options() -> dict[str, tuple[str, str]]:
    """The options that this repository gives to pytest: by name, the value's name and the help."""
    parser = pytest.Parser(_ispytest=True)
    options.pytest_addoption(parser)
    coverage_plugin.pytest_addoption(parser)
    groups = [*parser._groups, parser._anonymous]
    attributes = [option.attrs() for group in groups for option in group.options]
    names = [option.names()[0] for group in groups for option in group.options]
    return {name: (said["metavar"], said["help"]) for name, said in zip(names, attributes, strict=True)}


def _variables() -> Iterable[str]:
    yield "## Environment variables {#variables}\n"
    for group in words()["variables"]:
        yield f"### {group['title']} {{#{group['anchor']}}}\n\n{group['words'].strip()}\n"
        yield from _list(group["names"])
        yield ""


def _sandbox() -> Iterable[str]:
    yield "## Of a sandbox {#sandbox}\n\n### From its start on {#start}\n"
    values = {field.name: getattr(Settings(), field.name) for field in fields(Settings)}
    told = _paired(values, words()["fields"], f"{WORDS.name}, [fields]")
    yield from _list({name: _with(text, values[name]) for name, text in told.items()})
    yield f"\n{_RUNNING}"
    now = Adjustable(Options(), FunctionOptions()).read()
    told = _paired(now, words()["sandbox"], f"{WORDS.name}, [sandbox]")
    yield from _list({name: _with(text, now[name]) for name, text in told.items()})
    yield ""


def _make() -> Iterable[str]:
    yield "## make {#make}\n"
    yield from _list({f"make {name}": _sentence(text) for name, text in make_targets().items()})
    yield "\n### Its variables {#make-variables}\n"
    text = MAKEFILE.read_text(encoding="utf-8")
    read = {*re.findall(r"\$\(([A-Z]+)\)", text)} - {*re.findall(r"^([A-Z]+) :=", text, re.M)}
    yield from _list(_paired(sorted(read), words()["make"], f"{WORDS.name}, [make]"))
    yield ""


def _pytest() -> Iterable[str]:
    yield "## pytest {#pytest}\n\nThe checks run under plain pytest, too: `pytest tests/labs --work work`.\n"
    yield from _list({f"{name} {value}": _sentence(said) for name, (value, said) in pytest_options().items()})
    yield ""


def _files() -> Iterable[str]:
    yield "## Files that are made in a clone {#files}\n\ngit ignores all of them.\n"
    yield from _list(words()["files"])
    yield ""


def _with(text: str, default: object) -> str:
    """The words of a setting with its default, if that is worth telling."""
    if default is None or default is False:
        return text
    return (
        f"{text} Default: `{default:g}`." if isinstance(default, float) else f"{text} Default: `{default}`."
    )


def _sentence(text: str) -> str:
    return escaped(text[0].upper() + text[1:]) + ("" if text.endswith("?") else ".")


def _list(found: Mapping[str, str]) -> Iterable[str]:
    """One bullet for each name; tables of that many words are hard to read on a phone."""
    for name, text in found.items():
        yield f"- `{name}`<br>\n  {text}"


def _paired(names: Iterable[str], told: Mapping[str, str], where: str) -> dict[str, str]:
    """The words of each name, in the names' order. Raises Unexplained where one has none, or is not there."""
    names = list(names)
    missing, gone = [n for n in names if n not in told], [n for n in told if n not in names]
    if missing or gone:
        raise Unexplained(f"{where}: say what these are: {missing}; remove what is not there: {gone}")
    return {name: told[name] for name in names}
