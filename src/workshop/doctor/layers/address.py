"""Name and address: does anybody answer at this URL?"""

from __future__ import annotations

from urllib.parse import urlsplit

from workshop.doctor.cause import Cause
from workshop.doctor.context import Context

NAME = "name and address"


def examine(context: Context) -> list[Cause]:
    """Broken where no HTTP answer came at all."""
    reply, there = context.reply, context.address
    if reply.status is not None:
        return []
    return [
        Cause(
            "no-answer",
            f"Nobody answers at {there.send_to}: the request ended with {reply.error}, before any part of "
            "the API was reached.",
            "Outputs: {HttpApiUrl: {Value: !GetAtt UsersHttpApi.ApiEndpoint}}   # copy the URL from here",
            "aws apigatewayv2 get-apis --query 'Items[].ApiEndpoint'",
        )
    ]


def sound(context: Context) -> str:
    return f"{urlsplit(context.address.send_to).netloc} answers, with status {context.reply.status}"
