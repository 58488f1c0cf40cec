"""HTTP integrations and mappings of both kinds of API, as stacks make and change them."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.cloudformation.conftest import template
from tests.sandbox.cloudformation.rest_templates import ref, root, typed
from tests.sandbox.gateway.endpoint import running

API = {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "a", "ProtocolType": "HTTP"}}


@pytest.fixture(scope="module")
def endpoint():
    with running() as server:
        yield server


def http_api(uri, status, **mapping):
    """An HTTP API that leads to a URI and answers with another status."""
    answers = {"200": {"ResponseParameters": [{"Destination": "overwrite:statuscode", "Source": status}]}}
    properties = {"ApiId": ref("Api"), "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY"}
    properties |= {"IntegrationUri": uri, "PayloadFormatVersion": "1.0", "RequestParameters": mapping}
    properties["ResponseParameters"] = answers
    target = {"Fn::Sub": "integrations/${Integration}"}
    stage = {"ApiId": ref("Api"), "StageName": "$default", "AutoDeploy": True}
    return template(
        Api=API,
        Integration={"Type": "AWS::ApiGatewayV2::Integration", "Properties": properties},
        Route={
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {"ApiId": ref("Api"), "RouteKey": "$default", "Target": target},
        },
        Stage={"Type": "AWS::ApiGatewayV2::Stage", "Properties": stage},
    )


def test_an_http_integration_with_mappings(deployer, raw, endpoint):
    def call():
        reply = raw.request("GET", f"/_aws/execute-api/{deployer.physical('Api')}/")
        return reply.status, dict(reply.json()["headers"])

    mapping = {"append:header.X-A": "1", "append:header.X-B": "2"}
    assert deployer.create(http_api(endpoint.url, "201", **mapping)) == "CREATE_COMPLETE"
    status, sent = call()
    assert (status, sent["X-A"], sent["X-B"]) == (201, "1", "2")
    changed = http_api(endpoint.url, "202", **{"append:header.X-B": "3"})
    assert deployer.update(changed) == "UPDATE_COMPLETE"
    status, sent = call()
    assert (status, "X-A" in sent, sent["X-B"]) == (202, False, "3")


def test_a_method_with_an_http_integration(deployer, raw, endpoint):
    integration = {
        "Type": "HTTP",
        "IntegrationHttpMethod": "GET",
        "Uri": f"{endpoint.url}/{{id}}",
        "RequestParameters": {"integration.request.path.id": "method.request.querystring.id"},
        "IntegrationResponses": [
            {"StatusCode": "200", "ResponseTemplates": {"application/json": "$input.json('$.target')"}}
        ],
    }
    method = {
        "RestApiId": ref("Api"),
        "ResourceId": root(),
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "RequestParameters": {"method.request.querystring.id": False},
        "MethodResponses": [{"StatusCode": "200"}],
        "Integration": integration,
    }
    body = template(
        Api=typed("RestApi", {"Name": "a"}),
        Method=typed("Method", method),
        Deployment=typed("Deployment", {"RestApiId": ref("Api"), "StageName": "test"}, DependsOn="Method"),
    )
    assert deployer.create(body) == "CREATE_COMPLETE"
    reply = raw.request("GET", f"/_aws/execute-api/{deployer.physical('Api')}/test?id=7")
    assert (reply.status, json.loads(reply.text)) == (200, "/7")


def test_another_machine_fails_the_stack_by_name(deployer):
    assert deployer.create(http_api("https://example.com", "201")) == "ROLLBACK_COMPLETE"
    assert "other machines (host example.com)" in deployer.failure("Integration")
