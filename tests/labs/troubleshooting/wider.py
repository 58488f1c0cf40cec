"""Does the repair allow more than was allowed before the ticket?

What the role may do is judged by effect: IAM's policy simulator is asked about the policies of then and of
now. Whom the role trusts, its boundary and who may invoke the function are compared statement by statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.labs.gateway.permission import Grant, grants
from tests.labs.iam.places import FIVE, OTHER_ACTIONS, beyond, other_tables
from tests.labs.iam.role import Role, listed
from tests.labs.troubleshooting.messages import CHECK
from tests.labs.troubleshooting.tickets import Watched
from workshop.checking.message import Message
from workshop.checking.session import recorded

MORE_ALLOWED = Message(
    saw="the role {role} may now {actions} on {resource}{policies}",
    expected="a role that may do what it could do before the ticket, and nothing else",
    why="The cause was one missing or wrong word. Whoever gives a role everything has not found it, and the "
    "function may now do what nobody has asked for.",
    next_step="Take back what you have added (aws iam put-role-policy, delete-role-policy, "
    f"detach-role-policy), mend the one statement, then: {CHECK}",
)
MORE_TRUSTED = Message(
    saw="the role {role} may now be assumed by {who}",
    expected="the trust policy that was there: {were}",
    why="Whoever may assume the role may do all that it may do.",
    next_step=f"Put back the trust policy (aws iam update-assume-role-policy), then: {CHECK}",
)
NO_BOUNDARY = Message(
    saw="the role {role} has {now} as its permissions boundary; before the ticket it was {was}",
    expected="the permissions boundary that was there",
    why="A boundary is a limit that somebody else has set, for this role whatever its policies say. To take "
    "it away is to take a right that was not yours to give.",
    next_step=f"Put it back (aws iam put-role-permissions-boundary), then: {CHECK}",
)
MORE_MAY_INVOKE = Message(
    saw="the statement `{sid}` of {function}'s policy lets {principal} invoke it for {source}",
    expected="permissions for your two APIs only, each with a SourceArn that names one: …:{ids}/*",
    why="Without a SourceArn every API of every account may invoke your function. That was not so before the "
    "ticket.",
    next_step="Remove the statement (aws lambda remove-permission), add one with the SourceArn of your API, "
    f"then: {CHECK}",
)

Plain = Mapping[str, Any]
SHOWN = 3


def check_no_wider(lab: Any, stack: Watched, before: Plain, now: Plain) -> None:
    """End the check if anybody may do more than before the ticket."""
    _check_trust(stack, before["role"], now["role"])
    _check_boundary(stack, before["role"], now["role"])
    _check_policies(lab, before, now)
    _check_invoke(stack, before, now)


def _check_trust(stack: Watched, before: Plain, now: Plain) -> None:
    then = set(_trusted(before["Trust"]))
    more = [one for one in _trusted(now["Trust"]) if one not in then]
    if more:
        who = "; ".join(_in_words(one) for one in more)
        were = "; ".join(_in_words(one) for one in sorted(then)) or "nobody"
        MORE_TRUSTED.fail(
            stack.ask("iam", "get_role", RoleName=stack.role), role=_name(now), who=who, were=were
        )


def _trusted(trust: Plain) -> Iterator[tuple[str, str]]:
    """Who may assume the role, and under which condition."""
    for one in listed(trust.get("Statement")):
        if one.get("Effect") != "Allow":
            continue
        principal = one.get("Principal", {})
        named = {"": principal} if isinstance(principal, str) else principal
        condition = json.dumps(one.get("Condition", {}), sort_keys=True)
        yield from ((who, condition) for names in named.values() for who in listed(names))


def _in_words(trusted: tuple[str, str]) -> str:
    who, condition = trusted
    return who if condition == "{}" else f"{who} under the condition {condition}"


def _check_boundary(stack: Watched, before: Plain, now: Plain) -> None:
    if before["Boundary"] and (
        now["Boundary"] != before["Boundary"] or now["BoundaryDocument"] != before["BoundaryDocument"]
    ):
        changed = "a changed version of it" if now["Boundary"] == before["Boundary"] else now["Boundary"]
        asked = stack.ask("iam", "get_role", RoleName=stack.role)
        NO_BOUNDARY.fail(asked, role=_name(now), was=before["Boundary"], now=changed or "nothing")


def _check_policies(lab: Any, before: Plain, now: Plain) -> None:
    then, there = before["role"], now["role"]
    if _documents(then) == _documents(there):
        return
    for actions, resources in _asked(lab, before, now):
        more = _allowed(lab, there, actions, resources) - _allowed(lab, then, actions, resources)
        if more:
            resource = next(one for one in resources if one in {arn for _, arn in more})
            named = [action for action in actions if (action, resource) in more]
            rest = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
            MORE_ALLOWED.fail(
                recorded()[-2:-1],
                role=_name(there),
                actions=", ".join(named[:SHOWN]) + rest,
                resource=resource,
                policies=_new_policies(then, there),
            )


def _asked(lab: Any, before: Plain, now: Plain) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Actions, and the resources they are asked for: what an over-generous repair gives away."""
    arn, role = before["table"]["TableArn"], now["role"]
    yield OTHER_ACTIONS, [arn]
    yield FIVE, [*other_tables(lab, arn)]
    account, region = role["Arn"].split(":")[4], lab.target.region
    known = Role(_name(role), role["Arn"], account, region, role["Trust"], role["Boundary"], ())
    for resource, actions in beyond(known).items():
        yield actions, [resource]
    group = now["configuration"]["LogGroup"]
    for name in (group, "/aws/lambda/check-another"):
        log = f"arn:aws:logs:{region}:{account}:log-group:{name}"
        yield (
            ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DeleteLogGroup"),
            [f"{log}:log-stream:x", log],
        )


def _allowed(lab: Any, role: Plain, actions: tuple[str, ...], resources: list[str]) -> set[tuple[str, str]]:
    """What these policies allow of it. This is a read-only operation."""
    documents = _documents(role)
    if not documents:
        return set()
    asked = {"PolicyInputList": documents, "ActionNames": list(actions), "ResourceArns": resources}
    if role["BoundaryDocument"]:
        asked["PermissionsBoundaryPolicyInputList"] = [json.dumps(role["BoundaryDocument"])]
    pages = lab.client("iam").get_paginator("simulate_custom_policy").paginate(**asked)
    return {pair for page in pages for result in page["EvaluationResults"] for pair in _pairs(result)}


def _pairs(result: Plain) -> Iterator[tuple[str, str]]:
    each = result.get("ResourceSpecificResults") or [
        {"EvalResourceName": result["EvalResourceName"], "EvalResourceDecision": result["EvalDecision"]}
    ]
    for one in each:
        if one["EvalResourceDecision"] == "allowed":
            yield result["EvalActionName"], one["EvalResourceName"]


def _documents(role: Plain) -> list[str]:
    found = [*role["Inline"].values(), *role["Attached"].values()]
    return sorted(json.dumps(one, sort_keys=True) for one in found)


def _new_policies(then: Plain, now: Plain) -> str:
    """The policies that are new or changed, in the words of a sentence's end."""
    changed = [name for name, one in now["Inline"].items() if then["Inline"].get(name) != one]
    changed += [arn for arn in now["Attached"] if arn not in then["Attached"]]
    return f"; new or changed: {', '.join(changed)}" if changed else ""


def _check_invoke(stack: Watched, before: Plain, now: Plain) -> None:
    then = set(grants(before["permission"]["Statements"]))
    ids = (now["http"]["ApiId"], now["rest"]["id"])
    for one in grants(now["permission"]["Statements"]):
        if one not in then and not _is_for_own(one, ids):
            MORE_MAY_INVOKE.fail(
                stack.ask("lambda", "get_policy", FunctionName=stack.function),
                sid=one.sid,
                function=now["configuration"]["FunctionName"],
                principal=one.principal,
                source=one.source or "every API",
                ids=" or ".join(ids),
            )


def _is_for_own(grant: Grant, ids: tuple[str, ...]) -> bool:
    sources = grant.source.split(", ")
    named = all(any(f":{one}/" in source for one in ids) for source in sources)
    return grant.principal != "*" and bool(grant.source) and grant.is_for_one_api and named


def _name(role: Plain) -> str:
    return str(role["Arn"]).rpartition("/")[2]
