"""The policy simulator: what policies would say to actions on resources, asked of the one evaluator.

    outcome = simulate(Question("dynamodb:PutItem", table_arn), Scene(caller, sources, context))
    outcome.verdict, outcome.matched, outcome.missing

Source: IAM API Reference, *SimulatePrincipalPolicy* and *EvaluationResult*; answers of AWS recorded by
github.com/radkawar/stackd, testdata/aws/iam/simulation.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sandbox.iam.context_keys import keys_of
from sandbox.iam.evaluate import Decision, Match, Policies, Request, Verdict, evaluate
from sandbox.iam.policy import Kind, Policy, parse
from sandbox.iam.positions import Span, spans
from sandbox.iam.principal import Principal

SourceType = Literal["IAM Policy", "Resource Policy", "Permissions Boundary Policy"]
_TYPES: dict[Kind, SourceType] = {
    "identity": "IAM Policy",
    "resource": "Resource Policy",
    "boundary": "Permissions Boundary Policy",
}
_OWNERS = {
    service: frozenset((service,))
    for service in ("dynamodb", "s3", "iam", "lambda", "logs", "apigateway", "execute-api", "cloudformation")
} | {"sts": frozenset(("iam", "sts"))}
"""Of which services the resources are that the actions of a service act on."""


@dataclass(frozen=True)
class Source:
    """A policy under the id that the simulator calls it by."""

    id: str
    text: str
    policy: Policy

    @classmethod
    def of(cls, identifier: str, text: str) -> Source:
        """The source of a document that has been checked."""
        return cls(identifier, text, parse(text, identifier))


@dataclass(frozen=True)
class Scene:
    """Who asks, and which policies answer. given: the keys that the context entries name, in lower case.

    owner: the account that owns the resources, "" for what their ARNs say.
    """

    caller: Principal
    identity: tuple[Source, ...] = ()
    boundary: Source | None = None
    resource_policy: Source | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    owner: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        return (*self.identity, *filter(None, (self.boundary, self.resource_policy)))


@dataclass(frozen=True)
class Place:
    """A statement that decided: of which policy, and where in it."""

    source: str
    type: SourceType
    span: Span


@dataclass(frozen=True)
class Outcome:
    """What the policies say to one action on one resource.

    missing: keys without a value, told where nothing allows. within_boundary: None without a boundary.
    details: what each kind of policy says by itself, where the caller's account does not own the resource.
    """

    verdict: Verdict
    matched: tuple[Place, ...] = ()
    missing: tuple[str, ...] = ()
    within_boundary: bool | None = None
    details: Mapping[SourceType, Verdict] = field(default_factory=dict)


def simulate(action: str, resource: str, scene: Scene) -> Outcome:
    """The outcome of `action` on `resource`, an ARN, or `*`, which is then asked for literally. Pure."""
    request = Request(scene.caller, action, resource, scene.context, _owner(resource, scene))
    asked = Policies(
        identity=tuple(source.policy for source in scene.identity),
        boundary=scene.boundary.policy if scene.boundary else None,
        resource=_resource_policy(action, scene),
    )
    decision = evaluate(request, asked)
    if not _acts_on(action, resource):
        decision = Decision("implicitDeny", "identity", None)
    return Outcome(
        decision.verdict,
        tuple(_places(decision, scene)),
        _missing(scene) if decision.verdict == "implicitDeny" else (),
        _layer(decision, "boundary") == "allowed" if scene.boundary else None,
        _details(decision, scene) if request.crosses_accounts else {},
    )


def _owner(resource: str, scene: Scene) -> str:
    if scene.resource_policy is None:
        return ""
    return scene.owner or (resource.split(":")[4] if resource.count(":") > 4 else "")


def _resource_policy(action: str, scene: Scene) -> Policy | None:
    """The policy of the resource; the simulator knows no trust policies (aws/aws-cli issue 10314)."""
    if scene.resource_policy is None or action.lower().startswith("sts:assume"):
        return None
    return scene.resource_policy.policy


def _acts_on(action: str, resource: str) -> bool:
    owners = _OWNERS.get(action.partition(":")[0].lower())
    return resource == "*" or owners is None or resource.split(":")[2] in owners


def _places(decision: Decision, scene: Scene) -> list[Place]:
    """The statements that have the effect of the decision; a boundary never allows, so it only denies."""
    if decision.verdict == "implicitDeny":
        return []
    effect = "Allow" if decision.allowed else "Deny"
    kinds = _TYPES.keys() - ({"boundary"} if decision.allowed else set())
    found = [m for m in decision.matched if m.kind in kinds and m.statement.effect == effect]
    return [_place(match, scene) for match in found]


def _place(match: Match, scene: Scene) -> Place:
    source = next(source for source in scene.sources if source.policy is match.policy)
    return Place(source.id, _TYPES[match.kind], spans(source.text)[match.statement.index])


def _layer(decision: Decision, kind: Kind) -> Verdict:
    """What one kind of policy says by itself."""
    effects = {match.statement.effect for match in decision.matched if match.kind == kind}
    return "explicitDeny" if "Deny" in effects else "allowed" if "Allow" in effects else "implicitDeny"


def _details(decision: Decision, scene: Scene) -> dict[SourceType, Verdict]:
    kinds: list[Kind] = ["identity", "resource", *(["boundary"] if scene.boundary else [])]  # type: ignore[list-item]
    return {_TYPES[kind]: _layer(decision, kind) for kind in kinds}


def _missing(scene: Scene) -> tuple[str, ...]:
    """All keys that the policies ask for and no context entry gives, about this action or another."""
    wanted = keys_of(source.text for source in scene.sources)
    return tuple(key for key in wanted if key.lower() not in scene.given)
