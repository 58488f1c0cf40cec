"""AWS::Lambda::Function and AWS::Lambda::Permission."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from sandbox.cloudformation.intrinsics import as_text
from sandbox.cloudformation.providers.base import Context, Json, Provider, Refused
from sandbox.errors import AwsError

_SETTINGS = (
    *("Description", "Environment", "EphemeralStorage", "Handler", "LoggingConfig", "MemorySize", "Role"),
    *("Runtime", "Timeout", "TracingConfig"),
)
_DEFAULTS: Json = {
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "MemorySize": 128,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
}
"""What a setting becomes that is taken out of the template (API Reference, *CreateFunction*)."""

_NO_SNAP_START = {
    "SnapStartResponse.ApplyOn": "None",
    "SnapStartResponse.OptimizationStatus": "Off",
}

_INLINE_NAMES = {"python": "index.py", "nodejs": "index.js"}
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class Function(Provider):
    type = "AWS::Lambda::Function"
    service = "lambda"
    service_title = "Lambda"
    name_property = "FunctionName"
    exists_codes = frozenset(("ResourceConflictException",))
    modelled = frozenset(
        (
            *_SETTINGS,
            *("Architectures", "Code", "FunctionName", "PackageType", "ReservedConcurrentExecutions", "Tags"),
        )
    )

    def check(self, logical_id: str, properties: Json) -> None:
        super().check(logical_id, properties)
        variables = (properties.get("Environment") or {}).get("Variables") or {}
        if any(isinstance(value, list | dict) for value in variables.values()):
            raise Refused(
                "Value of property Variables must be an object with String (or simple type) properties"
            )

    async def create(self, to: Context, properties: Json) -> None:
        name = properties.get("FunctionName") or to.name(64)
        names = (*_SETTINGS, "Architectures", "PackageType")
        given = _as_text({key: properties[key] for key in names if key in properties})
        code = _code(properties)
        await to.call("CreateFunction", FunctionName=name, Code=code, Tags=to.tags or None, **given)
        to.made(name)
        await self._reserve(to, {}, properties)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        function = {"FunctionName": to.physical_id}
        if any(old.get(key) != new.get(key) for key in ("Code", "Architectures", "Runtime")):
            architectures = new.get("Architectures")
            await to.call("UpdateFunctionCode", Architectures=architectures, **_code(new), **function)
        differ = [key for key in _SETTINGS if old.get(key) != new.get(key)]
        if differ:
            logs = {"LogGroup": f"/aws/lambda/{to.physical_id}", "LogFormat": "Text"}
            defaults = {**_DEFAULTS, "LoggingConfig": logs}
            settings = _as_text({key: new.get(key, defaults.get(key)) for key in differ})
            await to.call("UpdateFunctionConfiguration", **settings, **function)
        await self._reserve(to, old, new)
        await self._set_tags(to)

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            await to.call("DeleteFunction", FunctionName=to.physical_id)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Arn": _arn(to), **_NO_SNAP_START}

    async def _reserve(self, to: Context, old: Json, new: Json) -> None:
        name = "ReservedConcurrentExecutions"
        if old.get(name) == new.get(name):
            return
        if name in new:
            wanted = {name: new[name]}
            await to.call("PutFunctionConcurrency", FunctionName=to.physical_id, **wanted)
        else:
            await to.call("DeleteFunctionConcurrency", FunctionName=to.physical_id)

    async def _set_tags(self, to: Context) -> None:
        there = (await to.call("GetFunction", FunctionName=to.physical_id)).get("Tags") or {}
        gone = [key for key in there if key not in to.tags]
        if gone:
            await to.call("UntagResource", Resource=_arn(to), TagKeys=gone)
        if to.tags:
            await to.call("TagResource", Resource=_arn(to), Tags=to.tags)


class Permission(Provider):
    """A statement in a function's resource policy; every change makes a new one."""

    type = "AWS::Lambda::Permission"
    service = "lambda"
    service_title = "Lambda"
    modelled = frozenset(
        ("Action", "FunctionName", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn")
    )

    async def create(self, to: Context, properties: Json) -> None:
        statement = to.name(100)
        await to.call("AddPermission", StatementId=statement, **properties)
        to.made(statement)

    async def update(self, to: Context, old: Json, new: Json) -> None:
        """Nothing of a permission can change in place."""

    async def delete(self, to: Context, properties: Json) -> None:
        try:
            function = properties["FunctionName"]
            await to.call("RemovePermission", FunctionName=function, StatementId=to.physical_id)
        except AwsError as error:
            if error.code != "ResourceNotFoundException":
                raise

    async def attributes(self, to: Context, properties: Json) -> Json:
        return {"Id": to.physical_id}


def _arn(to: Context) -> str:
    return f"arn:aws:lambda:{to.stack.region}:{to.stack.account}:function:{to.physical_id}"


def _as_text(settings: Json) -> Json:
    """Settings with the variables as Lambda takes them; templates may write `3` and `true`."""
    given = settings.get("Environment") or {}
    if not given.get("Variables"):
        return settings
    texts = {name: as_text(value) for name, value in given["Variables"].items()}
    return {**settings, "Environment": {**given, "Variables": texts}}


def _code(properties: Json) -> dict[str, Any]:
    """The code as the API takes it; what stands in the template itself becomes a zip file."""
    code = properties["Code"]
    if "ZipFile" not in code:
        return dict(code)
    runtime = str(properties.get("Runtime", ""))
    name = next((file for prefix, file in _INLINE_NAMES.items() if runtime.startswith(prefix)), None)
    if name is None:
        raise Refused("ZipFile can only be used when Runtime is set to either of nodejs, python.")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, _EARLIEST)
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, code["ZipFile"])
    return {"ZipFile": packed.getvalue()}
