"""AWS::Lambda::Version, AWS::Lambda::Alias and AWS::Lambda::EventInvokeConfig."""

from __future__ import annotations

from typing import Any

from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused, changed
from sandbox.errors import AwsError


class Version(Provider):
    """A version of a function; every change makes a new one, so the function must have changed too."""

    type = "AWS::Lambda::Version"
    service = "lambda"
    service_title = "Lambda"
    modelled = frozenset(("CodeSha256", "Description", "FunctionName"))

    async def create(self, to: Context, properties: Json) -> None:
        function = properties["FunctionName"]
        there = await to.call("ListVersionsByFunction", FunctionName=function)
        versions = {one["Version"] for one in there["Versions"]}
        while there.get("NextMarker"):
            there = await to.call("ListVersionsByFunction", FunctionName=function, Marker=there["NextMarker"])
            versions |= {one["Version"] for one in there["Versions"]}
        made = await to.call("PublishVersion", **properties)
        if made["Version"] in versions:
            # AWS's words: aws/aws-cdk#5334.
            raise Refused(
                f"A version for this Lambda function exists ( {made['Version']} ). "
                "Modify the function to create a new version."
            )
        to.made(made["FunctionArn"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        """Nothing of a version can change in place."""

    async def delete(self, to: Context, properties: Json) -> None:
        await _gone(to.call("DeleteFunction", FunctionName=to.physical_id))

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"FunctionArn": to.physical_id, "Version": to.physical_id.rpartition(":")[2]}


class Alias(Provider):
    type = "AWS::Lambda::Alias"
    service = "lambda"
    service_title = "Lambda"
    modelled = frozenset(("Description", "FunctionName", "FunctionVersion", "Name", "RoutingConfig"))

    async def create(self, to: Context, properties: Json) -> None:
        given = {**properties, "RoutingConfig": _weights(properties)}
        to.made((await to.call("CreateAlias", **given))["AliasArn"])

    async def update(self, to: Context, old: Json, new: Json) -> None:
        given = {name: new.get(name, "") for name in changed(old, new)}
        given["RoutingConfig"] = _weights(new) or {}
        await to.call("UpdateAlias", **{**given, "FunctionName": new["FunctionName"], "Name": new["Name"]})

    async def delete(self, to: Context, properties: Json) -> None:
        await _gone(to.call("DeleteAlias", FunctionName=properties["FunctionName"], Name=properties["Name"]))

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"AliasArn": to.physical_id}


class EventInvokeConfig(Provider):
    """How a function, a version or an alias is invoked asynchronously."""

    type = "AWS::Lambda::EventInvokeConfig"
    service = "lambda"
    service_title = "Lambda"
    modelled = frozenset(
        ("DestinationConfig", "FunctionName", "MaximumEventAgeInSeconds", "MaximumRetryAttempts", "Qualifier")
    )

    async def create(self, to: Context, properties: Json) -> None:
        await to.call("PutFunctionEventInvokeConfig", **properties)
        to.made(f"{properties['FunctionName']}|{properties['Qualifier']}")

    async def update(self, to: Context, old: Json, new: Json) -> None:
        await to.call("PutFunctionEventInvokeConfig", **new)

    async def delete(self, to: Context, properties: Json) -> None:
        named = {name: properties[name] for name in ("FunctionName", "Qualifier")}
        await _gone(to.call("DeleteFunctionEventInvokeConfig", **named))


def _weights(properties: Json) -> Json | None:
    """RoutingConfig as the API has it: there the weights are a map, in templates a list."""
    given = properties.get("RoutingConfig")
    if not given:
        return None
    weights = given.get("AdditionalVersionWeights") or ()
    return {"AdditionalVersionWeights": {one["FunctionVersion"]: one["FunctionWeight"] for one in weights}}


async def _gone(call: Any) -> None:
    """Await a call that removes something; that it is gone already is no error."""
    try:
        await call
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            raise
