"""Every variable that the code reads or sets, and every file it makes, is on the page of settings."""

from __future__ import annotations

import ast
import re

import pytest

from tests.reference import settings
from tests.repository.sources import ROOT

OF_AWS = re.compile(r"(AWS|WORKSHOP|SANDBOX|GITHUB|JUPYTER|SAM_CLI)_[A-Z0-9_]*[A-Z0-9]")
"""What a variable's name looks like, wherever it stands in the code as a string of its own."""
NO_VARIABLES = {"AWS_PROXY", "AWS_IAM"}
"""Values of AWS that look like one."""
WORTH_READING = re.compile(rf"environ\b|getenv|{OF_AWS.pattern}")
"""Most modules have nothing of the kind, and parsing is slow."""
WSGI = "src/sandbox/backend/protocols.py"
"""Makes the `environ` of a WSGI request, which is another thing."""
SAY = "say what it does in tests/reference/settings.toml, [[variables]], then: python -m tests.reference"


def name_read(node):
    """The variable that a node reads or sets, if it is one that does: a subscript, a method, `in`."""
    if isinstance(node, ast.Subscript):
        return _of(node.value, node.slice)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr == "getenv":
            return _constant(node.args[0])
        methods = {"get", "pop", "setdefault", "__getitem__"}
        return _of(node.func.value, node.args[0]) if node.func.attr in methods else None
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        return _of(node.comparators[0], node.left)
    return None


def _of(mapping, key):
    return _constant(key) if re.search(r"\benviron$", ast.unparse(mapping)) else None


def _constant(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def names_in(tree):
    """The names of variables in a module."""
    for node in ast.walk(tree):
        text = _constant(node)
        if text and OF_AWS.fullmatch(text) and text not in NO_VARIABLES:
            yield text
        if name := name_read(node):
            yield name


def code(*suffixes):
    """The texts of the program, by their files."""
    for folder in ("src", "tools"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in suffixes and "node_modules" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def of_python():
    found = [(name, text) for name, text in code(".py") if WORTH_READING.search(text) and name != WSGI]
    return {(variable, name) for name, text in found for variable in names_in(ast.parse(text))}


def of_node():
    return {
        (variable, name)
        for name, text in code(".mjs")
        for variable in re.findall(r"process\.env\.(\w+)", text)
    }


def test_every_variable_is_explained():
    found = of_python() | of_node()
    assert len({name for name, _ in found}) > 40
    unexplained = sorted(f"{name} ({where})" for name, where in found if name not in settings.variables())
    assert not unexplained, f"{SAY}: {unexplained}"


def test_no_variable_is_explained_that_nothing_knows():
    others = [ROOT / "Makefile", ROOT / "tests" / "addons.py", ROOT / "benchmarks" / "__main__.py"]
    whole = [*(text for _, text in code(".py", ".mjs")), *(path.read_text("utf-8") for path in others)]
    words = {word for text in whole for word in re.findall(r"[A-Z_][A-Z0-9_]+", text)}
    gone = sorted(settings.variables().keys() - words)
    assert not gone, f"not in the code any more: take them out of {settings.WORDS.name}: {gone}"


@pytest.mark.parametrize(
    "line",
    [
        'os.environ["X"]',
        'os.environ.get("X", "")',
        'self.environ.pop("X", None)',
        'os.getenv("X")',
        '"X" in environ',
        'environ["X"] = "1"',
    ],
)
def test_each_way_to_read_one_is_seen(line):
    assert [*names_in(ast.parse(line))] == ["X"]


def test_what_reads_no_variable_is_not_seen():
    assert [*names_in(ast.parse('found["X"]; found.get("X"); "AWS_PROXY"; "X" in names'))] == []


def test_the_verbs_that_read_a_variable_exist():
    from tests.reference.commands import verbs

    assert {verb for readers in settings.words()["reads"].values() for verb in readers} <= verbs().keys()
    assert settings.words()["reads"].keys() <= settings.variables().keys()


def test_every_folder_of_the_clone_s_own_is_named():
    told = " ".join(settings.words()["files"])
    made = set()
    for _, text in code(".py"):
        made |= {*re.findall(r'"\.sandbox"\)? / "([\w.-]+)"', text)}
    assert {"logs", "running.json", "state"} <= made
    assert not [name for name in made if f".sandbox/{name}" not in told], (
        "tests/reference/settings.toml, [files]"
    )


def test_what_is_named_is_ignored_by_git():
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()]
    assert not [name for name in settings.words()["files"] if name.split("/")[0] not in ignored]


class TestWhatHasNoWordsIsSaid:
    def test_of_the_two_which_one(self):
        with pytest.raises(
            settings.Unexplained, match=r"here: say what these are: \['b'\]; .*there: \['c'\]"
        ):
            settings._paired(["a", "b"], {"a": "A", "c": "C"}, "here")

    def test_a_target_that_make_help_leaves_out(self, monkeypatch, tmp_path):
        makefile = tmp_path / "Makefile"
        makefile.write_text(settings.MAKEFILE.read_text().replace(".PHONY: ", ".PHONY: nonesuch "))
        monkeypatch.setattr(settings, "MAKEFILE", makefile)
        with pytest.raises(settings.Unexplained, match="nonesuch"):
            settings.make_targets()
