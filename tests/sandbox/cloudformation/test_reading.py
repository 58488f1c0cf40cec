"""Templates are read by libyaml as by PyYAML's own parser, right or broken, with the same words."""

from __future__ import annotations

import random

import pytest
import yaml

from sandbox.cloudformation import reading
from sandbox.errors import AwsError
from tests.repository.sources import ROOT

TEMPLATES = sorted((ROOT / "solutions").glob("0[13]-*/**/template.yaml"))
CHANGES = ("", "\n", "\t", " ", ":", "-", "#", "&", "*", "!", "|", "'", '"', "{", "]", ",", "?", "é", "\x07")


def slips(text, count):
    """The text, and with one character in another's place, or none, at places drawn with a seed."""
    drawn = random.Random(0)
    yield text
    for _ in range(count):
        at = drawn.randrange(len(text))
        yield text[:at] + drawn.choice(CHANGES) + text[at + 1 :]


def outcome(read, body):
    try:
        return read(body)
    except AwsError as error:
        return str(error)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="this PyYAML has no libyaml")
@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "solutions").parent))
def test_both_parsers_read_the_same(file, monkeypatch):
    bodies = list(slips(file.read_text(encoding="utf-8"), 60))
    fast = [outcome(reading.read, body) for body in bodies]
    assert isinstance(fast[0], dict)
    assert len({one for one in fast if isinstance(one, str)}) > 5
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert fast == [outcome(reading.read, body) for body in bodies]


@pytest.mark.parametrize("broken", ["a: b\tc", "a: {b?c: d}", "a: [b\tc]"])
def test_what_only_libyaml_takes_is_refused(broken):
    with pytest.raises(AwsError, match="YAML not well-formed"):
        reading.read(broken)
