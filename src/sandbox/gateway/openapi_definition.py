"""What an OpenAPI document defines of a REST API: checked whole, before anything is made of it.

Extensions: API Gateway Developer Guide, *OpenAPI extensions for API Gateway*. One that is not modelled is
refused by its name. Errors during an import: the same guide, *Errors and warnings from importing your API*;
their form as people report it (ustayready/fireprox issue 37).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import NotModelled
from sandbox.gateway import gateway_responses, openapi, rest_policies
from sandbox.gateway.control import bad_request
from sandbox.gateway.openapi import ANY_METHOD, EXTENSION, Document, Json, invalid
from sandbox.gateway.openapi_form import INTEGRATION, VALIDATOR, check_form
from sandbox.gateway.openapi_operations import AUTH, Operations
from sandbox.gateway.openapi_schemas import Models
from sandbox.gateway.rest_places import place_problem

_BINARY = f"{EXTENSION}binary-media-types"
_RESPONSES = f"{EXTENSION}gateway-responses"
_VALIDATORS = f"{EXTENSION}request-validators"
_KEY_SOURCE = f"{EXTENSION}api-key-source"
_ENDPOINT = f"{EXTENSION}endpoint-configuration"
_POLICY = f"{EXTENSION}policy"
_OF_DOCUMENT = frozenset(
    (
        *(_BINARY, _RESPONSES, _VALIDATORS, VALIDATOR, _KEY_SOURCE, _ENDPOINT, _POLICY),
        f"{EXTENSION}importexport-version",
    )
)
_OF_PATH = frozenset((ANY_METHOD,))
_OF_OPERATION = frozenset((INTEGRATION, VALIDATOR, AUTH))
_ENDPOINT_TYPES = ("EDGE", "REGIONAL")


@dataclass
class Definition:
    """paths: path → HTTP method → method, as GetMethod gives it. None: the document does not say.

    models: name → schema and description. validators: name → what each looks at.
    """

    name: str
    paths: dict[str, dict[str, Json]]
    models: dict[str, Json]
    validators: dict[str, Json]
    gateway_responses: dict[str, Json]
    description: str | None = None
    version: str | None = None
    binary_media_types: list[str] | None = None
    endpoint_types: list[str] | None = None
    endpoint_disabled: bool | None = None
    policy: Json | None = None
    warnings: list[str] = field(default_factory=list)


def defined(document: Document, parameters: Json, there: frozenset[str] = frozenset()) -> Definition:
    """What a document defines. parameters: of the import. there: paths that the API has and keeps.

    Raises BadRequestException with all that API Gateway would find wrong; NotModelled.
    """
    check_form(document)
    _check_extensions(document)
    _check_security_schemes(document)
    models = Models(document)
    operations = Operations(document, models)
    prefix = _prefix(document, parameters)
    paths: dict[str, dict[str, Json]] = {
        _joined(prefix, path): {} for path in document.get("paths") if not path.startswith("x-")
    }
    for path, verb, operation, shared in document.operations():
        place = _joined(prefix, path)
        paths[place][verb] = operations.method(place, verb, operation, shared)
    info = document.get("info")
    made = Definition(
        str(info.get("title") or ""),
        paths,
        models.made,
        _validators(document),
        _gateway_responses(document),
        info.get("description"),
        None if info.get("version") is None else str(info["version"]),
        document.members.get(_BINARY),
        _endpoint_types(parameters),
        _endpoint_disabled(document),
        rest_policies.checked(document.members.get(_POLICY)),
    )
    problems = [*models.problems, *_place_problems(paths, there), *operations.problems, *_references(made)]
    if problems:
        raise bad_request("Errors found during import:\n\t" + "\n\t".join(problems))
    return made


def _check_extensions(document: Document) -> None:
    _only(document.members, _OF_DOCUMENT)
    _only(document.get("components"), frozenset())
    for item in document.get("paths").values():
        path = document.followed(item)
        _only(path, _OF_PATH)
    for _, _, operation, _ in document.operations():
        _only(operation, _OF_OPERATION)


def _only(members: Json, known: frozenset[str]) -> None:
    for name in members:
        if name.startswith(EXTENSION) and name not in known:
            raise NotModelled(f"the extension {name} of OpenAPI documents")


def _check_security_schemes(document: Document) -> None:
    for name, given in document.security_schemes.items():
        scheme = document.followed(given)
        extension = next((key for key in scheme if key.startswith(EXTENSION)), None)
        if extension and not openapi.is_sigv4(scheme):
            raise NotModelled(f"authorizers ({extension} of the security scheme {name})")
        if scheme.get("type") == "apiKey" and str(scheme.get("name", "")).lower() == "x-api-key":
            raise NotModelled(f"API keys (the security scheme {name})")


def _prefix(document: Document, parameters: Json) -> str:
    """What `basepath` puts before all paths: ignore, prepend, or split (all but its first part)."""
    for name in parameters:
        if name not in ("basepath", "basePath", "endpointConfigurationTypes"):
            raise NotModelled(f"the parameter {name} of imports")
    mode = parameters.get("basepath") or parameters.get("basePath") or "ignore"
    if mode == "ignore":
        return ""
    if mode not in ("prepend", "split"):
        raise bad_request(f"Invalid basepath {mode}: it should be ignore, prepend or split")
    base = document.base_path
    return base if mode == "prepend" else "".join(f"/{part}" for part in base.split("/")[2:])


def _joined(prefix: str, path: str) -> str:
    """A resource's path: one slash before each part, none at the end."""
    if not path.startswith("/"):
        raise invalid()
    return f"{prefix}{path}".rstrip("/") or "/"


def _validators(document: Document) -> dict[str, Json]:
    names = ("validateRequestBody", "validateRequestParameters")
    return {
        key: {name: given.get(name) in (True, "true") for name in names}
        for key, given in document.get(_VALIDATORS).items()
    }


def _gateway_responses(document: Document) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for kind, given in document.get(_RESPONSES).items():
        if kind not in gateway_responses.STATUS:
            raise bad_request(
                f"Errors found during import:\n\tUnable to put gateway response: Invalid response type {kind}"
            )
        parameters = {name: str(value) for name, value in (given.get("responseParameters") or {}).items()}
        templates = given.get("responseTemplates") or {}
        problem = gateway_responses.problem(parameters, templates)
        if problem:
            raise NotModelled(f"{problem} ({kind})")
        status = given.get("statusCode")
        made[kind] = {
            "statusCode": None if status is None else str(status),
            "responseParameters": parameters,
            "responseTemplates": templates,
        }
    return made


def _endpoint_types(parameters: Json) -> list[str] | None:
    given = parameters.get("endpointConfigurationTypes")
    if not given:
        return None
    if given == "PRIVATE":
        raise NotModelled("private APIs (endpointConfigurationTypes PRIVATE)")
    if given not in _ENDPOINT_TYPES:
        raise bad_request("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
    return [given]


def _endpoint_disabled(document: Document) -> bool | None:
    if str(document.members.get(_KEY_SOURCE) or "HEADER").upper() != "HEADER":
        raise NotModelled(f"API keys ({_KEY_SOURCE})")
    given = document.get(_ENDPOINT)
    for name in given:
        if name != "disableExecuteApiEndpoint":
            raise NotModelled(f"{name} of {_ENDPOINT}")
    wanted = given.get("disableExecuteApiEndpoint")
    return None if wanted is None else wanted in (True, "true")


def _place_problems(paths: dict[str, Any], there: frozenset[str]) -> list[str]:
    """What is wrong with paths as resources, besides those that the API keeps."""
    found: list[str] = []
    known: dict[str, set[str]] = {}
    for path in [*there, *paths]:
        parent = ""
        for part in [part for part in path.split("/") if part]:
            siblings = known.setdefault(parent, set())
            above = parent.rpartition("/")[2]
            problem = "" if part in siblings else place_problem(part, above, siblings)
            if problem:
                found.append(f"Unable to create resource at path '{path}': {problem}")
                break
            siblings.add(part)
            parent = f"{parent}/{part}"
    return found


def _references(made: Definition) -> list[str]:
    """Methods whose validator is not defined. A model that is not is a warning, and left out.

    Source: API Gateway Developer Guide, *Warnings during import*; the words are the sandbox's own.
    """
    found: list[str] = []
    for path, methods in made.paths.items():
        for verb, method in methods.items():
            place = f"method '{verb}' on resource at path '{path}'"
            if method["requestValidator"] and method["requestValidator"] not in made.validators:
                found.append(f"Unable to put {place}: Invalid Request Validator identifier specified")
            uses = [(one, "responseModels") for one in method["methodResponses"].values()]
            for members, name in [(method, "requestModels"), *uses]:
                given = members[name] or {}
                lost = [model for model in given.values() if model not in made.models]
                made.warnings += [f"Unable to find model {model} of {place}, ignoring." for model in lost]
                members[name] = {kind: model for kind, model in given.items() if model not in lost} or None
    return found
