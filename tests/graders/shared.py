"""Stacks that are shared by submissions which differ from the solution in code only.

Such a submission is not deployed by its template: its code is put into the function of the solution's stack
(lab 1 has none, and its code runs from the learner's folder). A stack is given up as soon as something is
left in its table; whatever else a submission left behind would be seen by the checks of the next.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.graders.submission import TEMPLATE, Language, Submission, deploy
from workshop.deploy.archive import zipped
from workshop.target import REGION, Target

CODE = (".py", ".mjs", ".js")
NOT_CODE = frozenset({Path(TEMPLATE), Path("samconfig.toml")})
ONLY_IN_CODE = Submission(lab="", id="")
SAID_OF_IT = frozenset({"lab", "id", "edits", "check", "message", "words"})
"""What of a submission is not about how it is deployed."""


@dataclass(frozen=True)
class Shared:
    """The solution of a lab, deployed in an account of its own."""

    target: Target
    outputs: Mapping[str, str]

    def run(self, folder: Path) -> None:
        """Let the function, if there is one, run the folder's code."""
        name = self.outputs.get("UsersFunctionName")
        if name is not None:
            content = zipped(folder, frozenset(folder / one for one in NOT_CODE))
            self._functions.update_function_code(FunctionName=name, ZipFile=content)
            self._functions.get_waiter("function_updated_v2").wait(FunctionName=name)

    @property
    def is_clean(self) -> bool:
        """Whether the table is as empty as it was."""
        table = self.outputs["UsersTableName"]
        return not self._dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]

    @cached_property
    def _functions(self) -> Any:
        return self.target.session().client("lambda")

    @cached_property
    def _dynamodb(self) -> Any:
        return self.target.session().client("dynamodb")


_STACKS: dict[tuple[str, str, Language], Shared] = {}
"""By the sandbox's URL, lab and language."""


def is_in_code_only(submission: Submission) -> bool:
    """Whether nothing but code tells this submission from the solution."""
    told = {name: value for name, value in vars(submission).items() if name not in SAID_OF_IT}
    same = told == {name: getattr(ONLY_IN_CODE, name) for name in told}
    edits = submission.edits
    return same and bool(edits) and all(one.file.endswith(CODE) and one.replace is not None for one in edits)


def take(submission: Submission, url: str) -> Shared:
    """The stack on which this submission's code is to run."""
    key = (url, submission.lab, submission.language)
    if key not in _STACKS:
        account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
        target = Target("sandbox", url, account, REGION, access_key=account)
        with tempfile.TemporaryDirectory() as work:
            solution = Submission(submission.lab, submission.id).write(Path(work))
            _STACKS[key] = Shared(target, deploy(solution / TEMPLATE, target))
    return _STACKS[key]


def give_back(submission: Submission, shared: Shared) -> None:
    """The next one may have it, unless something was left in its table."""
    if not shared.is_clean:
        _STACKS.pop((shared.target.url, submission.lab, submission.language), None)
