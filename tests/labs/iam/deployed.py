"""Where a check fails, and template.yaml is no longer what was deployed: to say so before all else."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from botocore.exceptions import ClientError

from tests.labs.iam import messages
from tests.labs.standing import TEMPLATE
from workshop.checking.finding import CheckFailed

_UNLIKE = re.compile(r"\s*#|.*\b(CodeUri|S3Bucket)\b")
"""Comments, and where deploying writes what it has uploaded."""


def as_deployed(test: Callable[..., None]) -> Callable[..., None]:
    """A check whose finding says it where the template was saved and not deployed."""

    @wraps(test)
    def tried(**given: Any) -> None:
        try:
            test(**given)
        except CheckFailed as failed:
            _fail_if_only_saved(given["lab"], failed)
            raise

    return tried


def _fail_if_only_saved(lab: Any, failed: CheckFailed) -> None:
    file, finding = lab.folder / TEMPLATE, failed.finding
    deployed = _deployed(lab)
    if deployed is None or not file.is_file():
        return  # built without CloudFormation
    saved = file.read_text(encoding="utf-8")
    later = [name for name in lab.stack_resources() if f"{name}:" not in saved]
    if not later and _compared(deployed) != _compared(saved):  # a later lab's template is not to be undone
        messages.SAVED_NOT_DEPLOYED.fail(
            finding.evidence,
            saw=finding.saw,
            expected=finding.expected,
            why=finding.why,
            next_step=finding.next_step,
        )


def _deployed(lab: Any) -> str | None:
    """The text of the stack's template; None if there is no stack, or its template is JSON."""
    try:
        body = lab.client("cloudformation").get_template(StackName=lab.prefix)["TemplateBody"]
    except ClientError as error:
        # "Stack with id workshop does not exist" is a ValidationError.
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return None
    return body if isinstance(body, str) else None


def _compared(template: str) -> list[str]:
    lines = (line.rstrip() for line in template.splitlines())
    return [line for line in lines if line and not _UNLIKE.match(line)]
