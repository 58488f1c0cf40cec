"""The answer: what is left to be said when every layer is sound."""

from __future__ import annotations

from workshop.doctor.aws import Unread
from workshop.doctor.aws_errors import AwsError
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.layers.logs import earlier_timeout
from workshop.doctor.tables import demand_log, error_of

NAME = "answer"
SERVER_ERROR = 500


def examine(context: Context) -> list[Cause]:
    """Broken where the function itself answered with an error of a service that no layer explains."""
    reply = context.reply
    if reply.is_fine:
        found = earlier_timeout(context)
        return [found] if found else []
    demand_log(context)
    error = error_of(context)
    if error is None or (reply.status or 0) < SERVER_ERROR:
        return []
    if error.denied and _is_role_unread(context, *error.denied):
        return [_denied(context, error, *error.denied)]
    operation = f" to {error.operation}" if error.operation else ""
    uncaught = reply.by_gateway
    how = "fails, and nothing catches it:" if uncaught else f"answers {reply.status} because"
    return [
        Cause(
            "unhandled-exception" if uncaught else "handled-error",
            f"The function {how} a service answered {error.code}{operation}: {error.text.rstrip('.')}.",
            "CodeUri: .   # mend the request that the code sends",
            context.log_command,
            (f"the log: {error.code}: {error.text}",),
        )
    ]


def _is_role_unread(context: Context, action: str, resource: str) -> bool:
    """Whether it may not be seen why the function was denied this."""
    try:
        role = context.role
        if role is not None:
            role.simulate(action, resource)
            role.explain(action, resource, context.function.name)
    except Unread:
        return True
    return False


def _denied(context: Context, error: AwsError, action: str, resource: str) -> Cause:
    """IAM's message says which kind of policy has decided, and not which words in it are wrong."""
    cause, why = "action-not-allowed", "no statement of it fits both"
    if "explicit deny" in error.text:
        cause, why = "explicit-deny", "a Deny is written somewhere"
    elif "boundary" in error.text:
        cause, why = "boundary-or-other-policy", "its permissions boundary leaves it out"
    role = str(context.settings.get("Role", "")).rpartition("/")[2]
    return Cause(
        cause,
        f"The function's role may not {action} on {resource}: {why}; you may not read the role to see more.",
        f"Action: [{action}]   # Resource: {resource}, in a policy of the role",
        f"aws iam simulate-principal-policy --policy-source-arn {context.settings.get('Role', 'ROLE-ARN')} "
        f"--action-names {action} --resource-arns {resource}",
        (f"the log: {error.code}: {error.text}", f"the role: {role}"),
    )


def sound(context: Context) -> str:
    return f"{context.asked} was answered {context.reply.shown}"
