"""What people read is spelt as British English is, in the words of this field and those of words.txt."""

import re
import subprocess

import pytest

from tests.addons import on_demand
from tests.docs.guide import prose, tools
from tests.repository.sources import ROOT
from workshop.addons import npm

WORDS = tools.HERE / "words.txt"
SAID = re.compile(
    r"(?P<file>\S+):(?P<line>\d+):\d+ - (?:Unknown|Forbidden|Misspelled) word \((?P<word>[^)]+)\)"
)
PROBE = "probe"
"""A text with mistakes in it: one of letters, one American, one in code, which is not looked at."""
SECONDS = 110


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What cspell minds: the words by file, `name:line: word`."""
    folder = tmp_path_factory.mktemp("prose")
    probe = prose.without_code("They recieve the color.\n\nAnd `kode`:\n\n```\nkode\n```\n")
    for name, text in [(PROBE, probe), *prose.texts()]:
        file = folder / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    cspell = on_demand(tools.spelling) / "node_modules" / "cspell" / "bin.mjs"
    options = ["--config", tools.HERE / "cspell.json", "--no-progress", "--no-summary", "--root", folder]
    command = [npm.node(), cspell, "lint", *options, "**"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 1, done.stderr  # 1: it found something, and be it in the probe
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    said = [SAID.match(line) for line in lines]
    assert all(said), f"not understood: {lines}"
    return [(match["file"].removeprefix(f"{folder}/").removesuffix(".txt"), match) for match in said]


def test_every_word_is_known(found):
    unknown = [f"{name}:{match['line']}: {match['word']}" for name, match in found if name != PROBE]
    assert not unknown, (
        "\n".join(unknown) + f"\nCorrect the spelling; put code in backticks, a name that is right as it is "
        f"into {WORDS.relative_to(ROOT)}. Lines count the text alone, in a notebook or a program."
    )


def test_mistakes_are_found_but_not_in_code(found):
    assert [match["word"] for name, match in found if name == PROBE] == ["recieve", "color"]


def test_the_list_of_words_is_sorted_and_says_each_once():
    words = WORDS.read_text().splitlines()
    assert words == sorted(set(words), key=lambda word: (word.lower(), word))
