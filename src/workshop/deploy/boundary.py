"""The permissions boundary that an instructor asks for, put into every role of a template as it is sent.

CloudFormation has no setting for it of a whole stack, and the learner's file stays as it is. SAM passes its
property `PermissionsBoundary` on to the role that it makes for a function without a Role (AWS SAM Developer
Guide, AWS::Serverless::Function).
"""

from __future__ import annotations

from yaml import MappingNode, Node, SafeLoader, ScalarNode, compose

from workshop.target import AwsAccount, Target

PROPERTY = "PermissionsBoundary"
TYPES = ("AWS::IAM::Role", "AWS::Serverless::Function")


def with_boundary(text: str, target: Target) -> str:
    """The template's text, every role in it with the target's boundary, if it has one; lines may move down.

    A boundary that a role has already stays: AWS refuses one that the learner's policy does not allow.
    """
    boundary = target.boundary if isinstance(target, AwsAccount) else ""
    if not boundary:
        return text
    for at in sorted(_places(compose(text, Loader=SafeLoader)), key=lambda node: -node.start_mark.index):
        start = at.value[0][0].start_mark
        comma = ", " if at.flow_style else "\n" + " " * start.column
        text = f'{text[: start.index]}"{PROPERTY}": "{boundary}"{comma}{text[start.index :]}'
    return text


def _places(root: Node | None) -> list[MappingNode]:
    """The Properties of what makes a role; one of them must be there, as roles need a trust policy."""
    resources = _child(root, "Resources")
    found = []
    for _, resource in resources.value if isinstance(resources, MappingNode) else ():
        kind, properties = _child(resource, "Type"), _child(resource, "Properties")
        is_role = isinstance(kind, ScalarNode) and kind.value in TYPES
        if not is_role or not isinstance(properties, MappingNode) or not properties.value:
            continue
        if _child(properties, PROPERTY) is None:
            found.append(properties)
    return found


def _child(node: Node | None, name: str) -> Node | None:
    members = node.value if isinstance(node, MappingNode) else ()
    return next((value for key, value in members if key.value == name), None)
