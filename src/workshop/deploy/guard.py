"""What stands before an AWS account: what will be made is shown, and no other's stack is touched."""

from __future__ import annotations

from collections.abc import Iterator

from workshop.deploy.artifacts import bucket_name
from workshop.deploy.stack import State
from workshop.deploy.template import Template
from workshop.errors import Problem
from workshop.target import TAG, AwsAccount, Target

QUESTION = "Make this in the AWS account above?"


def refuse_stranger(target: Target, prefix: str, found: State | None) -> None:
    """Raises Problem for a stack in an account that has the prefix's name, but was not made by the workshop.

    An empty stack in REVIEW_IN_PROGRESS is nobody's yet. This is a read-only operation.
    """
    if target.kind != "aws" or found is None or found.status == "REVIEW_IN_PROGRESS":
        return
    if found.tags.get(TAG) != prefix:
        has = found.tags.get(TAG)
        raise Problem(
            f"the stack {prefix}, in {target.where}",
            f"its tag {TAG} is {has}" if has else f"it has no tag {TAG}, so the workshop has not made it",
            f"a stack with the tag {TAG}={prefix}, or none of that name",
            "take another prefix: export WORKSHOP_PREFIX=workshop-yourname",
        )


def what_is_made(target: Target, prefix: str, template: Template) -> Iterator[str]:
    """What a deployment makes in an account: account, region, names, and each resource of the template."""
    if not isinstance(target, AwsAccount):
        return
    yield f"What will be made or changed in {target.where}, with the tag {TAG}={prefix}:"
    yield f"  the stack {prefix}; for its code the bucket {bucket_name(prefix, target)}"
    for name, kind in template.resources().items():
        yield f"  {name:<24} {kind}"
    if template.literal("Transform"):
        yield "  and what the Serverless transform makes of them: permissions, deployments, stages"
    boundary = target.boundary or "none: the roles may do what the template says"
    yield f"  Permissions boundary of its roles: {boundary}"
    yield "  It costs money from then on; workshop clean deletes it all."
