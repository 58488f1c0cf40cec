"""REST APIs changed in place: patch operations, models, validators, tags, the account.

Answers: localstack/localstack, tests/aws/services/apigateway (recorded on AWS), unless said otherwise.
"""

from __future__ import annotations

import json

import pytest

from tests.sandbox.gateway.conftest import Workplace
from tests.sandbox.gateway.test_http_control import NOT_MODELLED, refused
from tests.sandbox.gateway.test_rest_control import PROXY, method
from tests.sandbox.roles import let_apis_log, make_role


def replaced(path, value):
    return [{"op": "replace", "path": path, "value": value}]


def test_models(work: Workplace):
    v1, place = work.v1, {"restApiId": work.rest_api().id}
    assert [one["name"] for one in v1.get_models(**place)["items"]] == ["Empty", "Error"]
    model = {**place, "name": "User", "contentType": "application/json"}
    made = v1.create_model(**model, schema='{"type": "object"}', description="d")
    assert (made["ResponseMetadata"]["HTTPStatusCode"], made["schema"]) == (201, '{"type": "object"}')
    assert refused(v1.create_model, **model, schema="{}")[2] == "Model name already exists for this REST API"
    empty = "Model schema must have at least 1 property or array items defined"
    assert refused(v1.create_model, **{**model, "name": "Other"})[2] == empty
    assert refused(v1.create_model, **{**model, "name": "Other"}, schema="{")[0] == 400
    other = '{"$ref": "https://apigateway.amazonaws.com/restapis/other/models/A"}'
    assert refused(v1.create_model, **{**model, "name": "Other"}, schema=other)[0] == NOT_MODELLED
    one = {**place, "modelName": "User"}
    changed = v1.update_model(**one, patchOperations=replaced("/schema", '{"type": "array"}'))
    assert json.loads(changed["schema"]) == {"type": "array"}
    assert "description" not in v1.update_model(**one, patchOperations=replaced("/description", ""))
    wrong = "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]"
    assert refused(v1.update_model, **one, patchOperations=replaced("/name", "a"))[2] == wrong
    added = [{"op": "add", "path": "/wrong-path", "value": "a"}]
    words = "Invalid patch path  '/wrong-path' specified for op 'add'. Please choose supported operations"
    assert refused(v1.update_model, **one, patchOperations=added)[2] == words
    assert refused(v1.update_model, **one, patchOperations=replaced("/schema", ""))[2] == empty
    root = v1.get_resources(**place)["items"][0]["id"]
    used = {**place, "resourceId": root, "httpMethod": "ANY"}
    v1.put_method(**used, authorizationType="NONE", requestModels={"application/json": "User"})
    words = "Cannot delete model 'User', is referenced in method request: //ANY"
    assert refused(v1.delete_model, **one)[::2] == (409, words)
    removed = [{"op": "remove", "path": "/requestModels/application~1json", "value": "User"}]
    assert "requestModels" not in v1.update_method(**used, patchOperations=removed)
    assert v1.delete_model(**one)["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert refused(v1.get_model, **one)[2] == "Invalid model name specified: User"


def test_request_validators(work: Workplace):
    v1, place = work.v1, {"restApiId": work.rest_api().id}
    made = v1.create_request_validator(**place, name="mine")
    del made["ResponseMetadata"]
    assert made == {
        "id": made["id"],
        "name": "mine",
        "validateRequestBody": False,
        "validateRequestParameters": False,
    }
    one = {**place, "requestValidatorId": made["id"]}
    changed = v1.update_request_validator(**one, patchOperations=replaced("/validateRequestBody", "true"))
    assert changed["validateRequestBody"] is True
    without = [{"op": "replace", "path": "/validateRequestBody"}]
    assert v1.update_request_validator(**one, patchOperations=without)["validateRequestBody"] is False
    asked = {
        "Request Validator name cannot be blank": [{"op": "replace", "path": "/name"}],
        "Invalid patch path  '/name' specified for op 'add'. Please choose supported operations": [
            {"op": "add", "path": "/name", "value": "a"}
        ],
        "Invalid patch path  '/invalidPath' specified for op 'replace'. "
        "Must be one of: [/name, /validateRequestParameters, /validateRequestBody]": replaced(
            "/invalidPath", "a"
        ),
    }
    for words, operations in asked.items():
        assert refused(v1.update_request_validator, **one, patchOperations=operations)[2] == words
    assert v1.delete_request_validator(**one)["ResponseMetadata"]["HTTPStatusCode"] == 202
    unknown = (404, "NotFoundException", "Invalid Request Validator identifier specified")
    assert refused(v1.get_request_validator, **one) == unknown
    assert refused(v1.delete_request_validator, **{**one, "restApiId": "none"}) == unknown


def test_gateway_responses_by_patch(work: Workplace):
    v1, place = work.v1, {"restApiId": work.rest_api().id, "responseType": "DEFAULT_4XX"}
    made = v1.update_gateway_response(**place, patchOperations=replaced("/statusCode", "444"))
    assert (made["statusCode"], made["defaultResponse"]) == ("444", False)
    template = '{"message":$context.error.messageString}'
    assert made["responseTemplates"] == {"application/json": template}
    added = [
        {"op": "add", "path": "/responseParameters/gatewayresponse.header.a", "value": "'b'"},
        {"op": "add", "path": "/responseTemplates/application~1xml", "value": "<a/>"},
        {"op": "remove", "path": "/responseTemplates/application~1json"},
    ]
    made = v1.update_gateway_response(**place, patchOperations=added)
    assert made["responseParameters"] == {"gatewayresponse.header.a": "'b'"}
    assert made["responseTemplates"] == {"application/xml": "<a/>"}
    path = "/responseParameters/gatewayresponse.header.b"
    refusals = [
        ("Invalid patch path /statusCode", [{"op": "add", "path": "/statusCode", "value": "444"}]),
        ("Invalid patch path /wrongPath", [{"op": "add", "path": "/wrongPath", "value": "a"}]),
        ("Invalid parameter name specified", replaced(path, "'a'")),
        ("Invalid null or empty value in responseParameters", [{"op": "add", "path": path}]),
    ]
    for words, operations in refusals:
        assert refused(v1.update_gateway_response, **place, patchOperations=operations)[2] == words
    bad = [{"op": "add", "path": path, "value": "method.request.header.a"}]
    assert refused(v1.update_gateway_response, **place, patchOperations=bad)[0] == NOT_MODELLED


def test_stages_by_patch(work: Workplace):
    """test_create_update_stages, test_update_stage_remove_wildcard, test_stage_access_log_settings."""
    api = work.rest_proxy("a")
    let_apis_log(work.client)
    group = f"arn:aws:logs:us-east-1:{work.account}:log-group:/of/apis"
    v1, place = work.v1, {"restApiId": api.id, "stageName": "test"}
    changed = v1.update_stage(
        **place,
        patchOperations=[
            *replaced("/description", "new"),
            *replaced("/*/*/throttling/burstLimit", "123"),
            *replaced("/test/GET/throttling/rateLimit", "1.5"),
            *replaced("/tracingEnabled", "true"),
            {"op": "add", "path": "/accessLogSettings/destinationArn", "value": group},
        ],
    )
    default = {
        "cacheDataEncrypted": False,
        "cacheTtlInSeconds": 300,
        "cachingEnabled": False,
        "dataTraceEnabled": False,
        "metricsEnabled": False,
        "requireAuthorizationForCacheControl": True,
        "throttlingBurstLimit": 5000,
        "throttlingRateLimit": 10000.0,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    }
    assert changed["methodSettings"] == {
        "*/*": {**default, "throttlingBurstLimit": 123},
        "test/GET": {**default, "throttlingRateLimit": 1.5},
    }
    assert (changed["description"], changed["tracingEnabled"]) == ("new", True)
    assert changed["accessLogSettings"] == {"destinationArn": group}
    removed = [{"op": "remove", "path": "/*/*"}, {"op": "remove", "path": "/accessLogSettings"}]
    changed = v1.update_stage(**place, patchOperations=removed)
    assert list(changed["methodSettings"]) == ["test/GET"]
    assert "accessLogSettings" not in changed
    log = "Invalid accessLogSettings path. Must be one of : "
    known = "[/accessLogSettings/destinationArn, /accessLogSettings/format]"
    why = "because there is no method setting for this method "
    refusals = [
        (f"Cannot remove method setting */* {why}", [{"op": "remove", "path": "/*/*"}]),
        (
            f"Cannot remove method setting accessLogSettings/format {why}",
            [{"op": "remove", "path": "/accessLogSettings/format"}],
        ),
        (f"{log}{known}", replaced("/accessLogSettings/other", "a")),
        ("Access Log value must not be empty", replaced("/accessLogSettings/format", "")),
        ("Invalid Deployment identifier specified", replaced("/deploymentId", "none")),
    ]
    for words, operations in refusals:
        assert refused(v1.update_stage, **place, patchOperations=operations)[2] == words
    _, _, message = refused(v1.update_stage, **place, patchOperations=replaced("/tags/a", "b"))
    assert message.startswith("Invalid method setting path: /tags/a. Must be one of: [/deploymentId, /descr")
    for path, value in (
        ("/*/*/caching/enabled", "true"),
        ("/cacheClusterEnabled", "true"),
        ("/canarySettings/percentTraffic", "5"),
        ("/documentationVersion", "1"),
    ):
        assert refused(v1.update_stage, **place, patchOperations=replaced(path, value))[0] == NOT_MODELLED
    for path in ("/*/*/throttling/burstLimit", "/*/*/logging/loglevel"):
        assert refused(v1.update_stage, **place, patchOperations=replaced(path, "x"))[0] == 400
    # Where one operation is refused, none is applied.
    both = [*replaced("/description", "other"), *replaced("/deploymentId", "none")]
    assert refused(v1.update_stage, **place, patchOperations=both)[0] == 404
    assert v1.get_stage(**place)["description"] == "new"


def test_responses_by_patch(work: Workplace):
    place = method(work)
    v1 = work.v1
    v1.put_method_response(**place, statusCode="200")
    header = "method.response.header.a"
    added = [
        {"op": "add", "path": f"/responseParameters/{header}", "value": "true"},
        {"op": "add", "path": "/responseModels/application~1json", "value": "Empty"},
    ]
    made = v1.update_method_response(**place, statusCode="200", patchOperations=added)
    assert (made["responseParameters"], made["responseModels"]) == (
        {header: True},
        {"application/json": "Empty"},
    )
    gone = [{"op": "remove", "path": "/responseModels/application~1json"}]
    v1.update_method_response(**place, statusCode="200", patchOperations=gone)
    assert "responseModels" not in v1.get_method_response(**place, statusCode="200")
    v1.put_integration(**place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    v1.put_integration_response(**place, statusCode="200")
    changes = [
        *replaced("/selectionPattern", "2.."),
        {"op": "add", "path": f"/responseParameters/{header}", "value": "'b'"},
        {"op": "add", "path": "/responseTemplates/application~1json", "value": "hello"},
    ]
    v1.update_integration_response(**place, statusCode="200", patchOperations=changes)
    found = v1.get_integration_response(**place, statusCode="200")
    assert (found["selectionPattern"], found["responseParameters"]) == ("2..", {header: "'b'"})
    v1.create_deployment(restApiId=place["restApiId"], stageName="s")
    reply = work.raw.request("GET", f"/_aws/execute-api/{place['restApiId']}/s")
    assert (reply.text, reply.headers["a"]) == ("hello", "b")
    wrong = {**place, "statusCode": "200", "patchOperations": replaced("/other", "a")}
    for call in (v1.update_method_response, v1.update_integration_response):
        assert refused(call, **wrong)[2] == "Invalid patch path /other"
        assert refused(call, **{**wrong, "statusCode": "404"})[0] == 404
    bad = [{"op": "add", "path": "/responseTemplates/application~1json", "value": "#set($a = 1)"}]
    asked = {**wrong, "patchOperations": bad}
    assert refused(v1.update_integration_response, **asked)[0] == NOT_MODELLED


def test_methods_and_integrations_by_patch(work: Workplace):
    """test_update_method_validation."""
    place = method(work)
    v1 = work.v1
    only = "Invalid patch operation specified. Must be one of: [replace]"
    refusals = [
        (only, [{"op": "add", "path": "/operationName", "value": "a"}]),
        ("Invalid patch path /httpMethod", [{"op": "add", "path": "/httpMethod", "value": "PUT"}]),
        ("Invalid patch path /requestParameters", replaced("/requestParameters", "a")),
        (
            "Invalid patch path /requestModels/application/json",
            [{"op": "add", "path": "/requestModels/application/json", "value": "Empty"}],
        ),
        ("Invalid Request Validator identifier specified", replaced("/requestValidatorId", "fake-id")),
    ]
    for words, operations in refusals:
        assert refused(v1.update_method, **place, patchOperations=operations)[2] == words
    for path, value in (
        ("/authorizationType", "CUSTOM"),
        ("/apiKeyRequired", "true"),
        ("/authorizerId", "a"),
    ):
        asked = {**place, "patchOperations": replaced(path, value)}
        assert refused(v1.update_method, **asked)[0] == NOT_MODELLED
    v1.put_integration(
        **place, **PROXY, uri=work.invocations(work.function.replace("puppet", "${stageVariables.name}"))
    )
    templates = [{"op": "add", "path": "/requestTemplates/application~1json", "value": "{}"}]
    made = v1.update_integration(**place, patchOperations=templates)
    assert made["requestTemplates"] == {"application/json": "{}"}
    gone = [{"op": "remove", "path": "/requestTemplates/application~1json"}]
    assert "requestTemplates" not in v1.update_integration(**place, patchOperations=gone)
    # A function behind a stage variable (Developer Guide, "API Gateway stage variables reference").
    v1.create_deployment(restApiId=place["restApiId"], stageName="s", variables={"name": "puppet"})
    reply = work.raw.request("GET", f"/_aws/execute-api/{place['restApiId']}/s")
    assert reply.json()["stageVariables"] == {"name": "puppet"}


def test_apis_by_patch(work: Workplace):
    """test_update_rest_api_operation_add_remove, test_update_rest_api_ip_address_type."""
    v1 = work.v1
    place = {"restApiId": v1.create_rest_api(name="a", description="d")["id"]}
    changed = v1.update_rest_api(
        **place,
        patchOperations=[
            {"op": "remove", "path": "/description"},
            *replaced("/endpointConfiguration/types/EDGE", "REGIONAL"),
            *replaced("/endpointConfiguration/ipAddressType", "dualstack"),
            *replaced("/apiKeySource", "HEADER"),
        ],
    )
    assert "description" not in changed
    assert changed["endpointConfiguration"] == {"types": ["REGIONAL"], "ipAddressType": "dualstack"}
    refusals = [
        ("Invalid patch path /binaryMediaTypes", replaced("/binaryMediaTypes", "a")),
        ("Invalid patch path /other", replaced("/other", "a")),
        (
            "ipAddressType must be either ipv4 or dualstack.",
            replaced("/endpointConfiguration/ipAddressType", "wrong"),
        ),
        (
            "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
            replaced("/endpointConfiguration/types/0", "wrong"),
        ),
        (
            "Invalid patch operation specified. Must be one of: [replace]",
            [{"op": "remove", "path": "/endpointConfiguration/ipAddressType", "value": "dualstack"}],
        ),
    ]
    for words, operations in refusals:
        assert refused(v1.update_rest_api, **place, patchOperations=operations)[2] == words
    for path, value in (
        ("/endpointConfiguration/types/0", "PRIVATE"),
        ("/endpointConfiguration/vpcEndpointIds/0", "v"),
        ("/minimumCompressionSize", "5"),
        ("/apiKeySource", "AUTHORIZER"),
    ):
        asked = {**place, "patchOperations": replaced(path, value)}
        assert refused(v1.update_rest_api, **asked)[0] == NOT_MODELLED


def test_endpoints_of_a_new_api(work: Workplace):
    """test_create_rest_api_with_endpoint_configuration."""
    both = "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."
    for words, more in (
        (both, {"endpointConfiguration": {"types": []}}),
        (
            "Cannot create an api with multiple Endpoint Types.",
            {"endpointConfiguration": {"types": ["EDGE", "REGIONAL"]}},
        ),
        ("Description cannot be an empty string", {"description": ""}),
    ):
        answer = (400, "BadRequestException", words)
        assert refused(work.v1.create_rest_api, name="a", **more) == answer


def test_the_root_resource(work: Workplace):
    """test_update_resource_on_root."""
    api = work.rest_api()
    place = {"restApiId": api.id, "resourceId": api.root}
    for name in ("pathPart", "parentId"):
        answer = refused(work.v1.update_resource, **place, patchOperations=replaced(f"/{name}", "a"))
        assert answer == (400, "BadRequestException", f"Root resource cannot update its {name}.")


def test_summary_of_a_deployment(work: Workplace):
    """API Reference, *Deployment*."""
    api = work.rest_proxy("a", "b")
    place = {"restApiId": api.id}
    key = work.v1.get_stage(**place, stageName="test")["deploymentId"]
    assert "apiSummary" not in work.v1.get_deployment(**place, deploymentId=key)
    found = work.v1.get_deployment(**place, deploymentId=key, embed=["apisummary"])
    assert found["apiSummary"] == {"/a/b": {"ANY": {"authorizationType": "NONE", "apiKeyRequired": False}}}


def test_tags(work: Workplace):
    """API Reference, *TagResource*."""
    api = work.rest_proxy("a", tags={"own": "1"})
    v1 = work.v1
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api.id}"
    v1.tag_resource(resourceArn=arn, tags={"more": "2"})
    assert v1.get_rest_api(restApiId=api.id)["tags"] == {"own": "1", "more": "2"}
    v1.untag_resource(resourceArn=arn, tagKeys=["own"])
    assert v1.get_tags(resourceArn=arn)["tags"] == {"more": "2"}
    v1.tag_resource(resourceArn=f"{arn}/stages/test", tags={"stage": "1"})
    assert v1.get_stage(restApiId=api.id, stageName="test")["tags"] == {"stage": "1"}
    assert v1.get_tags(resourceArn=f"{arn}/stages/test")["tags"] == {"stage": "1"}
    for other, status in ((f"{arn}/stages/none", 404), (f"{arn}x", 404), (f"{arn}/keys/a", NOT_MODELLED)):
        assert refused(v1.get_tags, resourceArn=other)[0] == status


def test_the_account(client):
    """API Reference, *GetAccount* and *UpdateAccount*."""
    v1 = client("apigateway")
    found = v1.get_account()
    assert "cloudwatchRoleArn" not in found
    assert found["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10000.0}
    role = let_apis_log(client)
    assert v1.get_account()["cloudwatchRoleArn"] == role
    assert (
        v1.update_account(patchOperations=replaced("/cloudwatchRoleArn", role))["cloudwatchRoleArn"] == role
    )
    assert refused(v1.update_account, patchOperations=replaced("/cloudwatchRoleArn", "role"))[0] == 400
    assert refused(v1.update_account, patchOperations=replaced("/other", "a"))[0] == NOT_MODELLED
    iam, gateway = client("iam"), {"Service": "apigateway.amazonaws.com"}
    useless = (
        role + "-none",
        make_role(iam, "of-lambda"),
        make_role(iam, "no-group", "logs:CreateLogStream", "logs:PutLogEvents", principal=gateway),
    )
    words = (
        "The role ARN does not have required permissions configured. "
        "Please grant trust permission for API Gateway and add the required role policy."
    )
    for arn in useless:
        asked = replaced("/cloudwatchRoleArn", arn)
        assert refused(v1.update_account, patchOperations=asked)[::2] == (400, words)
    assert "cloudwatchRoleArn" not in v1.update_account(patchOperations=replaced("/cloudwatchRoleArn", ""))


@pytest.mark.parametrize("operation", ["create_authorizer", "create_usage_plan"])
def test_what_stays_refused(work: Workplace, operation):
    given = {"create_authorizer": {"restApiId": "a", "name": "b", "type": "TOKEN"}}
    asked = given.get(operation, {"name": "a"})
    assert refused(getattr(work.v1, operation), **asked)[0] == NOT_MODELLED
