"""What the resource types of API Gateway's REST APIs share."""

from __future__ import annotations

from typing import Any

from sandbox.cloudformation.providers.base import Context, Json, Provider
from sandbox.errors import AwsError


class ApiGateway(Provider):
    """What all types of API Gateway share."""

    service = "apigateway"
    service_title = "ApiGateway"

    def failure(self, error: AwsError, physical_id: str) -> str:
        """A conflict says that there is one already (aws/aws-cdk issue 10396, and others like it)."""
        if error.code == "ConflictException":
            error = AwsError("AlreadyExists", error.message, error.status)
        return super().failure(error, physical_id)


def log_group(arn: Any) -> Any:
    """The ARN of an access log's group as API Gateway takes it: a log group's own ends in `:*`.

    CloudFormation takes that away (CDK's stages give the group's Arn, and are made).
    """
    return arn.removesuffix(":*") if isinstance(arn, str) else arn


async def gone_already(call: Any) -> None:
    """Await a call that removes something; that it is gone already is no error."""
    try:
        await call
    except AwsError as error:
        if error.code != "NotFoundException":
            raise


def replace_operation(path: str, value: Any) -> Json:
    """A patch operation, whose values are text."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return {"op": "replace", "path": path, "value": text}


def escaped(key: str) -> str:
    """A key as a part of a patch operation's path."""
    return key.replace("~", "~0").replace("/", "~1")


async def set_tags(to: Context, arn: str, old: Json) -> None:
    """Give a resource the tags it should have."""
    gone = [key for key in old if key not in to.tags]
    if gone:
        await to.call("UntagResource", resourceArn=arn, tagKeys=gone)
    if to.tags and to.tags != old:
        await to.call("TagResource", resourceArn=arn, tags=to.tags)
