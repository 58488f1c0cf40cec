"""The page of symptoms, read: its headings, and the entry of each cause."""

import re
from dataclasses import dataclass

from tests.repository.sources import ROOT

PATH = ROOT / "docs" / "troubleshooting" / "symptoms.md"
PAGE = PATH.read_text()
HEADINGS = re.findall(r"^(##+) (.+) \{#([a-z0-9-]+)\}$", PAGE, re.M)
"""Level, title, anchor; in the page's order."""
OWN = ("your function's own answer", "whatever your function answers", "your whole result")
"""How an entry says that the answer is not API Gateway's."""
LABELS = {"HttpApiUrl": "HTTP API", "RestApiUrl": "REST API"}


@dataclass(frozen=True)
class Entry:
    """What the page says below a heading of the third level."""

    anchor: str
    text: str

    @property
    def checklist(self):
        """Its number in the checklist."""
        return re.search(rf"^`{self.anchor}`, checklist (5\.\d)$", self.text, re.M)[1]

    def seen(self, label):
        """What it says that is seen on a kind of API; "" if nothing."""
        return "\n".join(
            line
            for names, line in re.findall(r"^- \*\*(.+?):\*\* (.*)$", self.text, re.M)
            if label in names.split(", ")
        )


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def commands(block):
    """The commands of a block; one goes on behind a backslash, and inside quotes."""
    command = ""
    for line in block.replace("\\\n", " ").splitlines():
        command += line
        if command.count("'") % 2 == 0:
            yield command
            command = ""


def _entries():
    for chunk in re.split(r"^(?=###? )", PAGE, flags=re.M):
        found = re.match(r"### .+ \{#([a-z0-9-]+)\}\n(.*)", chunk, re.S)
        if found:
            yield found[1], Entry(*found.groups())


ENTRIES = dict(_entries())
"""By their anchors."""


def expect(report, output):
    """The page says, of the cause that a report names, what was answered.

    output: the stack's output whose URL was called.
    """
    line = ENTRIES[report.cause.id].seen(LABELS[output])
    status, _, body = report.answer.partition(" ")
    as_said = status in line and f"`{body}`" in line
    assert as_said or any(words in line for words in OWN), f"{report.answer} is not in: {line}"
