"""The commonest mistakes of each lab, as the guide shows them: with the finding that a learner reads.

python -m tests.graders.shown        hands each in, grades it, and writes docs/snippets/mistakes/ anew
"""

from __future__ import annotations

import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

from sandbox import Sandbox
from tests.graders.proving import LABS, graded, messages_of
from tests.graders.submission import Submission, submissions
from tests.repository.sources import ROOT
from workshop.checking.finding import Finding
from workshop.checking.message import Message
from workshop.checking.reports.markdown import cell
from workshop.target import REGION, Target

FOLDER = ROOT / "docs" / "snippets" / "mistakes"
SHOWN: Mapping[str, Mapping[str, str]] = {
    "01-dynamodb": {
        "key-is-id": "The table's key is called `id`, and the code says `userId`.",
        "key-saved-but-not-deployed": "The template is saved, and not deployed.",
        "python-put-without-condition": "PutItem has no condition.",
        "python-get-eventual": "The read is a default read.",
        "python-list-without-LastEvaluatedKey": "The list stops after the first page.",
        "python-names-in-the-expression": "A name that the caller chose stands in the expression.",
        "python-Decimal-left-in-get": "A Decimal is handed to the caller.",
        "python-update-creates": "An update of nobody makes half a user.",
    },
    "02-iam": {
        "trust-ec2": "The role trusts another service.",
        "scan-missing": "One of the five actions is missing.",
        "arn-of-another-region": "The ARN was typed, with another region.",
        "sam-policies-beside-role": "`Policies` stand beside `Role`, and SAM ignores them.",
        "all-of-dynamodb": "The role may do all of DynamoDB.",
        "resource-star": "Resource is a `*`.",
        "basic-execution-role": "The role has AWS's own policy for logs.",
    },
    "03-lambda": {
        "python-handler-under-another-name": "The handler has another name than the template says.",
        "python-variable-of-another-name": "The code reads an environment variable that is not set.",
        "python-the-user-as-the-result": "The user is returned as it is, without a statusCode.",
        "python-body-as-an-object": "The body is an object.",
        "node-missing-await-in-the-handler": "An `await` is missing (Node.js).",
        "python-table-name-hard-coded": "The table's name is written into the code.",
        "python-every-error-500": "Every error becomes a 500.",
        "python-no-line": "Nothing is logged.",
    },
    "04-api-gateway": {
        "route-user": "The route says `/user`, and the caller `/users`.",
        "rest-deployed-before-the-last-method": "A method was added after the deployment.",
        "permission-for-another-api": "The permission names another API.",
        "stage-missing-from-the-url": "The stage is missing from the URL of the REST API.",
        "python-payload-1.0-not-written": "The code knows one of the two events only.",
        "integration-called-by-get": "The integration's own method is not POST.",
        "permission-without-source-arn": "Any API may invoke the function.",
    },
    "05-troubleshooting": {
        "repaired-and-never-diagnosed": "Repaired first, and never diagnosed.",
        "layer-too-far-in": "The layer is named where the error shows.",
        "neighbour-the-arn-for-the-action": "The ARN is blamed, and an action is missing.",
        "evidence-is-the-start-line-of-the-failing-request": "The evidence is a START line.",
        "path-mended-and-not-deployed": "Mended, and not deployed.",
        "repaired-by-all-actions": "Bought with rights: `dynamodb:*`.",
    },
}
"""By lab: the id of a wrong submission, and what somebody did, in a sentence."""
LABELS = {"saw": "Saw", "expected": "Expected", "why": "Why", "next_step": "Do next"}


def mistakes(lab: str) -> Iterator[tuple[Submission, str]]:
    """Those of a lab that are shown, each with its sentence."""
    by_id = {one.id: one for one in submissions("mistakes", lab)}
    return ((by_id[name], words) for name, words in SHOWN[lab].items())


def entry(mistake: Submission, words: str, finding: Finding) -> str:
    """One mistake, as Markdown."""
    parts = (f"*{label}:* {cell(getattr(finding, part))}" for part, label in LABELS.items())
    quoted = "<br>\n    > ".join(parts)
    return f"- **{words}** [`{mistake.check}`](#{mistake.check}) says:\n\n    > {quoted}\n"


def read_back(text: str) -> list[tuple[str, str, Finding]]:
    """Sentence, check and finding of each entry of a page."""
    found = re.findall(r"^- \*\*(.+?)\*\* \[`([\w-]+)`\]\(#\2\) says:\n\n((?:    > .*\n)+)", text, re.M)
    return [(words, check, _finding(quoted)) for words, check, quoted in found]


def _finding(quoted: str) -> Finding:
    pattern = "".join(rf"    > \*{label}:\* (.*?)(?:<br>)?\n" for label in LABELS.values())
    parts = re.fullmatch(pattern, quoted)
    assert parts is not None, quoted
    return Finding(*(re.sub(r"\\([\\`*_|\[\]])", r"\1", unescape(one)) for one in parts.groups()))


def one_line(message: Message) -> Message:
    """The message as it stands on a page, where a line break is a blank."""
    return Message(*(" ".join(getattr(message, part).split()) for part in LABELS))


def page(lab: str, url: str) -> str:
    """The commonest mistakes of a lab: each is handed in, and graded."""
    entries = []
    for mistake, words in mistakes(lab):
        account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
        target = Target("sandbox", url, account, REGION, access_key=account)
        with tempfile.TemporaryDirectory() as work:
            results = graded(mistake, target, Path(work))
        (finding,) = (one.finding for one in results.checks if one.id == mistake.check)
        assert finding is not None, mistake.id
        entries.append(as_a_learner_sees_it(entry(mistake, words, finding)))
    return "\n".join(entries)


def as_a_learner_sees_it(text: str) -> str:
    """With the account and the port that a learner's own sandbox has."""
    text = re.sub(r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:4566", text)
    return re.sub(r"(?<![\d.])\d{12}(?=:)|(?<=… )\d{5}(?=:assumed-role)", _account, text)


def _account(digits: re.Match[str]) -> str:
    return "123456789012"[-len(digits[0]) :]


def main() -> None:
    """Write all pages."""
    FOLDER.mkdir(exist_ok=True)
    with Sandbox(port=0) as sandbox:
        for lab in LABS:
            (FOLDER / f"{lab}.md").write_text(page(lab, sandbox.url), encoding="utf-8")
            print(f"{lab}: {len(SHOWN[lab])} mistakes, {len(messages_of(lab))} messages")


if __name__ == "__main__":
    main()
