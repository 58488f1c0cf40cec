"""The control plane of REST APIs: what is made, refused and answered."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Workplace
from tests.sandbox.gateway.test_http_control import NOT_MODELLED, refused

PROXY = {"type": "AWS_PROXY", "integrationHttpMethod": "POST"}
VPC_LINK = {"uri": "http://localhost/", "connectionType": "VPC_LINK"}
S3 = "arn:aws:apigateway:us-east-1:s3:path/bucket/key"


def method(work: Workplace) -> dict[str, str]:
    """A method GET / of a new API, as the operations on it name it."""
    api = work.rest_api()
    place = {"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"}
    work.v1.put_method(**place, authorizationType="NONE")
    return place


@case("rest-put-integration-uri", "rest-put-integration-notarn", "rest-put-integration-service")
def test_uri_of_an_integration(work: Workplace, expected):
    uris = {
        "rest-put-integration-uri": [work.function],
        "rest-put-integration-notarn": ["https://example.com", "nothing"],
        "rest-put-integration-service": [S3, S3.replace("s3:path", "dynamodb:action")],
    }
    place = method(work)
    checked = []
    for uri in uris[expected.id]:
        with pytest.raises(ClientError) as caught:
            work.v1.put_integration(**place, **PROXY, uri=uri)
        checked.append(caught.value)
    assert len({error.response["Error"]["Message"] for error in checked}) == 1
    expected.check_error(checked[0])


@case("rest-put-integration-defaults")
def test_defaults_of_an_integration(work: Workplace, expected):
    place = method(work)
    made = work.v1.put_integration(**place, **PROXY, uri=work.invocations())
    assert made["ResponseMetadata"]["HTTPStatusCode"] == expected.take("status")
    expected.check_fields("json_subset", made)
    got = work.v1.get_method(**place)["methodIntegration"]
    assert (got["uri"], got["timeoutInMillis"]) == (work.invocations(), 29000)


@case("rest-dup-resource")
def test_resource_made_twice(work: Workplace, expected):
    api = work.rest_api()
    work.resource(api, "pets")
    with pytest.raises(ClientError) as caught:
        work.resource(api, "pets")
    expected.check_error(caught.value)
    other = work.resource(api, "other")
    rename = [{"op": "replace", "path": "/pathPart", "value": "pets"}]
    given = {"restApiId": api.id, "resourceId": other, "patchOperations": rename}
    assert refused(work.v1.update_resource, **given)[0] == 409


@case("rest-proxy-sibling")
def test_sibling_of_a_variable(work: Workplace, expected):
    api = work.rest_api()
    work.resource(api, "{proxy+}")
    with pytest.raises(ClientError) as caught:
        work.resource(api, "{id}")
    expected.check_error(caught.value)
    assert work.resource(api, "literal")


@case("rest-proxy-child")
def test_child_of_a_greedy_variable(work: Workplace, expected):
    api = work.rest_api()
    with pytest.raises(ClientError) as caught:
        work.resource(api, "{proxy+}", "child")
    expected.check_error(caught.value)


@case("rest-resource-not-found")
def test_unknown_resource(work: Workplace, expected):
    api = work.rest_api()
    with pytest.raises(ClientError) as caught:
        work.v1.get_resource(restApiId=api.id, resourceId="none")
    expected.check_error(caught.value)
    unknown = {"resourceId": "none", "httpMethod": "GET"}
    for call in (work.v1.get_method, work.v1.delete_method, work.v1.get_integration):
        assert refused(call, restApiId=api.id, **unknown)[0] == 404
    assert refused(work.v1.delete_resource, restApiId=api.id, resourceId="none")[0] == 404
    assert refused(work.v1.create_resource, restApiId=api.id, parentId="none", pathPart="a")[0] == 404


@case("rest-method-not-found")
def test_unknown_method(work: Workplace, expected):
    place = {**method(work), "httpMethod": "POST"}
    with pytest.raises(ClientError) as caught:
        work.v1.get_method(**place)
    expected.check_error(caught.value)
    for call in (work.v1.delete_method, work.v1.get_integration, work.v1.delete_integration):
        assert refused(call, **place)[2] == "Invalid Method identifier specified"
    given = {**place, **PROXY, "uri": work.invocations()}
    assert refused(work.v1.put_integration, **given)[2] == "Invalid Method identifier specified"


@case("rest-control-codes")
def test_status_codes(work: Workplace, expected):
    codes = expected.take("status")
    v1 = work.v1
    api = v1.create_rest_api(name="a")
    place = {"restApiId": api["id"]}
    resource = v1.create_resource(**place, parentId=api["rootResourceId"], pathPart="a")
    target = {**place, "resourceId": resource["id"], "httpMethod": "GET"}
    made = [
        api,
        resource,
        v1.put_method(**target, authorizationType="NONE"),
        v1.put_integration(**target, **PROXY, uri=work.invocations()),
        v1.create_deployment(**place),
    ]
    made.append(v1.create_stage(**place, stageName="b", deploymentId=made[-1]["id"]))
    assert {answer["ResponseMetadata"]["HTTPStatusCode"] for answer in made} == {codes["create"]}
    deleted = {
        "DeleteStage": v1.delete_stage(**place, stageName="b"),
        "DeleteResource": v1.delete_resource(**place, resourceId=resource["id"]),
        "DeleteRestApi": v1.delete_rest_api(**place),
    }
    for name, answer in deleted.items():
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == codes[name]


@case("rest-gateway-response-codes")
def test_default_gateway_responses(work: Workplace, expected):
    api = work.rest_api()
    items = work.v1.get_gateway_responses(restApiId=api.id)["items"]
    codes = {item["responseType"]: int(item.get("statusCode", 0)) for item in items}
    assert {kind: codes[kind] for kind in expected.then["status"]} == expected.take("status")
    assert all(item["defaultResponse"] for item in items)


def test_changed_gateway_responses(work: Workplace):
    api = work.rest_proxy("here")
    allow = {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    place = {"restApiId": api.id}
    work.v1.put_gateway_response(**place, responseType="DEFAULT_4XX", responseParameters=allow)
    work.v1.put_gateway_response(
        **place,
        responseType="MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseTemplates={"application/json": '{"error":$context.error.messageString}'},
    )
    assert api.call("/none").status == 403  # not deployed yet
    work.deploy(api)
    reply = api.call("/none")
    assert (reply.status, reply.text) == (404, '{"error":"Missing Authentication Token"}')
    too_many = work.v1.get_gateway_response(**place, responseType="THROTTLED")
    assert (too_many["defaultResponse"], too_many["responseParameters"]) == (True, allow)
    work.v1.delete_gateway_response(**place, responseType="MISSING_AUTHENTICATION_TOKEN")
    work.deploy(api)
    reply = api.call("/none")
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (403, "*")
    assert "access-control-allow-origin" not in api.call("/here").headers
    status, _, _ = refused(work.v1.get_gateway_response, **place, responseType="FAKE")
    assert status == 400


def test_what_is_not_modelled_is_named(work: Workplace):
    place = method(work)
    api = {"restApiId": place["restApiId"]}
    v1 = work.v1
    asked = {
        "Cognito user pool authorizers": (
            v1.put_method,
            {**place, "httpMethod": "PUT", "authorizationType": "COGNITO_USER_POOLS", "authorizerId": "a"},
        ),
        "Lambda authorizers (authorizationType CUSTOM)": (
            v1.put_method,
            {**place, "httpMethod": "PUT", "authorizationType": "CUSTOM", "authorizerId": "a"},
        ),
        "API keys": (
            v1.put_method,
            {**place, "httpMethod": "PUT", "authorizationType": "NONE", "apiKeyRequired": True},
        ),
        "other machines (host example.com)": (
            v1.put_integration,
            {
                **place,
                "type": "HTTP_PROXY",
                "integrationHttpMethod": "GET",
                "uri": "https://example.com",
            },
        ),
        "service integrations of REST APIs (s3)": (
            v1.put_integration,
            {**place, "type": "AWS", "integrationHttpMethod": "POST", "uri": S3},
        ),
        "private integrations": (
            v1.put_integration,
            {**place, "type": "HTTP", "integrationHttpMethod": "GET", **VPC_LINK},
        ),
        "authorizers": (v1.create_authorizer, {**api, "name": "a", "type": "TOKEN"}),
        "usage plans": (v1.create_usage_plan, {"name": "a"}),
        "private APIs": (
            v1.create_rest_api,
            {"name": "a", "endpointConfiguration": {"types": ["PRIVATE"]}},
        ),
        "caches": (v1.create_deployment, {**api, "cacheClusterEnabled": True}),
        "cacheClusterSize": (v1.create_deployment, {**api, "cacheClusterSize": "0.5"}),
        "canary": (v1.create_deployment, {**api, "canarySettings": {"percentTraffic": 1.0}}),
        "gateway responses": (
            v1.put_gateway_response,
            {
                **api,
                "responseType": "DEFAULT_4XX",
                "responseParameters": {"gatewayresponse.header.a": "method.request.header.b"},
            },
        ),
    }
    for words, (call, given) in asked.items():
        status, code, message = refused(call, **given)
        assert (status, code) == (NOT_MODELLED, "NotImplemented"), words
        assert words in message


def test_bad_values(work: Workplace):
    place = method(work)
    api = {"restApiId": place["restApiId"]}
    v1 = work.v1
    root = place["resourceId"]
    proxy = {**place, **PROXY, "uri": work.invocations()}
    asked = [
        (409, v1.put_method, {**place, "authorizationType": "NONE"}),
        (400, v1.put_method, {**place, "httpMethod": "FETCH", "authorizationType": "NONE"}),
        (400, v1.create_resource, {**api, "parentId": root, "pathPart": "a/b"}),
        (400, v1.create_resource, {**api, "parentId": root, "pathPart": "a{b}"}),
        (400, v1.delete_resource, {**api, "resourceId": root}),
        (400, v1.put_integration, {**proxy, "type": "HTTPS_PROXY"}),
        (400, v1.put_integration, {k: v for k, v in proxy.items() if k != "integrationHttpMethod"}),
        (400, v1.create_deployment, api),
        (400, v1.create_deployment, {**api, "stageName": "a b"}),
        (404, v1.create_stage, {**api, "stageName": "a", "deploymentId": "none"}),
        (404, v1.get_rest_api, {"restApiId": "none"}),
        (404, v1.delete_rest_api, {"restApiId": "none"}),
        (404, v1.get_stage, {**api, "stageName": "none"}),
        (404, v1.get_deployment, {**api, "deploymentId": "none"}),
        (404, v1.put_integration_response, {**place, "statusCode": "200"}),
    ]
    for status, call, given in asked:
        assert refused(call, **given)[0] == status, given
    status, _, message = refused(v1.create_deployment, **api)
    assert message == "No integration defined for method"
    empty = work.rest_api()
    _, _, message = refused(v1.create_deployment, restApiId=empty.id)
    assert message == "The REST API doesn't contain any methods"


def test_stage_and_deployment_lifecycle(work: Workplace):
    api = work.rest_proxy("a")
    place = {"restApiId": api.id}
    v1 = work.v1
    stage = v1.get_stage(**place, stageName="test")
    used = {**place, "deploymentId": stage["deploymentId"]}
    message = "Active stages pointing to this deployment must be moved or deleted"
    assert refused(v1.delete_deployment, **used)[::2] == (400, message)
    v1.update_stage(
        **place,
        stageName="test",
        patchOperations=[
            {"op": "replace", "path": "/variables/a", "value": "1"},
            {"op": "replace", "path": "/variables/b", "value": "2"},
            {"op": "replace", "path": "/description", "value": "mine"},
        ],
    )
    assert api.event("/a")["stageVariables"] == {"a": "1", "b": "2"}
    removed = [{"op": "remove", "path": "/variables/a"}]
    changed = v1.update_stage(**place, stageName="test", patchOperations=removed)
    assert (changed["variables"], changed["description"]) == ({"b": "2"}, "mine")
    work.deploy(api)
    assert v1.get_stage(**place, stageName="test")["variables"] == {"b": "2"}
    assert len(v1.get_deployments(**place)["items"]) == 2
    v1.delete_deployment(**used)
    assert len(v1.get_deployments(**place)["items"]) == 1
    wanted = [s["stageName"] for s in v1.get_stages(**place)["item"]]
    assert wanted == ["test"]


def test_updates_of_method_and_integration(work: Workplace):
    place = method(work)
    v1 = work.v1
    v1.put_integration(**place, **PROXY, uri=work.invocations())
    changed = v1.update_integration(
        **place, patchOperations=[{"op": "replace", "path": "/timeoutInMillis", "value": "1000"}]
    )
    assert int(changed["timeoutInMillis"]) == 1000
    added = v1.update_method(
        **place,
        patchOperations=[
            {"op": "add", "path": "/requestParameters/method.request.header.a", "value": "true"},
            {"op": "replace", "path": "/operationName", "value": "read"},
        ],
    )
    assert added["requestParameters"] == {"method.request.header.a": True}
    assert v1.get_method(**place)["operationName"] == "read"
    wrong = [{"op": "replace", "path": "/httpMethod", "value": "PUT"}]
    assert refused(v1.update_method, **place, patchOperations=wrong)[2] == "Invalid patch path /httpMethod"


def test_apis_and_their_resources(work: Workplace):
    v1 = work.v1
    made = v1.create_rest_api(name="mine", description="d", binaryMediaTypes=["image/png"])
    api = made["id"]
    assert made["endpointConfiguration"] == {"types": ["EDGE"], "ipAddressType": "ipv4"}
    changed = v1.update_rest_api(
        restApiId=api,
        patchOperations=[
            {"op": "replace", "path": "/name", "value": "other"},
            {"op": "add", "path": "/binaryMediaTypes/image~1gif"},
            {"op": "remove", "path": "/binaryMediaTypes/image~1png"},
        ],
    )
    assert (changed["name"], changed["binaryMediaTypes"]) == ("other", ["image/gif"])
    assert v1.get_rest_api(restApiId=api)["description"] == "d"
    assert api in [item["id"] for item in v1.get_rest_apis()["items"]]
    parent = v1.create_resource(restApiId=api, parentId=made["rootResourceId"], pathPart="a")["id"]
    child = v1.create_resource(restApiId=api, parentId=parent, pathPart="b")
    assert child["path"] == "/a/b"
    move = [{"op": "replace", "path": "/parentId", "value": child["id"]}]
    _, _, message = refused(v1.update_resource, restApiId=api, resourceId=parent, patchOperations=move)
    assert message == "Resources cannot be cyclical."
    v1.put_method(restApiId=api, resourceId=parent, httpMethod="GET", authorizationType="NONE")
    listed = {r["path"]: r for r in v1.get_resources(restApiId=api)["items"]}
    assert listed["/a"]["resourceMethods"] == {"GET": {}}
    whole = v1.get_resource(restApiId=api, resourceId=parent, embed=["methods"])
    assert whole["resourceMethods"]["GET"]["authorizationType"] == "NONE"
    v1.delete_resource(restApiId=api, resourceId=parent)
    assert [r["path"] for r in v1.get_resources(restApiId=api)["items"]] == ["/"]
