"""Models and request validators of REST APIs.

Messages: localstack/localstack, tests/aws/services/apigateway, test_model_validation, test_update_model,
test_put_method_model and test_request_validator_lifecycle (recorded on AWS).
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis, rest_definitions
from sandbox.backend.apis import ApiHandle
from sandbox.errors import AwsError
from sandbox.gateway import control
from sandbox.gateway.control import Handler, bad_request, conflict, home_of, not_found
from sandbox.gateway.openapi_schemas import check_references
from sandbox.gateway.patches import is_true, replacements
from sandbox.iam import Caller
from sandbox.messages import Reply

_EMPTY_SCHEMA = "Model schema must have at least 1 property or array items defined"


class RestModels:
    """Handlers of the operations on models."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {
            "CreateModel": self.create,
            "GetModel": self.get,
            "GetModels": self.get_all,
            "UpdateModel": self.update,
            "DeleteModel": self.delete,
        }

    async def create(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        name = asked.get("name")
        if not name:
            raise bad_request("Model name must be non-empty")
        if name in home.api.models:
            raise conflict("Model name already exists for this REST API")
        schema = _schema(asked.get("schema"), home)
        rest_definitions.put_model(home, name, schema, asked.get("description"), asked["contentType"])
        home.api.models[name].schema = asked["schema"]
        return Reply.of_json(home.api.models[name].to_json(), 201)

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(_model(call, caller)[1].to_json())

    async def get_all(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        everything = [model.to_json() for _, model in sorted(home.api.models.items())]
        page = {"MaxResults": asked.get("limit"), "NextToken": asked.get("position")}
        items, token = control.paged(everything, page, 25)
        return Reply.of_json(control.without_nulls({"item": items, "position": token}))

    async def update(self, call: ApiCall, caller: Caller) -> Reply:
        home, model = _model(call, caller)
        wanted = replacements(call.parameters.get("patchOperations") or [], ("/description", "/schema"))
        if "/schema" in wanted:
            _schema(wanted["/schema"], home)
            model.schema = wanted["/schema"]
        if "/description" in wanted:
            model.description = wanted["/description"]
        return Reply.of_json(model.to_json())

    async def delete(self, call: ApiCall, caller: Caller) -> Reply:
        home, model = _model(call, caller)
        for resource in home.api.resources.values():
            for verb, method in resource.resource_methods.items():
                if model.name in (method.request_models or {}).values():
                    place = f"{resource.get_path()}/{verb}"
                    raise conflict(
                        f"Cannot delete model '{model.name}', is referenced in method request: {place}"
                    )
        del home.api.models[model.name]
        return Reply(202)


def _model(call: ApiCall, caller: Caller) -> tuple[ApiHandle, Any]:
    home, name = home_of("REST", call, caller), call.parameters["modelName"]
    if name not in home.api.models:
        raise not_found(f"Invalid model name specified: {name}")
    return home, home.api.models[name]


def _schema(text: str | None, home: ApiHandle) -> Any:
    """A model's schema. Raises BadRequestException for one that is none."""
    if not text:
        raise bad_request(_EMPTY_SCHEMA)
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise bad_request(f"Invalid model specified: {error}") from error
    check_references(schema, home.api_id)
    return schema


class RestValidators:
    """Handlers of the operations on request validators."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {
            "CreateRequestValidator": self.create,
            "GetRequestValidator": self.get,
            "UpdateRequestValidator": self.update,
            "DeleteRequestValidator": self.delete,
        }

    async def create(self, call: ApiCall, caller: Caller) -> Reply:
        home, asked = home_of("REST", call, caller), call.parameters
        made = home.api.create_request_validator(
            asked.get("name"),
            bool(asked.get("validateRequestBody")),
            bool(asked.get("validateRequestParameters")),
        )
        return Reply.of_json(made.to_dict(), 201)

    async def get(self, call: ApiCall, caller: Caller) -> Reply:
        return Reply.of_json(_validator(call, caller)[1].to_dict())

    async def update(self, call: ApiCall, caller: Caller) -> Reply:
        _, validator = _validator(call, caller)
        known = ("/name", "/validateRequestParameters", "/validateRequestBody")
        wanted = replacements(call.parameters.get("patchOperations") or [], known)
        if "/name" in wanted:
            if not wanted["/name"]:
                raise bad_request("Request Validator name cannot be blank")
            validator.name = wanted["/name"]
        if "/validateRequestParameters" in wanted:
            validator.validate_request_parameters = is_true(wanted["/validateRequestParameters"])
        if "/validateRequestBody" in wanted:
            validator.validate_request_body = is_true(wanted["/validateRequestBody"])
        return Reply.of_json(validator.to_dict())

    async def delete(self, call: ApiCall, caller: Caller) -> Reply:
        home, validator = _validator(call, caller)
        del home.api.request_validators[validator.id]
        return Reply(202)


def _validator(call: ApiCall, caller: Caller) -> tuple[ApiHandle, Any]:
    """A request validator; one of an unknown API is an unknown validator, as on AWS."""
    asked = call.parameters
    home = apis.handle("REST", caller.account, call.region, asked.get("restApiId", ""))
    if home is None or asked["requestValidatorId"] not in home.api.request_validators:
        raise _unknown_validator()
    return home, home.api.request_validators[asked["requestValidatorId"]]


def _unknown_validator() -> AwsError:
    return not_found("Invalid Request Validator identifier specified")
