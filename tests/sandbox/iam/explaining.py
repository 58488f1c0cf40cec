"""Judgements made by hand, for explanations."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.iam.evaluate import Decision, Policies, Request, evaluate
from sandbox.iam.explain import explain
from sandbox.iam.policy import parse
from sandbox.iam.principal import Principal

ACCOUNT = "111122223333"
USERS = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/users-table"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/users-role"
ROLE = Principal("session", f"arn:aws:sts::{ACCOUNT}:assumed-role/users-role/users", ACCOUNT, ROLE_ARN)
ADA = Principal("user", f"arn:aws:iam::{ACCOUNT}:user/ada", ACCOUNT)
ROOT = Principal("root", f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
LAMBDA = Principal("service", "lambda.amazonaws.com")
GATEWAY = Principal("service", "apigateway.amazonaws.com")
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:users"


@dataclass(frozen=True)
class Judged:
    request: Request
    policies: Policies
    decision: Decision


def policy(*statements, name="users", arn=""):
    return parse({"Version": "2012-10-17", "Statement": list(statements)}, name, arn)


def allow(action="dynamodb:PutItem", resource=USERS, **more):
    return {"Sid": "CrudOnUsers", "Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(**elements):
    return {"Sid": "Never", "Effect": "Deny", **elements}


def trust_of(arn):
    statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "sts:AssumeRole"}
    return policy(statement, name="the role's trust policy")


def judged(*statements, who=ROLE, action="dynamodb:PutItem", resource=USERS, context=None, **policies):
    """A judgement: statements are those of the caller's one policy, unless policies say otherwise.

    attached: the policy of the resource. owner: of the resource.
    """
    if statements:
        policies["identity"] = (policy(*statements),)
    request = Request(who, action, resource, context or {}, policies.pop("owner", ""))
    policies["resource"] = policies.pop("attached", None)
    asked = Policies(**policies)
    return Judged(request, asked, evaluate(request, asked))


def explained(*statements, **more):
    return explain(judged(*statements, **more))
