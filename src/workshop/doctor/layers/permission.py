"""The permission: may this API invoke this function?

By the function's resource policy, or by a role that the integration names. Source: API Gateway Developer
Guide, *Troubleshooting issues with HTTP API Lambda integrations*.
"""

from __future__ import annotations

from sandbox.iam.explain import Explanation
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.role import API_GATEWAY, find_role, may_invoke
from workshop.doctor.routes import Integration

NAME = "permission to invoke"
INVOKE = "lambda:InvokeFunction"


def examine(context: Context) -> list[Cause]:
    """Broken where neither policy nor role lets the API in."""
    made = context.integration
    if made is None or made.function is None:
        return []
    if made.credentials:
        return _by_role(context, made)
    function = made.function
    asked = {"FunctionName": function.name} | (
        {"Qualifier": function.qualifier} if function.qualifier else {}
    )
    answer = context.aws.ask("lambda", "GetPolicy", **asked)
    policy = str(answer["Policy"]) if answer else ""
    why = may_invoke(policy, function.arn, context.source_arn, context.account)
    return [] if why is None else [_by_policy(context, why)]


def sound(context: Context) -> str:
    made = context.integration
    if made is not None and made.credentials:
        return f"the role {made.credentials} may invoke the function"
    return f"the function's policy lets {API_GATEWAY} in for {context.source_arn}"


def _by_policy(context: Context, why: Explanation) -> Cause:
    api, function = context.api, context.function
    source = f"arn:aws:execute-api:{context.region}:{context.account}:{api.id}/*"
    none = why.shape == "resource-empty"
    reason = "it has no permission at all" if none else "none of its permissions fits this route of this API"
    if why.verdict == "explicitDeny":
        reason = "a statement of its policy denies it"
    return Cause(
        "may-not-invoke",
        f"API Gateway may not invoke the function {function.name} for this API: {reason}.",
        "Type: AWS::Lambda::Permission   # Action: lambda:InvokeFunction, Principal: "
        f"{API_GATEWAY}, SourceArn: {source}",
        f"aws lambda add-permission --function-name {function.name} --statement-id users-api "
        f"--action {INVOKE} --principal {API_GATEWAY} --source-arn '{source}'",
        (f"asked for with AWS:SourceArn {context.source_arn}", why.text),
    )


def _by_role(context: Context, made: Integration) -> list[Cause]:
    role = find_role(context.aws, made.credentials)
    function = context.function
    trusted = role.trusts(API_GATEWAY) if role else None
    denied = role.simulate(INVOKE, function.arn) != "allowed" if role else False
    if role is not None and trusted is None and not denied:
        return []
    if role is None:
        reason = "there is no such role"
    elif trusted is not None:
        reason = f"the role's trust policy does not let {API_GATEWAY} assume it"
    else:
        reason = f"the role's policies do not allow {INVOKE} on the function"
    return [
        Cause(
            "role-may-not-invoke",
            f"The API takes on the role {made.credentials.rpartition('/')[2]} to invoke the function, and "
            f"{reason}.",
            f"Action: {INVOKE}   # Resource: !GetAtt UsersFunction.Arn, in the policy of that role",
            f"aws iam get-role --role-name {made.credentials.rpartition('/')[2]}",
            (trusted.text,) if trusted else (),
        )
    ]
