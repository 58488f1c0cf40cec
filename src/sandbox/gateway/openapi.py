"""OpenAPI 3.0 and Swagger 2.0 documents: read, and their references followed.

What API Gateway says of one that it cannot read: localstack/localstack, tests/aws/services/apigateway,
test_import_api_bad_file (recorded on AWS).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox.errors import AwsError, NotModelled
from sandbox.gateway.control import bad_request

Json = dict[str, Any]

EXTENSION = "x-amazon-apigateway-"
VERBS = ("get", "put", "post", "delete", "options", "head", "patch")
ANY_METHOD = f"{EXTENSION}any-method"

AUTH_TYPE = f"{EXTENSION}authtype"
SIGV4_SCHEME: Json = {"type": "apiKey", "name": "Authorization", "in": "header"}
"""A security scheme of AWS_IAM, but for its extension (*x-amazon-apigateway-authtype property*)."""
SIGV4, SIGV4_TYPE = "sigv4", "awsSigv4"
"""The scheme's name in exports, and its authtype."""

_INVALID = "Invalid OpenAPI input."
_MOST_REFERENCES = 50


class Document:
    """A document. swagger: whether it is one of Swagger 2.0, else it is one of OpenAPI 3.0."""

    def __init__(self, members: Json) -> None:
        self.members = members
        self.swagger = "swagger" in members

    def get(self, name: str) -> Any:
        """A member of the document itself, or an empty object."""
        return self.members.get(name) or {}

    @property
    def schemas(self) -> Json:
        """The named schemas: `definitions`, or `components.schemas`."""
        return self._named("definitions", "schemas")

    @property
    def security_schemes(self) -> Json:
        return self._named("securityDefinitions", "securitySchemes")

    def _named(self, in_swagger: str, in_components: str) -> Json:
        found = self.get(in_swagger) if self.swagger else self.get("components").get(in_components)
        return dict(found or {})

    def followed(self, node: Any) -> Json:
        """The object behind a `$ref` into the document itself. Raises AwsError for one that is not there."""
        for _ in range(_MOST_REFERENCES):
            if not isinstance(node, Mapping):
                raise invalid()
            if "$ref" not in node:
                return dict(node)
            node = self._target(str(node["$ref"]))
        raise invalid()

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            raise NotModelled(f"references out of an OpenAPI document ({reference})")
        target: Any = self.members
        for part in reference.removeprefix("#/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or key not in target:
                raise invalid()
            target = target[key]
        return target

    def operations(self) -> Iterator[tuple[str, str, Json, list[Any]]]:
        """(path, HTTP method or ANY, operation, the path's own parameters), in the document's order."""
        for path, item in self.get("paths").items():
            if path.startswith("x-"):
                continue
            item = self.followed(item)
            for key in item:
                if key in VERBS or key == ANY_METHOD:
                    verb = "ANY" if key == ANY_METHOD else key.upper()
                    operation = self.followed(item[key] or {})
                    yield path, verb, operation, item.get("parameters") or []
                elif key == "trace":
                    raise NotModelled(f"the method TRACE of {path}")

    @property
    def base_path(self) -> str:
        """`basePath`, or the path of the first server's URL with its variables' defaults; "" for none."""
        if self.swagger:
            return str(self.members.get("basePath") or "").rstrip("/")
        servers = self.members.get("servers") or [{}]
        url, variables = str(servers[0].get("url") or ""), servers[0].get("variables") or {}
        for name, variable in variables.items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")).strip("/"))
        return urlsplit(url).path.rstrip("/")


def read(body: bytes | str) -> Document:
    """The document in a request's body, JSON or YAML. Raises BadRequestException."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    members = _parsed(text)
    if not isinstance(members, dict) or not isinstance(members.get("paths") or {}, dict):
        raise invalid()
    version = str(members.get("openapi") or members.get("swagger") or "")
    wanted = r"3\.0(\.\d+)?" if "openapi" in members else r"2\.0"
    if not re.fullmatch(wanted, version):
        raise invalid()
    return Document(members)


def is_sigv4(scheme: Json) -> bool:
    """Whether a security scheme asks for AWS's signatures: methods that require it have AWS_IAM."""
    return str(scheme.get(AUTH_TYPE) or "").lower() == SIGV4_TYPE.lower()


def invalid() -> AwsError:
    """What API Gateway answers to a document that it cannot read."""
    return bad_request(_INVALID)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise invalid() from error
    except ValueError:
        pass
    import yaml  # 20 ms, and most documents are JSON

    try:
        # Without dates and other types that JSON does not have, then with its kinds of keys.
        return _with_text_keys(yaml.load(text, _json_like(yaml)))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise invalid() from error


def _json_like(yaml: Any) -> Any:
    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        """PyYAML's safe loader, to which a date is text."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    return value
