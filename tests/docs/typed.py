"""What the guide tells to type: the commands in its blocks, and those in its lines."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.repository.sources import ROOT, tracked

SHELL = ("", "bash", "console", "sh", "shell")
COMMANDS = {
    *("workshop", "sandbox", "make", "aws", "sam", "curl", "python", "python3", "pytest", "mkdocs", "git"),
    *(
        "source",
        "eval",
        "export",
        "unset",
        "cd",
        "cp",
        "mv",
        "rm",
        "sed",
        "zip",
        "unzip",
        "npm",
        "node",
        "pip",
    ),
    *("uv", "docker", "sudo", "apt-get", "brew", "wsl", "code", ".ci/run", "cat", "diff", "open", "bash"),
}
"""Words that a line to type begins with. A block without a language is a shell's if one of its lines does."""
_FENCE = re.compile(r"^( *)```([\w-]*)[^\n]*\n(.*?)^\1```$", re.M | re.S)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_INCLUDED = re.compile(r'^ *--8<-- "([^":]+)(?::[\w-]+)?"$', re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block. page: from the repository's root on."""

    page: str
    language: str
    text: str

    @property
    def is_shell(self) -> bool:
        if self.language:
            return self.language in SHELL
        return any(first_word(line) in COMMANDS for line in self.text.splitlines())

    @property
    def included(self) -> list[str]:
        """The files of which it shows a part; they are tested themselves."""
        return _INCLUDED.findall(self.text)

    def commands(self) -> list[str]:
        """What is typed, line by line: continued lines put together, without comments."""
        joined = self.text.replace("\\\n", " ")
        lines = [without_comment(line) for line in _whole(joined.splitlines())]
        return [re.sub(r"\s+", " ", line) if "'" not in line else line for line in lines if line]


def without_comment(line: str) -> str:
    """
    >>> without_comment('make test   # TESTS="x"')
    'make test'
    """
    quote = ""
    for place, letter in enumerate(line):
        if letter == quote:
            quote = ""
        elif not quote and letter in "\"'":
            quote = letter
        elif letter == "#" and not quote and (place == 0 or line[place - 1].isspace()):
            return line[:place].strip()
    return line.strip()


def first_word(line: str) -> str:
    """Of what is typed: its command, without `.venv/bin/`, what it is given, and `$ ` before it.

    >>> first_word(".venv/bin/workshop up"), first_word("PEERS=1 make bench"), first_word("$ aws s3 ls")
    ('workshop', 'make', 'aws')
    >>> first_word("workshop: command not found")
    ''
    """
    found = re.match(r"(?:\$ )?(?:[A-Z_]+=\S* )*(?:\.venv/bin/)?([\w./-]+)(?![\w./:-])", line.strip())
    return found[1] if found else ""


@cache
def texts() -> dict[str, str]:
    """What is read, by its page: the guide, the briefs, notebooks' words, hints."""
    found = {}
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".md" and not name.startswith(("tests/", "src/", "benchmarks/")):
            found[name] = path.read_text(encoding="utf-8")
        elif path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            found[name] = "\n\n".join(
                "".join(one["source"]) for one in cells if one["cell_type"] == "markdown"
            )
        elif path.name == "lab.toml":
            hints = tomllib.loads(path.read_text(encoding="utf-8"))["hints"]
            found[name] = "\n\n".join(text for texts in hints.values() for text in texts)
    return found


@cache
def blocks() -> tuple[Block, ...]:
    """All fenced blocks."""
    return tuple(
        Block(page, language, re.sub(rf"^{indent}", "", text, flags=re.M) if indent else text)
        for page, whole in texts().items()
        for indent, language, text in _FENCE.findall(whole)
    )


@cache
def inline() -> tuple[tuple[str, str], ...]:
    """Each page with a command in a line of it; what is left out there ends it."""
    found = {}
    for page, whole in texts().items():
        for text in _INLINE.findall(_FENCE.sub("", whole)):
            if first_word(text) in COMMANDS:
                found[page, text] = None
    return tuple(found)


def typed(*names: str) -> list[tuple[str, str]]:
    """Each page with a command of one of these names, in blocks and in files that they show."""
    found = []
    for block in blocks():
        if block.is_shell:
            found += [(block.page, command) for command in block.commands()]
            for name in block.included:
                shown = Block(block.page, "bash", (ROOT / name).read_text(encoding="utf-8"))
                found += [(name, command) for command in shown.commands()]
    parts = [(page, part) for page, command in dict.fromkeys(found) for part in pieces(command)]
    return [(page, part) for page, part in parts if first_word(part) in names]


def pieces(command: str) -> Iterator[str]:
    """The commands that a line is made of: those in $(…), those behind && and |, and what stands in (…).

    >>> [*pieces("ID=$(aws a b --query x) && cd y")]
    ['aws a b --query x', 'cd y']
    """
    for inner in re.findall(r"\$\(((?:[^()]|\([^()]*\))*)\)", command):
        if not inner.startswith("("):
            yield from pieces(inner)
    outer = re.sub(r"\$\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", "0", command)
    for part in re.split(r"\s*(?:&&|\|\|?|;)\s*(?=(?:[^']*'[^']*')*[^']*$)", outer):
        part = re.sub(r"^(?:export )?\w+=\S*( |$)", "", part.strip("() "))
        part = re.sub(r"\s\d?>{1,2} ?\S+|\s2>&1", "", part)
        if part:
            yield part


def words(command: str) -> list[str]:
    """A command's words, as a shell splits them."""
    return shlex.split(command)


def _whole(lines: list[str]) -> Iterator[str]:
    """Lines, those within quotes put together."""
    whole = ""
    for line in lines:
        whole = f"{whole}\n{line}" if whole else line
        if without_comment(whole).count("'") % 2 == 0:
            yield whole
            whole = ""
