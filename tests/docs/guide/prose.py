"""The texts that people read, file by file, as the spelling checker gets them."""

import ast
import json
import re
import tomllib

from tests.repository.sources import ROOT, tracked

PROSE = {".md", ".ipynb"}
SPEAKS_TO_LEARNERS = (ROOT / "src" / "workshop", ROOT / "tests" / "labs")
WRITTEN_BY_PROGRAMS = (ROOT / "docs" / "snippets", ROOT / "tests")
FEWEST_SPACES = 3
"""Of a string in a program that is a sentence."""
# Styles, markup, patterns.
IS_CODE = re.compile(r"[{}<\\]|=\"|\(\?|[a-z-]: ?[^ ]+;|; [a-z-]+: ?\S+$|rgba|font:")
# What a checker of words should not see: code, targets of links, attributes, tags, addresses.
NOT_PROSE = re.compile(
    r"^ *(?P<fence>`{3,}|~{3,}).*?^ *(?P=fence) *$"
    r"|<(?P<tag>style|script|svg)\b.*?</(?P=tag)>"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n\n).)+?(?<!`)(?P=ticks)(?!`)"
    r"|(?<=\])\([^)\s]*\)|\{[:.#][^}\n]*\}|</?[a-z][^>]*>|https?://[^\s)>]+|^ *--8<--.*?$",
    re.DOTALL | re.MULTILINE,
)


def texts():
    """The words of each page, notebook, list of hints, and module that speaks to learners, by its name."""
    for path in tracked():
        messages = path.suffix == ".py" and any(map(path.is_relative_to, SPEAKS_TO_LEARNERS))
        prose = path.suffix in PROSE and not any(map(path.is_relative_to, WRITTEN_BY_PROGRAMS))
        if prose or path.name == "lab.toml" or messages:
            yield str(path.relative_to(ROOT)), without_code(text_of(path))


def text_of(path):
    """The words in a file: a notebook's Markdown cells, the strings of a lab.toml, sentences of a module."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        return "\n\n".join("".join(cell["source"]) for cell in cells)
    if path.suffix == ".toml":
        return "\n\n".join(strings(tomllib.loads(text)))
    return "\n\n".join(sentences(ast.parse(text))) if path.suffix == ".py" else text


def without_code(text):
    """The text with code and addresses taken out, and as many lines as before."""
    return NOT_PROSE.sub(lambda found: "\n" * found[0].count("\n"), text)


def strings(value):
    """Every string in a value of TOML; the keys are names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def sentences(tree):
    """The strings of a module that are sentences to somebody: no docstrings, no code."""
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in docstrings]
    texts = [node.value for node in found if isinstance(node.value, str)]
    return [text for text in texts if text.count(" ") >= FEWEST_SPACES and not IS_CODE.search(text)]
