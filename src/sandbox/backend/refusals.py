"""moto's error answers, read back, so that the sandbox writes all errors itself."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from sandbox.errors import AwsError


def refusal(protocol: str, body: bytes | str, status: int) -> AwsError | None:
    """The error in an answer of moto's, with its further fields; None where it cannot be told."""
    try:
        if protocol == "json":
            return _of_json(body, status)
        if protocol == "query":
            return _of_xml(body, status)
    except (ValueError, KeyError, AttributeError, ElementTree.ParseError):
        pass  # an error page of another kind is passed on as it is
    return None


def _of_json(body: bytes | str, status: int) -> AwsError:
    fields = json.loads(body)
    code = fields.pop("__type").rpartition("#")[2]
    small, capital = fields.pop("message", ""), fields.pop("Message", "")
    return AwsError(code, small or capital, status, **fields)


def _of_xml(body: bytes | str, status: int) -> AwsError:
    found = {
        element.tag.rpartition("}")[2]: element.text or "" for element in ElementTree.fromstring(body).iter()
    }
    return AwsError(found["Code"].strip(), found["Message"].strip(), status)
