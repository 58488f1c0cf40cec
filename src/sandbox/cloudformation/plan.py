"""What an update would change, without changing it: the changes of a change set.

API Reference, *ResourceChange* and *ResourceChangeDetail*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cloudformation import schemas
from sandbox.cloudformation.graph import check_circles, references
from sandbox.cloudformation.hands import tags_of
from sandbox.cloudformation.intrinsics import UNKNOWN, Scope, is_known, resolve
from sandbox.cloudformation.providers import PROVIDERS
from sandbox.cloudformation.providers.base import changed
from sandbox.cloudformation.scope import graph_of, scope_of, wanted
from sandbox.cloudformation.stack import Stack, StackResource, Target
from sandbox.cloudformation.template import Definition
from sandbox.cloudformation.wording import invalid

Json = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One resource that will be added, modified or removed, as DescribeChangeSet has it."""

    action: str
    logical_id: str
    type: str
    physical_id: str | None = None
    replacement: str | None = None
    scope: tuple[str, ...] = ()
    details: tuple[Json, ...] = ()
    policy: str | None = None


class Plan:
    """The changes that lead a stack to a target. Raises AwsError for resources that need one another."""

    def __init__(self, stack: Stack, target: Target, imported: Callable[[str], Any]) -> None:
        self._stack = stack
        self._target = target
        self._imported = imported
        self._unknown: set[str] = set()
        self._vague: set[str] = set()
        scope = self._scope()
        self._wanted = wanted(target, scope)
        self._graph = graph_of(self._wanted, scope)
        check_circles(self._graph)
        self._check_types()
        self.changes = [*self._removed(), *self._in_order()]

    def _check_types(self) -> None:
        resources = self._stack.resources
        others = [
            name
            for name, one in self._wanted.items()
            if name in resources and resources[name].physical_id and resources[name].type != one.type
        ]
        if others:
            raise invalid(
                "Update of resource type is not permitted. The new template modifies resource type of the "
                f"following resources: [{', '.join(others)}]"
            )

    @property
    def empty(self) -> bool:
        """Whether nothing of the stack would change."""
        stack = self._stack
        if self.changes or stack.current is None:
            return False
        return self._outputs() == {o.key: (o.value, o.description, o.export) for o in stack.outputs}

    def _outputs(self) -> Json:
        scope = self._scope()
        found: Json = {}
        for key, one in self._target.template.outputs.items():
            if one.get("Condition") is None or scope.holds(one["Condition"]):
                export = one.get("Export")
                name = None if export is None else resolve(export["Name"], scope)
                found[key] = (resolve(one["Value"], scope), one.get("Description"), name)
        return found

    def _scope(self) -> Scope:
        unknown, vague = frozenset(self._unknown), frozenset(self._vague)
        return scope_of(self._stack, self._target, self._imported, unknown, vague)

    def _removed(self) -> Iterator[Change]:
        for name, one in sorted(self._stack.resources.items()):
            if name not in self._wanted and one.physical_id:
                policy = "Retain" if one.deletion_policy.startswith("Retain") else "Delete"
                yield Change("Remove", name, one.type, one.physical_id, policy=policy)

    def _in_order(self) -> list[Change]:
        """The other changes, found in the order of need, told in the order of names."""
        left = {name: set(needs) for name, needs in self._graph.items()}
        found: list[Change] = []
        while left:
            for name in [name for name, needs in left.items() if not needs & left.keys()]:
                del left[name]
                change = self._change(self._wanted[name])
                if change is not None:
                    found.append(change)
        return sorted(found, key=lambda change: change.logical_id)

    def _change(self, definition: Definition) -> Change | None:
        name = definition.logical_id
        old = self._stack.resources.get(name)
        if old is None or not old.physical_id:
            self._unknown.add(name)
            return Change("Add", name, definition.type)
        details = list(self._details(definition, old))
        if not details:
            return None
        demands = {detail["Target"].get("RequiresRecreation", "Never") for detail in details}
        replacement = (
            "True" if "Always" in demands else "Conditional" if "Conditionally" in demands else "False"
        )
        (self._vague if replacement == "False" else self._unknown).add(name)
        scope = tuple(dict.fromkeys(detail["Target"]["Attribute"] for detail in details))
        policy = None
        if replacement != "False":
            keep = old.update_replace_policy.startswith("Retain")
            policy = "ReplaceAndRetain" if keep else "ReplaceAndDelete"
        return Change("Modify", name, old.type, old.physical_id, replacement, scope, tuple(details), policy)

    def _details(self, definition: Definition, old: StackResource) -> Iterator[Json]:
        scope = self._scope()
        new = resolve(definition.properties, scope)
        provider = PROVIDERS.get(definition.type)
        if provider is not None:
            new = schemas.fitted(definition.type, new)
        known = {key: value if is_known(value) else old.properties.get(key) for key, value in new.items()}
        recreate = provider.replaced_by(old.properties, known) if provider is not None else set()
        fixed = schemas.create_only(definition.type) | (provider.replaces if provider else frozenset())
        for key in sorted(changed(old.properties, new) - {"Tags"}):
            certain = is_known(new.get(key))
            demand = "Always" if key in recreate else "Never"
            if not certain and key in fixed:
                demand = "Conditionally"
            yield from self._of_property(definition, key, demand, certain)
        if "Tags" in new or "Tags" in old.properties or schemas.takes_tags(definition.type):
            yield from self._of_tags(definition, old, new)
        if definition.metadata != old.metadata:
            yield _detail({"Attribute": "Metadata"}, "Static", "DirectModification")

    def _of_tags(self, definition: Definition, old: StackResource, new: Json) -> Iterator[Json]:
        wanted_tags = tags_of(self._stack, self._target, definition, new)
        if wanted_tags != old.tags:
            evaluation = "Static" if is_known(wanted_tags) else "Dynamic"
            yield _detail(
                {"Attribute": "Tags", "RequiresRecreation": "Never"}, evaluation, "DirectModification"
            )

    def _of_property(self, definition: Definition, key: str, demand: str, certain: bool) -> Iterator[Json]:
        """Why a property changes: its own text, a parameter, or another resource."""
        target = {"Attribute": "Properties", "Name": key, "RequiresRecreation": demand}
        raw = definition.properties.get(key)
        before = self._raw_before(definition.logical_id)
        if before.get(key) != raw or (key in before) != (key in definition.properties):
            evaluation = "Static" if certain else "Dynamic"
            yield _detail(target, evaluation, "DirectModification")
        for kind, name in dict.fromkeys(references(raw, self._scope())):
            if name in self._target.template.parameters:
                if self._parameter_changed(name):
                    yield _detail(target, "Static", "ParameterReference", name)
            elif name in self._unknown | self._vague:
                source = "ResourceReference" if kind == "Ref" else "ResourceAttribute"
                yield _detail(target, "Dynamic", source, name)

    def _raw_before(self, name: str) -> Mapping[str, Any]:
        current = self._stack.current
        found = None if current is None else current.template.resources.get(name)
        return {} if found is None else found.properties

    def _parameter_changed(self, name: str) -> bool:
        current = self._stack.current
        return current is None or current.values.get(name, UNKNOWN) != self._target.values[name]


def _detail(target: Json, evaluation: str, source: str, cause: str | None = None) -> Json:
    found = {"Target": target, "Evaluation": evaluation, "ChangeSource": source}
    return found if cause is None else {**found, "CausingEntity": cause}
