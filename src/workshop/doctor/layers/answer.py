"""The answer: what is left to be said when every layer is sound."""

from __future__ import annotations

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
    operation = f" to {error.operation}" if error.operation else ""
    uncaught = reply.by_gateway
    how = "fails, and nothing catches it:" if uncaught else f"answers {reply.status} because"
    return [
        Cause(
            "unhandled-exception" if uncaught else "handled-error",
            f"The function {how} a service answered {error.code}{operation}: {error.text.rstrip('.')}.",
            "CodeUri: .   # mend the request that the code sends",
            f"aws logs tail '{context.log_group}' --since 10m",
            (f"the log: {error.code}: {error.text}",),
        )
    ]


def sound(context: Context) -> str:
    return f"{context.asked} was answered {context.reply.shown}"
