"""Both APIs of lab 4 beyond the contract: health, stages, and who may invoke the function."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import requests

from tests.solutions.deployed import LANGUAGES, Deployed
from tests.solutions.doors import SECONDS, Http

LAB = "04-api-gateway"


@pytest.fixture(params=LANGUAGES)
def stack(request: pytest.FixtureRequest, stack_of: Callable[[str, str], Deployed]) -> Deployed:
    return stack_of(LAB, request.param)


@pytest.mark.parametrize("url", ["HttpApiUrl", "RestApiUrl"])
def test_health(stack: Deployed, url: str) -> None:
    reply = Http(stack.outputs[url])("GET", "/health")
    assert (reply.status, reply.value) == (200, {"status": "ok"})


def test_one_function_serves_both(stack: Deployed) -> None:
    http, rest = Http(stack.outputs["HttpApiUrl"]), Http(stack.outputs["RestApiUrl"])
    assert http("POST", body={"userId": "by-http"}).status == 201
    assert rest("GET", user_id="by-http").value == {"userId": "by-http"}
    assert rest("DELETE", user_id="by-http").status == 204
    assert http("GET", user_id="by-http").status == 404


def test_a_body_that_http_apis_send_in_base64(stack: Deployed) -> None:
    for name in ("HttpApiUrl", "RestApiUrl"):
        sent = json.dumps({"userId": f"binär {name}"}, ensure_ascii=False).encode()
        headers = {"content-type": "application/octet-stream"}
        url = f"{stack.outputs[name]}/users"
        answer = requests.post(url, data=sent, headers=headers, timeout=SECONDS)
        assert (answer.status_code, answer.json()) == (201, json.loads(sent))


def test_each_api_has_the_one_stage_that_is_meant(stack: Deployed) -> None:
    http, rest = stack.session.client("apigatewayv2"), stack.session.client("apigateway")
    [http_api], [rest_api] = http.get_apis()["Items"], rest.get_rest_apis()["items"]
    assert [one["StageName"] for one in http.get_stages(ApiId=http_api["ApiId"])["Items"]] == ["$default"]
    assert [one["stageName"] for one in rest.get_stages(restApiId=rest_api["id"])["item"]] == ["prod"]
    assert stack.outputs["RestApiUrl"].endswith("/prod")
    assert rest_api["endpointConfiguration"]["types"] == ["REGIONAL"]


def test_only_these_apis_may_invoke_the_function(stack: Deployed) -> None:
    http, rest = stack.session.client("apigatewayv2"), stack.session.client("apigateway")
    ids = {http.get_apis()["Items"][0]["ApiId"], rest.get_rest_apis()["items"][0]["id"]}
    found = stack.session.client("lambda").get_policy(FunctionName=stack.outputs["UsersFunctionName"])
    statements = json.loads(found["Policy"])["Statement"]
    assert {one["Principal"]["Service"] for one in statements} == {"apigateway.amazonaws.com"}
    sources = [one["Condition"]["ArnLike"]["AWS:SourceArn"] for one in statements]
    assert {source.split(":")[5].partition("/")[0] for source in sources} == ids
