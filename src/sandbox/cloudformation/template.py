"""A template, checked as CloudFormation checks it before it touches anything.

Sources of the words: `tests/sandbox/cases.yaml` (layer cloudformation) and LocalStack's snapshots of AWS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.cloudformation import parameters, schemas
from sandbox.cloudformation.graph import references
from sandbox.cloudformation.wording import invalid, malformed, wrong

_SECTIONS = frozenset(
    ("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions")
) | frozenset(("Transform", "Resources", "Outputs", "Hooks", "Globals"))
_RESOURCE_KEYS = frozenset(
    ("Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata")
) | frozenset(("CreationPolicy", "UpdatePolicy"))
PSEUDO = frozenset(
    f"AWS::{name}"
    for name in (
        *("AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId", "StackName"),
        "URLSuffix",
    )
)
_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")
MOST_CHARACTERS, MOST_RESOURCES = 51_200, 500
"""CloudFormation User Guide, *Understand CloudFormation quotas*."""

_NAME = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Definition:
    """One resource as its template defines it; functions are not computed."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    metadata: Any = None


@dataclass(frozen=True)
class Template:
    """A whole template. body: the text as it was given; document: its values, after transforms."""

    body: str = field(repr=False)
    document: dict[str, Any] = field(repr=False)
    resources: Mapping[str, Definition]

    @property
    def parameters(self) -> dict[str, Any]:
        return dict(self.document.get("Parameters") or {})

    @property
    def mappings(self) -> dict[str, Any]:
        return dict(self.document.get("Mappings") or {})

    @property
    def conditions(self) -> dict[str, Any]:
        return dict(self.document.get("Conditions") or {})

    @property
    def outputs(self) -> dict[str, Any]:
        return dict(self.document.get("Outputs") or {})

    @property
    def description(self) -> str | None:
        found = self.document.get("Description")
        return None if found is None else str(found)


def transforms(document: Mapping[str, Any]) -> list[str]:
    """The names of the transforms of a document."""
    given = document.get("Transform") or []
    entries = given if isinstance(given, list) else [given]
    return [str(entry.get("Name")) if isinstance(entry, dict) else str(entry) for entry in entries]


def check(body: str, document: dict[str, Any]) -> Template:
    """The template of a document. Raises AwsError in CloudFormation's words."""
    check_form(document)
    resources = {name: _definition(name, value) for name, value in document["Resources"].items()}
    unknown = sorted({one.type for one in resources.values() if not schemas.is_known(one.type)})
    if unknown:
        raise malformed(f"Unrecognized resource types: [{', '.join(unknown)}]")
    template = Template(body, document, resources)
    _check_references(template)
    _check_conditions(template)
    return template


def check_form(document: Mapping[str, Any]) -> None:
    """Raise AwsError unless the sections of a template have their form."""
    odd = [key for key in document if key not in _SECTIONS]
    if odd:
        raise malformed(f"Invalid template property or properties [{', '.join(odd)}]")
    version = document.get("AWSTemplateFormatVersion", "2010-09-09")
    if str(version) != "2010-09-09":
        raise malformed("unsupported value for AWSTemplateFormatVersion.")
    if document.get("Description") is not None and not isinstance(document["Description"], str):
        raise malformed("Template Description is not a String")
    for section in ("Parameters", "Mappings", "Conditions", "Outputs", "Resources"):
        if section in document and not isinstance(document[section], dict):
            raise malformed(f"{section} must be an object." if document[section] else _null(section))
    resources = document.get("Resources")
    if not resources:
        raise malformed("At least one Resources member must be defined.")
    if len(resources) > MOST_RESOURCES:
        raise malformed(f"Number of resources, {len(resources)}, is greater than maximum allowed, 500")
    for path in _nulls({key: value for key, value in document.items() if key != "Metadata"}):
        raise invalid(f"[{path}] 'null' values are not allowed in templates")
    parameters.check_definitions(document.get("Parameters") or {})
    _check_mappings(document.get("Mappings") or {})
    _check_outputs(document.get("Outputs") or {})
    for name in resources:
        if not _NAME.fullmatch(name):
            raise malformed(f"Resource name {name} is non alphanumeric.")


def _null(section: str) -> str:
    return f"[/{section}] 'null' values are not allowed in templates"


def _nulls(value: Any, path: str = "") -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _nulls(member, f"{path}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nulls(item, f"{path}/{index}")


def _check_mappings(mappings: Mapping[str, Any]) -> None:
    for name, mapping in mappings.items():
        if not isinstance(mapping, dict):
            raise malformed(f"Every Mappings member {name} must be a map")
        for key, attributes in mapping.items():
            if not isinstance(attributes, dict):
                raise malformed(f"Every Mappings member {key} must be a map")
            if any(isinstance(value, dict) for value in attributes.values()):
                raise malformed("Every Mappings attribute must be a String or a List.")


def _check_outputs(outputs: Mapping[str, Any]) -> None:
    for name, output in outputs.items():
        if not _NAME.fullmatch(name):
            raise malformed(f"Output name {name} is non alphanumeric.")
        if not isinstance(output, dict) or "Value" not in output:
            raise malformed("Every Outputs member must contain a Value object")


def _definition(name: str, value: Any) -> Definition:
    if not isinstance(value, dict):
        raise malformed("Any Resources member must be an object.")
    if not isinstance(value.get("Type"), str):
        raise malformed(f"[/Resources/{name}] Every Resources object must contain a Type member.")
    odd = next((key for key in value if key not in _RESOURCE_KEYS), None)
    if odd is not None:
        raise invalid(f"Invalid template resource property '{odd}'")
    properties = value.get("Properties", {})
    if not isinstance(properties, dict):
        raise malformed(f"[/Resources/{name}] Properties must be an object.")
    depends = value.get("DependsOn", [])
    needs = tuple(depends) if isinstance(depends, list) else (depends,)
    if not all(isinstance(one, str) for one in needs):
        raise malformed("DependsOn must be a string or list of strings.")
    deletion, replacement = value.get("DeletionPolicy", "Delete"), value.get("UpdateReplacePolicy", "Delete")
    for policy, kind in ((deletion, "DeletionPolicy"), (replacement, "UpdateReplacePolicy")):
        if policy not in _POLICIES:
            raise malformed(f"Unrecognized {kind} {policy} for resource {name}")
    if "Snapshot" in (deletion, replacement):  # no type that the sandbox models takes one
        raise wrong(f"resource type {value['Type']} does not support deletion policy Snapshot")
    return Definition(
        name, value["Type"], properties, needs, value.get("Condition"), deletion, replacement,
        value.get("Metadata"),
    )  # fmt: skip


def _check_references(template: Template) -> None:
    known = template.resources.keys() | template.parameters.keys() | PSEUDO
    missing: list[str] = []
    for definition in template.resources.values():
        for kind, name in references(definition.properties):
            _check_attribute(kind, name, template)
            if name not in known:
                missing.append(name)
        missing += [name for name in definition.depends_on if name not in template.resources]
    if missing:
        names = ", ".join(dict.fromkeys(missing))
        raise malformed(f"Unresolved resource dependencies [{names}] in the Resources block of the template")
    for kind, name in references(template.outputs):
        _check_attribute(kind, name, template)
        if name not in known:
            raise malformed(f"Unresolved resource dependencies [{name}] in the Outputs block of the template")


def _check_attribute(kind: str, name: str, template: Template) -> None:
    if kind == "Fn::GetAtt" and name not in template.resources:
        raise wrong(f"instance of Fn::GetAtt references undefined resource {name}")


def _check_conditions(template: Template) -> None:
    used = {one.condition for one in template.resources.values() if one.condition is not None}
    used |= {one["Condition"] for one in template.outputs.values() if "Condition" in one}
    for name in used:
        if name not in template.conditions:
            raise malformed(f"Unresolved condition dependency {name} in the Resources block of the template")
    for kind, name in references(template.conditions):
        if kind != "Ref" or name not in template.parameters.keys() | PSEUDO:
            raise malformed(
                f"Unresolved dependencies [{name}]. Cannot reference resources in the Conditions block of "
                "the template"
            )
