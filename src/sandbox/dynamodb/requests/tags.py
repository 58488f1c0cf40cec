"""What the operations on tags refuse before they look for the resource.

Sources: architect/dynalite `validations/tagResource.js`, `untagResource.js`, `listTagsOfResource.js`;
nubo-db/dynamodb-conformance tier2/tags (an ARN that is none is a ValidationException); Developer Guide
*Tagging restrictions*; the catalogue named in `table_updates`.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.dynamodb.requests.words import ONE_ERROR, bad_values, invalid

_TABLE_ARN = re.compile(r"arn:[^:]+:dynamodb:[^:]+:\d+:table/[a-zA-Z0-9_.-]{3,255}(/stream/[^/]+)?").fullmatch


def tag_resource(given: dict[str, Any]) -> None:
    """The rules of TagResource. Raises AwsError."""
    _check_arn(given)
    tags = _required(given, "Tags", "tags")
    if not tags:
        raise invalid("Atleast one Tag needs to be provided as Input.")
    seen = set()
    for tag in tags:
        _check_tag(tag)
        if tag["Key"] in seen:
            text = f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {tag['Key']}"
            raise invalid(text)
        seen.add(tag["Key"])


def untag_resource(given: dict[str, Any]) -> None:
    """The rules of UntagResource. Raises AwsError."""
    _check_arn(given)
    if not _required(given, "TagKeys", "tagKeys"):
        raise invalid("Atleast one Tag Key needs to be provided as Input.")


def list_tags_of_resource(given: dict[str, Any]) -> None:
    """The rules of ListTagsOfResource. Raises AwsError."""
    _check_arn(given)


def _check_arn(given: dict[str, Any]) -> None:
    arn = given.get("ResourceArn")
    if arn is None:
        raise invalid("Invalid TableArn")
    if not arn.startswith("arn:"):
        raise bad_values(f"ARNs must start with 'arn:': {arn}")
    if not _TABLE_ARN(arn):
        raise invalid(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")


def _required(given: dict[str, Any], name: str, told: str) -> Any:
    if name not in given:
        text = f"Value null at '{told}' failed to satisfy constraint: Member must not be null"
        raise invalid(ONE_ERROR + text)
    return given[name]


def _check_tag(tag: dict[str, Any]) -> None:
    key, value = tag.get("Key"), tag.get("Value")
    if not key or len(key) > 128:
        raise invalid(f"The Tag Key provided is invalid, Key: {'null' if key is None else key}")
    if value is None or len(value) > 256:
        raise invalid(f"The Tag Value provided is invalid, Value: {'null' if value is None else value}")
    if key.startswith("aws:"):
        raise invalid(f"Tag Key cannot be prefixed with aws:, Key: {key}")
