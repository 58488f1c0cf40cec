"""The function's role: whom it trusts, what its policies say, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.iam.evaluate import Decision, Policies, Request, evaluate
from sandbox.iam.explain import Explanation, explain
from sandbox.iam.policy import Policy, parse
from sandbox.iam.principal import Principal
from workshop.doctor.aws import Aws, Plain, Unread

LAMBDA, API_GATEWAY = "lambda.amazonaws.com", "apigateway.amazonaws.com"


@dataclass(frozen=True)
class Judged:
    """A question and how the policies decide it, in the form that is explained."""

    request: Request
    policies: Policies
    decision: Decision


@dataclass(frozen=True)
class Role:
    """A role as IAM gives it. boundary: the ARN of its permissions boundary, or ""."""

    aws: Aws
    name: str
    arn: str
    trust: Mapping[str, Any]
    boundary: str

    def trusts(self, service: str) -> Explanation | None:
        """None if the service may assume it; else why it may not."""
        who = Principal("service", service)
        policies = Policies(trust=parse(dict(self.trust), "the role's trust policy"))
        return _explained(Request(who, "sts:AssumeRole", self.arn), policies)

    def simulate(self, action: str, resource: str) -> str:
        """What IAM's policy simulator says: allowed, implicitDeny or explicitDeny. Raises Unread."""
        answer = self.aws.ask(
            "iam",
            "SimulatePrincipalPolicy",
            PolicySourceArn=self.arn,
            ActionNames=[action],
            ResourceArns=[resource],
        )
        if answer is None:
            raise Unread("iam:SimulatePrincipalPolicy", f"there is no role {self.arn}")
        return str(answer["EvaluationResults"][0]["EvalDecision"])

    def explain(self, action: str, resource: str, session: str) -> Explanation | None:
        """Why its policies deny it; None if they allow it. Raises Unread where they may not be read."""
        account = self.arn.split(":")[4]
        arn = f"arn:aws:sts::{account}:assumed-role/{self.name}/{session}"
        who = Principal("session", arn, account, self.arn)
        return _explained(Request(who, action, resource), self.policies)

    @property
    def policies(self) -> Policies:
        """Its inline and managed policies, and its boundary. Raises Unread."""
        names = self.aws.listed("iam", "ListRolePolicies", "PolicyNames", RoleName=self.name)
        inline = [self._inline(str(name)) for name in names]
        attached = self.aws.listed("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=self.name)
        managed = [_managed(self.aws, one["PolicyArn"]) for one in attached]
        boundary = _managed(self.aws, self.boundary) if self.boundary else None
        return Policies(identity=(*inline, *managed), boundary=boundary)

    def _inline(self, name: str) -> Policy:
        answer = self.aws.ask("iam", "GetRolePolicy", RoleName=self.name, PolicyName=name)
        return parse(answer["PolicyDocument"] if answer else "{}", name)


def find_role(aws: Aws, arn: str) -> Role | None:
    """The role of an ARN; None if there is none. Raises Unread."""
    answer = aws.ask("iam", "GetRole", RoleName=arn.rpartition("/")[2])
    if answer is None:
        return None
    role = answer["Role"]
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    return Role(aws, role["RoleName"], role["Arn"], role["AssumeRolePolicyDocument"], boundary)


def may_invoke(policy: str, function: str, source: str, account: str) -> Explanation | None:
    """None if a function's resource policy lets API Gateway invoke it for this source; else why not."""
    context = {"aws:sourcearn": (source,), "aws:sourceaccount": (account,)}
    who = Principal("service", API_GATEWAY)
    attached = parse(policy, "the function's policy") if policy else None
    request = Request(who, "lambda:InvokeFunction", function, context)
    return _explained(request, Policies(resource=attached))


def written(statement: Mapping[str, Any] | None) -> str:
    """A statement as one line of JSON; "" for none."""
    return json.dumps(statement) if statement else ""


def _managed(aws: Aws, arn: str) -> Policy:
    policy: Plain | None = aws.ask("iam", "GetPolicy", PolicyArn=arn)
    version = str(policy["Policy"]["DefaultVersionId"]) if policy else "v1"
    answer = aws.ask("iam", "GetPolicyVersion", PolicyArn=arn, VersionId=version)
    document = answer["PolicyVersion"]["Document"] if answer else "{}"
    return parse(document, arn.rpartition("/")[2], arn)


def _explained(request: Request, policies: Policies) -> Explanation | None:
    decision = evaluate(request, policies)
    return None if decision.allowed else explain(Judged(request, policies, decision))
