"""Resource types of CloudFormation's own, which make nothing."""

from __future__ import annotations

from sandbox.cloudformation.providers.base import Context, Json, Provider


class WaitConditionHandle(Provider):
    """A resource that is nothing but a URL: stacks that make nothing else hold one."""

    type = "AWS::CloudFormation::WaitConditionHandle"
    service = "cloudformation"
    modelled = frozenset()

    async def create(self, to: Context, properties: Json) -> None:
        stack = to.stack
        path = stack.id.replace(":", "%3A").replace("/", "%2F")
        to.made(
            f"https://cloudformation-waitcondition-{stack.region}.s3.amazonaws.com/{path}/{to.logical_id}"
        )

    async def update(self, to: Context, old: Json, new: Json) -> None:
        """There is nothing to change."""

    async def delete(self, to: Context, properties: Json) -> None:
        """There is nothing to remove."""

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Id": to.physical_id}
