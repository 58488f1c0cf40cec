"""What a change set does, said before it is done, and what AWS would refuse of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workshop.deploy import FellShort
from workshop.deploy.change_set import Change
from workshop.deploy.template import Template

NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
}
"""The property that gives a resource a name of one's own; such a resource cannot be replaced."""

_VERBS = {"Add": "create", "Remove": "delete", "Import": "import"}


def plan(changes: Sequence[Change]) -> Iterator[str]:
    """One line for each change, in CloudFormation's order."""
    width = max([24, *(len(change.logical_id) for change in changes)])
    for change in changes:
        verb = "replace" if change.replaces else _VERBS.get(change.action, "change")
        names = ", ".join(dict.fromkeys(cause.name for cause in change.causes))
        yield f"  {verb:<8} {change.logical_id:<{width}} {change.kind}{f': {names}' if names else ''}"


def custom_named(template: Template, changes: Sequence[Change], again: str) -> FellShort | None:
    """The refusal of a change set that would replace a resource with a name of one's own; None if none.

    CloudFormation makes the new one before it deletes the old, and both cannot have the one name; so it
    refuses at execution, and rolls back (*How do I update a stack when a custom-named resource requires
    replacing?*). Said here before anything is executed.
    """
    for change in changes:
        name = NAMES.get(change.kind, "")
        steps = ("Resources", change.logical_id, "Properties", name)
        if change.action != "Modify" or change.replacement != "True" or not name:
            continue
        if template.literal(*steps) != change.physical_id:  # no name, a new one, or one made by a function
            continue
        causes = ", ".join(change.recreating()) or "a property"
        return FellShort(
            f"{change.logical_id} ({change.kind}), {template.line(steps)}",
            f"{causes} changes, for which AWS makes a new resource before it deletes the old; both cannot be "
            f"called {change.physical_id}, so CloudFormation would refuse",
            "no name of your own: CloudFormation then makes up a new one for each",
            f"remove the line with {name}. Then: {again}",
            "Nothing was changed: AWS refuses to replace a resource that the template names.",
        )
    return None
