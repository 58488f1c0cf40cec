"""What callers send, checked and turned into what the engine works with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from sandbox.cloudformation.providers.base import Invoke
from sandbox.cloudformation.stack import Stack, Tags
from sandbox.cloudformation.template import MOST_CHARACTERS
from sandbox.cloudformation.wording import constraint, invalid, malformed
from sandbox.errors import AwsError, NotModelled
from sandbox.iam import Caller

Json = dict[str, Any]

_STACK_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*")
_CHANGE_SET_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*")
CAPABILITIES = ("CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM", "CAPABILITY_IAM")
_IAM_NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
}
_IAM = frozenset((*_IAM_NAMES, "AWS::IAM::Policy", "AWS::IAM::AccessKey", "AWS::IAM::UserToGroupAddition"))
_REGIONAL = re.compile(r"(?:(?P<bucket>.+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")

NOT_MODELLED = {
    "RoleARN": "service roles of stacks",
    "NotificationARNs": "notifications of stacks",
    "RollbackConfiguration": "rollback triggers",
    "ResourceTypes": "ResourceTypes",
    "ImportExistingResources": "importing resources",
    "ResourcesToImport": "importing resources",
    "StackPolicyBody": "stack policies",
    "StackPolicyURL": "stack policies",
    "StackPolicyDuringUpdateBody": "temporary stack policies",
    "StackPolicyDuringUpdateURL": "temporary stack policies",
}
"""Parameters that would change what happens, and what they stand for."""


def check_stack_name(name: Any) -> str:
    """A stack's name or id as it is written. Raises AwsError (case cfn-stack-name)."""
    text = str(name or "")
    if not _STACK_NAME.fullmatch(text):
        pattern = f"Member must satisfy regular expression pattern: {_STACK_NAME.pattern}"
        raise constraint(text, "stackName", pattern)
    if not text.startswith("arn:") and len(text) > 128:
        raise constraint(text, "stackName", "Member must have length less than or equal to 128")
    return text


def check_change_set_name(name: Any) -> str:
    text = str(name or "")
    if not _CHANGE_SET_NAME.fullmatch(text):
        pattern = f"Member must satisfy regular expression pattern: {_CHANGE_SET_NAME.pattern}"
        raise constraint(text, "changeSetName", pattern)
    if len(text) > 128:
        raise constraint(text, "changeSetName", "Member must have length less than or equal to 128")
    return text


def refuse_not_modelled(parameters: Mapping[str, Any]) -> None:
    """Raise NotModelled for the first parameter given that would have no effect."""
    for name, what in NOT_MODELLED.items():
        if parameters.get(name):
            raise NotModelled(f"{what} ({name})")


def tags_of(parameters: Mapping[str, Any]) -> Tags:
    """The tags of a stack. Raises AwsError for a key that is AWS's."""
    found = {str(one["Key"]): str(one.get("Value", "")) for one in parameters.get("Tags") or ()}
    for key in found:
        if key.startswith("aws:"):
            text = "Tag key must not begin with aws:"
            raise invalid(text)
    return found


def capabilities_of(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The capabilities acknowledged. Raises AwsError (case cfn-capability-enum)."""
    given = [str(one) for one in parameters.get("Capabilities") or ()]
    if any(one not in CAPABILITIES for one in given):
        names = ", ".join(CAPABILITIES)
        rule = f"Member must satisfy constraint: [Member must satisfy enum value set: [{names}]]"
        raise constraint(f"[{', '.join(given)}]", "capabilities", rule)
    return tuple(sorted(given))


def needed_capabilities(document: Mapping[str, Any]) -> tuple[str | None, list[str]]:
    """The capability that a template needs for what it does with IAM, and the types that need it."""
    ours = [one for one in document["Resources"].values() if one.get("Type") in _IAM]
    if not ours:
        return None, []
    named = any(_IAM_NAMES.get(one["Type"], "") in (one.get("Properties") or {}) for one in ours)
    return ("CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"), sorted({one["Type"] for one in ours})


def check_capabilities(document: Mapping[str, Any], given: Iterable[str]) -> None:
    """Raise AwsError unless what the template does with IAM has been acknowledged."""
    needed, _ = needed_capabilities(document)
    if needed is not None and not {"CAPABILITY_NAMED_IAM", needed} & set(given):
        raise lacking(needed)


def lacking(capability: str) -> AwsError:
    return AwsError("InsufficientCapabilitiesException", f"Requires capabilities : [{capability}]", 400)


def given_parameters(parameters: Mapping[str, Any]) -> tuple[dict[str, str], frozenset[str]]:
    """Parameter values of a request, and the names of those that keep their value."""
    given: dict[str, str] = {}
    keep: set[str] = set()
    for one in parameters.get("Parameters") or ():
        name = str(one.get("ParameterKey", ""))
        if one.get("UsePreviousValue"):
            keep.add(name)
        else:
            given[name] = str(one.get("ParameterValue", ""))
    return given, frozenset(keep)


async def body_of(
    parameters: Mapping[str, Any], invoke: Invoke, caller: Caller, region: str, stack: Stack | None = None
) -> str:
    """The template's text: sent, in S3, or the stack's own (UsePreviousTemplate)."""
    body, url = parameters.get("TemplateBody"), parameters.get("TemplateURL")
    if body is not None:
        if not body:
            raise constraint("", "templateBody", "Member must have length greater than or equal to 1")
        if len(body) > MOST_CHARACTERS:
            rule = f"Member must have length less than or equal to {MOST_CHARACTERS}"
            raise constraint(body, "templateBody", rule)
        return str(body)
    if url:
        return await _body_at(str(url), invoke, caller, region)
    if parameters.get("UsePreviousTemplate") and stack is not None and stack.current is not None:
        return stack.current.template.body
    raise invalid("Either Template URL or Template Body must be specified.")


async def _body_at(url: str, invoke: Invoke, caller: Caller, region: str) -> str:
    bucket, key = _bucket_and_key(url)
    try:
        found = await invoke("s3", "GetObject", {"Bucket": bucket, "Key": key}, caller, region)
    except AwsError as error:
        raise invalid(f"S3 error: {error.message}") from error
    data: bytes = found["Body"]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed("unsupported structure.") from error


def _bucket_and_key(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host, path = parts.hostname or "", unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("http", "https") or not path:
        raise invalid("TemplateURL must be a supported URL.")
    amazon = _REGIONAL.fullmatch(host)
    bucket = amazon["bucket"] if amazon else None
    if amazon is None and host not in ("127.0.0.1", "localhost", "::1"):
        label, _, rest = host.partition(".")
        if not rest.endswith("localhost"):
            raise invalid("TemplateURL must be a supported URL.")
        bucket = label if label != "s3" else None
    if bucket:
        return bucket, path
    name, _, key = path.partition("/")
    if not key:
        raise invalid("TemplateURL must be a supported URL.")
    return name, key
