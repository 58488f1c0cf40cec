"""The role: may Lambda take it on, and does it allow what the function does?

A denial is taken from the log; that it still holds is asked of IAM's policy simulator; why, is read from the
policies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from shlex import quote
from typing import Any

from sandbox.iam.explain import Explanation
from sandbox.iam.letters import carets
from sandbox.iam.policy import Policy
from workshop.doctor import calls, tables
from workshop.doctor.aws import Unread
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.role import LAMBDA, Role, written

NAME = "role of the function"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": LAMBDA}, "Action": "sts:AssumeRole"}],
}
_PARTS = {"resource": "name", "account": "account id"}
"""Parts of an ARN as people call them."""
_WRITE = "logs:PutLogEvents"


def examine(context: Context) -> list[Cause]:
    """Broken where there is no role, Lambda may not assume it, or it denies what the function asked for."""
    role = context.role
    if role is None:
        return [_no_role(context)]
    trusted = role.trusts(LAMBDA)
    if trusted is not None:
        return [_trust(role, trusted)]
    error = tables.error_of(context)
    if error is not None and error.denied and not context.reply.is_fine:
        in_next = tables.is_elsewhere(context) or tables.is_wrong(context)
        return [] if in_next else _denied(context, role, *error.denied)
    found = _by_the_code(context, role) or _silent(context, role)
    if not found:
        tables.demand_log(context)
    return found


def sound(context: Context) -> str:
    role = context.role
    error = tables.error_of(context)
    denied = error is not None and error.denied
    end = "what it denied is for the next layer" if denied else "nothing shows that it denies"
    return f"{role.name if role else 'the role'} trusts {LAMBDA}; {end}"


def _denied(
    context: Context, role: Role, action: str, resource: str, how: str = "the log says denied:"
) -> list[Cause]:
    """Why the role denies what the log says that it denied; none if it allows it by now."""
    if role.simulate(action, resource) == "allowed":
        return []
    session = context.function.name
    why = role.explain(action, resource, session)
    seen = [f"{how} {action} on {resource}"]
    if why is None:
        return [_other(role, action, resource, tuple(seen))]
    seen += [why.text, *_letters(why)]
    if why.verdict == "explicitDeny":
        return [_explicit(role, why, action, tuple(seen))]
    if why.kind == "boundary":
        return [_boundary(role, action, resource, tuple(seen))]
    missed = {miss.element for miss in why.misses}
    if missed == {"Resource"}:
        return [_resource(role, why, action, resource, tuple(seen))]
    if missed == {"Condition"}:
        return [_other(role, action, resource, tuple(seen))]
    return [_action(role, why, action, resource, tuple(seen))]


def _by_the_code(context: Context, role: Role) -> list[Cause]:
    """What the code calls and the role denies, where the function answered 5xx and no log tells why."""
    reply = context.reply
    own = not (reply.is_fine or reply.by_gateway or reply.service_error)
    if not own or context.seen_invocation is not None:
        return []
    one = tables.asked(context)
    table = tables.described(context, one) if one else None
    if table is None:
        return []
    wanted = [f"dynamodb:{name}" for name in calls.of_method(context.method, context.package.source)]
    for action in wanted:
        found = _denied(context, role, action, str(table["TableArn"]), "the code calls")
        if found:
            return found
    return []


def _letters(why: Explanation) -> Iterator[str]:
    """Both ARNs, with a mark below each letter that differs."""
    for miss in why.misses:
        if miss.element == "Resource" and miss.compared:
            for label, text, marks in (
                ("the policy is on ", miss.compared.wanted, miss.compared.wanted_marks),
                ("the function asks", miss.compared.given, miss.compared.given_marks),
            ):
                yield f"{label} {text}"
                if marks:
                    yield f"{' ' * len(label)} {carets(text, marks)}"


def _action(role: Role, why: Explanation, action: str, resource: str, seen: tuple[str, ...]) -> Cause:
    return Cause(
        "action-not-allowed",
        f"The function's role does not allow {action}, which the function calls on {_short(resource)}.",
        f"Action: [{action}]   # in a statement of {role.name} on {_short(resource)}",
        _put(role, why, [action], [resource]),
        seen,
    )


def _resource(role: Role, why: Explanation, action: str, resource: str, seen: tuple[str, ...]) -> Cause:
    compared = next((miss.compared for miss in why.misses if miss.compared), None)
    parts = " and ".join(_PARTS.get(one, one) for one in compared.parts) if compared else "name"
    return Cause(
        "resource-arn-differs",
        f"The function's role allows {action}, but on another ARN than that of {_short(resource)}, which the "
        f"function uses: they differ in the {parts}.",
        "Resource: !GetAtt UsersTable.Arn",
        _put(role, why, [], [resource]),
        seen,
    )


def _explicit(role: Role, why: Explanation, action: str, seen: tuple[str, ...]) -> Cause:
    policy = why.policy.rpartition("/")[2] or "one without a name"
    return Cause(
        "explicit-deny",
        f"A policy of the function's role, {policy}, denies {action} explicitly, and a Deny outweighs "
        "every Allow.",
        "Effect: Deny   # take this statement out, or narrow it",
        _without(role, why),
        (*seen, written(why.written)),
    )


def _boundary(role: Role, action: str, resource: str, seen: tuple[str, ...]) -> Cause:
    return Cause(
        "boundary-or-other-policy",
        f"The policies of the function's role allow {action} on {_short(resource)}, but its permissions "
        f"boundary {role.boundary.rpartition('/')[2]} does not, and both must.",
        "PermissionsBoundary: ARN   # of a policy that allows it, too; or leave the line out",
        f"aws iam get-role --role-name {role.name} --query Role.PermissionsBoundary",
        seen,
    )


def _other(role: Role, action: str, resource: str, seen: tuple[str, ...]) -> Cause:
    return Cause(
        "boundary-or-other-policy",
        f"The function may not {action} on {_short(resource)}: the role's own statements do not decide it, "
        "but a condition, the permissions boundary, or a policy of the resource or the organisation.",
        "PermissionsBoundary: ARN   # must allow it, too",
        f"aws iam get-role --role-name {role.name}",
        seen,
    )


def _no_role(context: Context) -> Cause:
    arn = str(context.settings.get("Role", ""))
    return Cause(
        "role-missing",
        f"The function is to run under the role {arn.rpartition('/')[2]}, and there is no such role.",
        "Role: !GetAtt UsersRole.Arn",
        f"aws lambda update-function-configuration --function-name {context.function.name} --role ROLE-ARN",
        (f"Role: {arn}",),
    )


def _trust(role: Role, why: Explanation) -> Cause:
    return Cause(
        "trust-without-lambda",
        f"Lambda cannot take on the function's role {role.name}, because its trust policy does not name "
        f"{LAMBDA}.",
        f"AssumeRolePolicyDocument: {{Statement: [{{Effect: Allow, Principal: {{Service: {LAMBDA}}}, "
        "Action: sts:AssumeRole}]}",
        f"aws iam update-assume-role-policy --role-name {role.name} --policy-document '{json.dumps(_TRUST)}'",
        (f"trust policy: {json.dumps(role.trust)}", why.text),
    )


def _silent(context: Context, role: Role) -> list[Cause]:
    """The log has nothing of the request: may the role write it at all?"""
    try:
        # Without a log group, and with a right answer, nobody seems to miss the log.
        if context.invocation is not None or (context.events is None and context.reply.is_fine):
            return []
    except Unread:
        return []
    group = context.log_group
    stream = f"arn:aws:logs:{context.region}:{context.account}:log-group:{group}:log-stream:doctor"
    needed = [_WRITE, "logs:CreateLogStream"]
    denied = [action for action in needed if role.simulate(action, stream) != "allowed"]
    if not denied:
        return []
    hidden = "" if context.reply.is_fine else "; what else is wrong cannot be seen before that is mended"
    return [
        Cause(
            "log-not-allowed",
            f"The function's role may not write the function's log, so whatever happens in it stays unseen: "
            f"{group} has no line of this request{hidden}.",
            "Action: [logs:CreateLogStream, logs:PutLogEvents]   # Resource: !GetAtt UsersLogGroup.Arn",
            _put(role, None, needed, [stream.rpartition(":log-stream:")[0] + ":*"], "users-logs"),
            (f"simulated: {', '.join(denied)} on {stream} is denied",),
            despite_answer=True,
        )
    ]


def _put(
    role: Role, why: Explanation | None, actions: list[str], resources: list[str], name: str = "users-table"
) -> str:
    """The command that writes the statement as it should be: in its policy, or as a new one."""
    near = why.written if why is not None and why.written else None
    policy = next((one for one in role.policies.identity if near and _holds(one, near)), None)
    if policy is None or near is None:
        statements: list[dict[str, Any]] = [{"Effect": "Allow", "Action": actions, "Resource": resources}]
        return _written(role, name, statements)
    held = [dict(one.written) for one in policy.statements]
    mended = [_mended(one, actions, resources) if one == near else one for one in held]
    return _written(role, policy.arn or policy.name, mended)


def _without(role: Role, why: Explanation) -> str:
    """The command that takes the denying statement out of its policy, or the policy with it."""
    near = why.written or {}
    policy = next((one for one in role.policies.identity if _holds(one, near)), None)
    if policy is None:
        return why.look or f"aws iam list-role-policies --role-name {role.name}"
    left = [dict(one.written) for one in policy.statements if dict(one.written) != near]
    if left:
        return _written(role, policy.arn or policy.name, left)
    if policy.arn:
        return f"aws iam detach-role-policy --role-name {role.name} --policy-arn {policy.arn}"
    return f"aws iam delete-role-policy --role-name {role.name} --policy-name {policy.name}"


def _holds(policy: Policy, statement: dict[str, Any]) -> bool:
    return any(dict(one.written) == statement for one in policy.statements)


def _mended(statement: dict[str, Any], actions: list[str], resources: list[str]) -> dict[str, Any]:
    written = statement.get("Action", [])
    allowed = [written] if isinstance(written, str) else list(written)
    return {**statement, "Action": list(dict.fromkeys([*allowed, *actions])), "Resource": resources}


def _written(role: Role, policy: str, statements: list[dict[str, Any]]) -> str:
    """policy: the name of an inline one, or the ARN of a managed one."""
    document = quote(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    if policy.startswith("arn:"):
        made = f"aws iam create-policy-version --policy-arn {policy} --set-as-default"
        return f"{made} --policy-document {document}"
    return (
        f"aws iam put-role-policy --role-name {role.name} --policy-name {policy} --policy-document {document}"
    )


def _short(resource: str) -> str:
    """A resource in a sentence: what it is, then its name."""
    last = resource.rpartition(":")[2]
    kind, slash, name = last.partition("/")
    return f"the {kind} {name}" if slash else resource
