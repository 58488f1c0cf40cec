"""Name and address: does anybody answer at this URL?"""

from __future__ import annotations

from urllib.parse import urlsplit

from workshop.doctor.cause import Cause
from workshop.doctor.context import Context

NAME = "name and address"


def examine(context: Context) -> list[Cause]:
    """Broken where no HTTP answer came at all, or one of somebody else."""
    reply, there = context.reply, context.address
    if reply.status is None:
        how = f"the request ended with {reply.error}, before any part of the API was reached"
        return [_nobody(f"Nobody answers at {there.send_to}: {how}.")]
    if reply.stranger:
        host = urlsplit(there.send_to).netloc
        says = (
            f"At {host} somebody else answers, with {reply.stranger}: the request did not get to API Gateway."
        )
        return [_nobody(says, f"the answer: {reply.shown}")]
    return []


def _nobody(says: str, *seen: str) -> Cause:
    return Cause(
        "no-answer",
        says,
        "Outputs: {HttpApiUrl: {Value: !GetAtt UsersHttpApi.ApiEndpoint}}   # copy the URL from here",
        "aws apigatewayv2 get-apis --query 'Items[].ApiEndpoint'",
        seen,
    )


def sound(context: Context) -> str:
    return f"{urlsplit(context.address.send_to).netloc} answers, with status {context.reply.status}"
