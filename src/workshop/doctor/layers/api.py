"""The API: is there one of this id, and of which kind?"""

from __future__ import annotations

from difflib import get_close_matches

from workshop.doctor.apis import all_apis, find_api
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context

NAME = "API and its kind"


def examine(context: Context) -> list[Cause]:
    """Broken where the region has no API of the id in the URL."""
    wanted = context.address.api_id
    if find_api(context.aws, wanted) is not None:
        return []
    there = all_apis(context.aws)
    near = get_close_matches(wanted, there, 1, cutoff=0.5)
    hint = f"; most like it is {near[0]}" if near else ""
    listed = ", ".join(f"{one} ({name})" for one, name in there.items()) or "none"
    return [
        Cause(
            "no-such-api",
            f"The URL names the API {wanted}, and account {context.account} has no API of that id in "
            f"{context.region}{hint}.",
            "Outputs: {HttpApiUrl: {Value: !GetAtt UsersHttpApi.ApiEndpoint}}   # not a URL typed by hand",
            "aws cloudformation describe-stacks --stack-name workshop --query 'Stacks[0].Outputs'",
            (f"the APIs there are: {listed}",),
        )
    ]


def sound(context: Context) -> str:
    return f"{context.api.kind} {context.api.id}, named {context.api.name}"
