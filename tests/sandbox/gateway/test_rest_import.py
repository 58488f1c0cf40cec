"""REST APIs from OpenAPI documents and back: ImportRestApi, PutRestApi, GetExport."""

from __future__ import annotations

import copy
import json

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.test_http_control import NOT_MODELLED, refused

X = "x-amazon-apigateway-"
OPTIONS = {
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "responses": {
        "200": {"description": "d", "headers": {"Access-Control-Allow-Origin": {"type": "string"}}}
    },
    f"{X}integration": {
        "type": "mock",
        "requestTemplates": {"application/json": '{\n  "statusCode" : 200\n}\n'},
        "responses": {
            "default": {
                "statusCode": "200",
                "responseTemplates": {"application/json": "{}\n"},
                "responseParameters": {"method.response.header.Access-Control-Allow-Origin": "'*'"},
            }
        },
    },
}


def swagger(paths, **more):
    return {"swagger": "2.0", "info": {"title": "pets", "version": "1"}, "paths": paths, **more}


def oas(paths, **more):
    return {"openapi": "3.0.1", "info": {"title": "pets", "version": "1"}, "paths": paths, **more}


def lambda_(work: Workplace, **more):
    """An operation with the function behind it."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": work.invocations()}
    return {"responses": {}, f"{X}integration": integration, **more}


def imported(work: Workplace, document, **options) -> Api:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    made = work.v1.import_rest_api(body=body, **options)
    return Api(work.raw, made["id"], work.v1, root=made["rootResourceId"])


def paths_of(work: Workplace, api: Api) -> dict[str, set[str]]:
    items = work.v1.get_resources(restApiId=api.id)["items"]
    return {one["path"]: set(one.get("resourceMethods", {})) for one in items}


def got_method(work: Workplace, api: Api, verb: str, path: str):
    resource = next(
        one["id"] for one in work.v1.get_resources(restApiId=api.id)["items"] if one["path"] == path
    )
    found = work.v1.get_method(restApiId=api.id, resourceId=resource, httpMethod=verb)
    del found["ResponseMetadata"]
    found.get("methodIntegration", {}).pop("cacheNamespace", None)
    return found


def document_of(work: Workplace):
    """A Swagger document that has all that there is."""
    body = {"in": "body", "name": "User", "required": True, "schema": {"$ref": "#/definitions/User"}}
    return swagger(
        {
            "/users": {
                "post": lambda_(work, parameters=[body], operationId="add"),
                "get": lambda_(
                    work,
                    parameters=[{"in": "query", "name": "limit", "required": True, "type": "string"}],
                    **{f"{X}request-validator": "params"},
                ),
                "options": OPTIONS,
            },
            "/users/{userId}": {f"{X}any-method": lambda_(work)},
        },
        definitions={
            "User": {
                "type": "object",
                "required": ["userId"],
                "properties": {
                    "friend": {"$ref": "#/definitions/User"},
                    "home": {"$ref": "#/definitions/Home"},
                },
            },
            "Home": {"type": "object", "required": ["street"]},
        },
        **{
            f"{X}request-validators": {
                "params": {"validateRequestParameters": True},
                "all": {"validateRequestBody": True, "validateRequestParameters": True},
            },
            f"{X}request-validator": "all",
            f"{X}binary-media-types": ["image/png"],
            f"{X}gateway-responses": {
                "MISSING_AUTHENTICATION_TOKEN": {
                    "statusCode": 404,
                    "responseTemplates": {"application/json": '{"no":$context.error.messageString}'},
                }
            },
        },
    )


def test_a_swagger_document_with_everything(work: Workplace):
    api = imported(work, document_of(work))
    v1, place = work.v1, {"restApiId": api.id}
    found = v1.get_rest_api(**place)
    assert (found["name"], found["version"], found["binaryMediaTypes"]) == ("pets", "1", ["image/png"])
    assert paths_of(work, api) == {
        "/": set(),
        "/users": {"POST", "GET", "OPTIONS"},
        "/users/{userId}": {"ANY"},
    }
    # An imported API has its own models only (recorded on AWS: test_import_and_validate_rest_api).
    assert [one["name"] for one in v1.get_models(**place)["items"]] == ["Home", "User"]
    schema = json.loads(v1.get_model(**place, modelName="User")["schema"])
    address = f"https://apigateway.amazonaws.com/restapis/{api.id}/models/Home"
    assert schema["properties"]["home"] == {"$ref": address}
    validators = {one["name"]: one["id"] for one in v1.get_request_validators(**place)["items"]}
    assert validators.keys() == {"params", "all"}
    added = got_method(work, api, "POST", "/users")
    assert (added["operationName"], added["requestModels"]) == ("add", {"application/json": "User"})
    assert added["requestValidatorId"] == validators["all"]
    assert got_method(work, api, "GET", "/users")["requestValidatorId"] == validators["params"]
    one = got_method(work, api, "ANY", "/users/{userId}")
    assert one["requestParameters"] == {"method.request.path.userId": True}
    assert one["methodIntegration"] == {
        "type": "AWS_PROXY",
        "httpMethod": "POST",
        "uri": work.invocations(),
        "passthroughBehavior": "WHEN_NO_MATCH",
        "timeoutInMillis": 29000,
        "cacheKeyParameters": [],
    }

    work.deploy(api)
    assert api.event("/users/ada", "PUT")["pathParameters"] == {"userId": "ada"}
    assert api.call("/users", "OPTIONS").headers["access-control-allow-origin"] == "*"
    assert api.call("/users").text == '{"message": "Missing required request parameters: [limit]"}'
    assert api.call("/users?limit=5").status == 200
    assert api.call("/none").text == '{"no":"Missing Authentication Token"}'
    bodies = {
        '{"userId": 1}': 200,
        "{}": 400,
        '{"userId": 1, "home": {"street": 1}}': 200,
        '{"userId": 1, "home": {}}': 400,
        '{"userId": 1, "friend": {}}': 400,
    }
    for body, status in bodies.items():
        assert api.call("/users", "POST", body=body).status == status, body


def test_a_mock_as_sam_makes_it(work: Workplace):
    """localstack/localstack, test_import_and_validate_rest_api[swagger-mock-cors.json] (recorded on AWS)."""
    api = imported(work, swagger({"/product/{product_id}": {"options": OPTIONS}}))
    header = "method.response.header.Access-Control-Allow-Origin"
    assert got_method(work, api, "OPTIONS", "/product/{product_id}") == {
        "apiKeyRequired": False,
        "authorizationType": "NONE",
        "httpMethod": "OPTIONS",
        "requestParameters": {"method.request.path.product_id": True},
        "methodResponses": {"200": {"statusCode": "200", "responseParameters": {header: False}}},
        "methodIntegration": {
            "type": "MOCK",
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
            "cacheKeyParameters": [],
            "requestTemplates": {"application/json": '{\n  "statusCode" : 200\n}\n'},
            "integrationResponses": {
                "200": {
                    "statusCode": "200",
                    "responseTemplates": {"application/json": "{}\n"},
                    "responseParameters": {header: "'*'"},
                }
            },
        },
    }


def test_an_openapi_document_in_yaml(work: Workplace):
    content = {"application/json": {"schema": {"type": "object", "required": ["a"]}}}
    body = {"$ref": "#/components/requestBodies/Thing"}
    document = oas(
        {
            "/things/{id}": {
                "parameters": [{"$ref": "#/components/parameters/Trace"}],
                "post": lambda_(work, requestBody=body, **{f"{X}request-validator": "body"}),
            }
        },
        components={
            "requestBodies": {"Thing": {"content": content}},
            "parameters": {"Trace": {"in": "header", "name": "x-trace", "schema": {"type": "string"}}},
        },
        **{f"{X}request-validators": {"body": {"validateRequestBody": True}}},
    )
    document["info"]["version"] = 1.5  # a number, and a date: YAML has more kinds of values than JSON
    document["info"]["description"] = "2024-01-01"
    text = yaml.safe_dump(document).replace("'2024-01-01'", "2024-01-01")
    assert "description: 2024-01-01\n" in text
    api = imported(work, text.encode(), parameters={"endpointConfigurationTypes": "REGIONAL"})
    found = work.v1.get_rest_api(restApiId=api.id)
    assert (found["version"], found["description"]) == ("1.5", "2024-01-01")
    assert found["endpointConfiguration"]["types"] == ["REGIONAL"]
    made = got_method(work, api, "POST", "/things/{id}")
    assert made["requestParameters"] == {
        "method.request.path.id": True,
        "method.request.header.x-trace": False,
    }
    work.deploy(api)
    assert api.call("/things/1", "POST", body="{}").status == 400
    assert api.call("/things/1", "POST", body='{"a": 1}').status == 200


@pytest.mark.parametrize(
    ("mode", "path"), [("ignore", "/test"), ("prepend", "/base/part/test"), ("split", "/part/test")]
)
def test_base_paths(work: Workplace, mode, path):
    """localstack/localstack, test_import_rest_api_with_base_path_oas30 and its like (recorded on AWS)."""
    paths = {"/test": {"get": lambda_(work)}}
    server = {"url": "https://a.b/{stage}/part", "variables": {"stage": {"default": "base"}}}
    for document in (swagger(paths, basePath="/base/part"), oas(paths, servers=[server])):
        api = imported(work, document, parameters={"basepath": mode})
        assert path in paths_of(work, api)


def test_modes_of_an_update(work: Workplace):
    """localstack/localstack, test_put_rest_api_mode_binary_media_types (recorded on AWS)."""
    api = work.rest_proxy("old", binaryMediaTypes=["image/heif"])
    place = {"restApiId": api.id}
    root = work.v1.get_rest_api(**place)["rootResourceId"]
    extension = {f"{X}binary-media-types": ["image/png"]}
    body = json.dumps(swagger({"/new": {"get": lambda_(work)}}, **extension)).encode()
    put = work.v1.put_rest_api(**place, mode="merge", body=body)
    assert (put["name"], put["binaryMediaTypes"], put["tags"]) == ("pets", ["image/heif", "image/png"], {})
    assert paths_of(work, api) == {"/": set(), "/old": {"ANY"}, "/new": {"GET"}}
    assert api.call("/new").status == 403  # a deployment is a snapshot
    put = work.v1.put_rest_api(**place, mode="overwrite", body=body)
    assert (put["binaryMediaTypes"], put["rootResourceId"]) == (["image/png"], root)
    assert paths_of(work, api) == {"/": set(), "/new": {"GET"}}
    assert work.v1.get_models(**place)["items"] == []
    assert api.event("/old")["path"] == "/old"
    work.deploy(api)
    assert (api.call("/new").status, api.call("/old").status) == (200, 403)


def test_a_refused_update_changes_nothing(work: Workplace):
    api = work.rest_proxy("old")
    before = paths_of(work, api)
    paths = {
        "/new": {"get": lambda_(work)},
        "/bad": {
            "get": {f"{X}integration": {"type": "http", "httpMethod": "GET", "uri": "http://a.example"}}
        },
    }
    for mode in ("merge", "overwrite"):
        body = json.dumps(swagger(paths)).encode()
        status, _, message = refused(work.v1.put_rest_api, restApiId=api.id, mode=mode, body=body)
        assert status == NOT_MODELLED
        assert "HTTP integrations with other machines (host a.example), of GET /bad." in message
    _, _, message = refused(work.v1.put_rest_api, restApiId=api.id, mode="unknown", body=body)
    assert message == 'Enumeration value of OpenAPI import mode must be "overwrite" or "merge"'
    assert paths_of(work, api) == before


UNKNOWN_STATUS = "Invalid Response status code specified"
MALFORMED = [
    *(
        {"info": "x"},
        {"info": {}},
        {"paths": {"a": {}}},
        {"paths": {"/a": None}},
        {"definitions": {"A": None}},
    ),
    *({"paths": {"/a": {"get": "x"}}}, {"paths": {"/a": {"get": {"parameters": [{"in": "query"}]}}}}),
    *(
        {"paths": {"/a": {"get": {"responses": [1]}}}},
        {"paths": {"/a": {"get": {"$ref": "#/paths/~1a/get"}}}},
    ),
    *({f"{X}binary-media-types": "image/png"}, {f"{X}request-validators": ["x"]}, {"security": "x"}),
    *({f"{X}gateway-responses": {"THROTTLED": None}}, {"definitions": "x"}),
]
MALFORMED_INTEGRATIONS = [
    *("x", {"type": "mock", "responses": "x"}, {"type": "mock", "responses": {"default": {}}}),
    *({"type": "mock", "requestTemplates": "x"}, {"type": "mock", "timeoutInMillis": "x"}),
    *({"type": "aws_proxy", "uri": {"Fn::Sub": "x"}}, {"type": "mock", "passthroughBehavior": "sometimes"}),
]
NO_DOCUMENTS = [
    *(b"nothing", b"{", b"{}", b"a: [", b"[]", b'{"swagger": "1.2"}', b'{"openapi": "3.1.0"}'),
    b'{"swagger": "2.0", "paths": 5}',
]


@pytest.mark.parametrize("body", NO_DOCUMENTS)
def test_what_is_no_document(work: Workplace, body):
    """localstack/localstack, test_import_api_bad_file (recorded on AWS)."""
    answer = (400, "BadRequestException", "Invalid OpenAPI input.")
    assert refused(work.v1.import_rest_api, body=body) == answer


@pytest.mark.parametrize("members", MALFORMED, ids=str)
def test_what_has_no_form(work: Workplace, members):
    body = json.dumps({**swagger({}), **members}).encode()
    answer = (400, "BadRequestException", "Invalid OpenAPI input.")
    assert refused(work.v1.import_rest_api, body=body) == answer


@pytest.mark.parametrize(
    "operation",
    [
        {"parameters": [{"$ref": "#/x/parameter"}]},
        {"requestBody": {"$ref": "#/x/body"}},
        {"responses": {"200": {"$ref": "#/x/response"}}},
        {"requestBody": {"$ref": "#/x/none"}},
    ],
    ids=str,
)
def test_what_has_no_form_behind_a_reference(work: Workplace, operation):
    behind = {"parameter": {"in": "query"}, "body": {"content": "x"}, "response": {"headers": "x"}}
    body = json.dumps(oas({"/a": {"get": operation}}, x=behind)).encode()
    assert refused(work.v1.import_rest_api, body=body)[2] == "Invalid OpenAPI input."


@pytest.mark.parametrize("integration", MALFORMED_INTEGRATIONS, ids=str)
def test_malformed_integrations(work: Workplace, integration):
    """localstack/localstack issue 4619 (answered by AWS)."""
    body = json.dumps(swagger({"/f": {"get": {f"{X}integration": integration}}})).encode()
    words = "Unable to parse API definition because of a malformed integration at path /f."
    assert refused(work.v1.import_rest_api, body=body) == (400, "BadRequestException", words)


def test_what_api_gateway_would_refuse(work: Workplace):
    """All of it in one answer (ustayready/fireprox issue 37)."""
    arn = {
        **lambda_(work),
        f"{X}integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": work.function},
    }
    mock = copy.deepcopy(OPTIONS)
    mock["responses"] = {}
    paths = {
        "/a/{b}": {"get": arn},
        "/a/{c}": {"get": lambda_(work)},
        "/d": {"options": mock},
        "/e": {"get": lambda_(work, **{f"{X}request-validator": "none"})},
    }
    body = json.dumps(swagger(paths, definitions={"not-alphanumeric": {}})).encode()
    _, _, message = refused(work.v1.import_rest_api, body=body)
    sibling = "A sibling ({b}) of this resource already has a variable path part -- only one is allowed"
    arn_words = "AWS ARN for integration must contain path or action"
    assert message.split("\n\t") == [
        "Errors found during import:",
        "Unable to create model for 'not-alphanumeric': Model name must be alphanumeric: not-alphanumeric",
        f"Unable to create resource at path '/a/{{c}}': {sibling}",
        f"Unable to put integration on 'GET' for resource at path '/a/{{b}}': {arn_words}",
        f"Unable to put integration response on 'OPTIONS' for resource at path '/d': {UNKNOWN_STATUS}",
        "Unable to put method 'GET' on resource at path '/e': Invalid Request Validator identifier specified",
    ]


def test_warnings(work: Workplace):
    body = {"in": "body", "name": "Lost", "schema": {"$ref": "#/definitions/Lost"}}
    document = json.dumps(swagger({"/a": {"post": lambda_(work, parameters=[body])}})).encode()
    made = work.v1.import_rest_api(body=document)
    words = "Unable to find model Lost of method 'POST' on resource at path '/a', ignoring."
    assert made["warnings"] == [words]
    status, _, message = refused(work.v1.import_rest_api, body=document, failOnWarnings=True)
    assert (status, message) == (400, f"Warnings found during import:\n\t{words}")


INTEGRATION = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
REFUSED = {
    "the extension x-amazon-apigateway-cors": {f"{X}cors": {}},
    "the extension x-amazon-apigateway-documentation": {f"{X}documentation": {}},
    "the extension x-amazon-apigateway-integrations": {"components": {f"{X}integrations": {}}},
    "API keys (x-amazon-apigateway-api-key-source)": {f"{X}api-key-source": "AUTHORIZER"},
    "vpcEndpointIds of x-amazon-apigateway-endpoint-configuration": {
        f"{X}endpoint-configuration": {"vpcEndpointIds": ["v"]}
    },
    "authorizers (x-amazon-apigateway-authorizer of the security scheme mine)": {
        "securityDefinitions": {"mine": {"type": "apiKey", f"{X}authorizer": {"type": "token"}}}
    },
    "API keys (the security scheme api_key)": {
        "securityDefinitions": {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}
    },
    "the parameter gatewayresponse.header.a = method.request.header.b of gateway responses (THROTTLED)": {
        f"{X}gateway-responses": {
            "THROTTLED": {"responseParameters": {"gatewayresponse.header.a": "method.request.header.b"}}
        }
    },
}
REFUSED_OPERATIONS = {
    "the extension x-amazon-apigateway-something": {f"{X}something": 1},
    "authorization of methods (x-amazon-apigateway-auth CUSTOM of GET /a)": {f"{X}auth": {"type": "CUSTOM"}},
    "authorization of methods (security mine of GET /a)": {"security": [{"mine": []}]},
    "parameters of forms (in: formData, f of /a)": {"parameters": [{"in": "formData", "name": "f"}]},
    "responseTransferMode of x-amazon-apigateway-integration (GET /a)": {
        f"{X}integration": {**INTEGRATION, "responseTransferMode": "STREAM"}
    },
    "VPC links (connectionType of GET /a)": {
        f"{X}integration": {**INTEGRATION, "connectionType": "VPC_LINK"}
    },
    "service integrations of REST APIs (sqs), of GET /a": {
        f"{X}integration": {
            "type": "aws",
            "httpMethod": "POST",
            "uri": "arn:aws:apigateway:us-east-1:sqs:path/q",
        }
    },
    "VTL directives in mapping templates ('#set'), of GET /a": {
        f"{X}integration": {"type": "mock", "requestTemplates": {"application/json": "#set($a = 1)"}}
    },
    "content handling (contentHandling), of GET /a": {
        f"{X}integration": {**INTEGRATION, "contentHandling": "CONVERT_TO_TEXT"}
    },
    "references out of an OpenAPI document (other.json#/a)": {"parameters": [{"$ref": "other.json#/a"}]},
}


@pytest.mark.parametrize("words", [*REFUSED, *(f"op: {words}" for words in REFUSED_OPERATIONS)])
def test_what_is_not_modelled_is_named(work: Workplace, words):
    operation = {**lambda_(work), **REFUSED_OPERATIONS.get(words.removeprefix("op: "), {})}
    more = REFUSED.get(words, {})
    body = json.dumps(swagger({"/a": {"get": operation}}, **more)).encode()
    status, code, message = refused(work.v1.import_rest_api, body=body)
    assert (status, code) == (NOT_MODELLED, "NotImplemented"), message
    assert words.removeprefix("op: ") in message


def test_parameters_of_an_import(work: Workplace):
    body = json.dumps(swagger({"/a": {"trace": {}}})).encode()
    assert "the method TRACE of /a" in refused(work.v1.import_rest_api, body=body)[2]
    body = json.dumps(swagger({})).encode()
    for parameters, status in (
        ({"basepath": "nope"}, 400),
        ({"endpointConfigurationTypes": "nope"}, 400),
        ({"endpointConfigurationTypes": "PRIVATE"}, NOT_MODELLED),
        ({"ignore": "documentation"}, NOT_MODELLED),
    ):
        assert refused(work.v1.import_rest_api, body=body, parameters=parameters)[0] == status
    assert refused(work.v1.put_rest_api, restApiId="none", body=body)[0] == 404


def test_an_api_that_allows_nobody_by_security(work: Workplace):
    """SAM writes `security: [{NONE: []}]` for an event that needs no authorizer."""
    document = swagger({"/a": {"get": lambda_(work, security=[{"NONE": []}])}})
    document[f"{X}endpoint-configuration"] = {"disableExecuteApiEndpoint": True}
    api = imported(work, document)
    assert got_method(work, api, "GET", "/a")["authorizationType"] == "NONE"
    work.deploy(api)
    assert api.call("/a").status == 403


# ---- exports ---------------------------------------------------------------------------------------------


def exported(work: Workplace, api: Api, kind: str, accepts: str = "", **parameters: str):
    more = {"accepts": accepts} if accepts else {}
    return work.v1.get_export(
        restApiId=api.id, stageName="test", exportType=kind, parameters=parameters, **more
    )


def test_exports(work: Workplace):
    """Shapes: localstack/localstack, test_export_swagger_openapi, test_export_oas30_openapi (on AWS)."""
    api = imported(work, document_of(work))
    work.deploy(api)
    answer = exported(work, api, "swagger")
    assert answer["contentDisposition"] == 'attachment; filename="swagger_1.json"'
    document = json.loads(answer["body"].read())
    host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    assert document.pop("paths").keys() == {"/users", "/users/{userId}"}
    assert document.pop("definitions").keys() == {"User", "Home"}
    assert document == {
        "swagger": "2.0",
        "info": {"title": "pets", "version": "1"},
        "host": host,
        "basePath": "/test",
        "schemes": ["https"],
    }
    document = json.loads(exported(work, api, "oas30")["body"].read())
    assert document["servers"] == [
        {"url": f"https://{host}/{{basePath}}", "variables": {"basePath": {"default": "test"}}}
    ]
    user = {"$ref": "#/components/schemas/User"}
    assert document["paths"]["/users"]["post"] == {
        "operationId": "add",
        "requestBody": {"content": {"application/json": {"schema": user}}, "required": True},
        "responses": {},
    }
    assert document["paths"]["/users"]["get"]["parameters"] == [
        {"name": "limit", "in": "query", "required": True, "schema": {"type": "string"}}
    ]
    assert document["components"]["schemas"]["User"]["properties"]["friend"] == user
    integrations = json.loads(exported(work, api, "swagger", extensions="integrations")["body"].read())
    assert f"{X}binary-media-types" not in integrations
    assert integrations["paths"]["/users/{userId}"][f"{X}any-method"] == {
        "parameters": [{"name": "userId", "in": "path", "required": True, "type": "string"}],
        "responses": {},
        f"{X}request-validator": "all",
        f"{X}integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": work.invocations(),
            "passthroughBehavior": "when_no_match",
        },
    }


@pytest.mark.parametrize("kind", ["swagger", "oas30"])
def test_what_is_exported_can_be_imported(work: Workplace, kind):
    api = imported(work, document_of(work))
    work.deploy(api)
    text = exported(work, api, kind, "application/yaml", extensions="apigateway")
    assert text["contentType"] == "application/yaml"
    again = imported(work, text["body"].read())
    assert paths_of(work, again) == paths_of(work, api)
    for verb, path in (("POST", "/users"), ("OPTIONS", "/users"), ("ANY", "/users/{userId}")):
        one, other = (got_method(work, each, verb, path) for each in (api, again))
        one.pop("requestValidatorId")
        other.pop("requestValidatorId")
        assert one == other
    work.deploy(again)
    assert again.call("/users", "POST", body='{"userId": 1, "home": {}}').status == 400
    assert again.call("/none").text == '{"no":"Missing Authentication Token"}'


def test_an_export_is_of_what_was_deployed(work: Workplace):
    api = work.rest_proxy("old")
    work.resource(api, "new")
    paths = json.loads(exported(work, api, "oas30")["body"].read())["paths"]
    assert list(paths) == ["/old"]
    place = {"restApiId": api.id, "exportType": "oas30"}
    assert refused(work.v1.get_export, **place, stageName="none")[0] == 404
    assert refused(work.v1.get_export, **{**place, "exportType": "wsdl"}, stageName="test")[0] == 400
    assert refused(work.v1.get_export, **place, stageName="test", accepts="text/html")[0] == 400
    with pytest.raises(ClientError, match="extensions=postman"):
        exported(work, api, "oas30", extensions="postman")
