"""HTTP integrations of REST APIs in OpenAPI documents: read, written, and refused."""

from __future__ import annotations

import json

from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.endpoint import running
from tests.sandbox.gateway.test_http_control import refused
from tests.sandbox.gateway.test_rest_import import X, swagger

PARAMETERS = {"integration.request.path.proxy": "method.request.path.proxy"}


def proxy(uri: str, **more) -> dict:
    return {"type": "http_proxy", "httpMethod": "ANY", "uri": uri, "requestParameters": PARAMETERS, **more}


def paths(integration: dict, **more) -> dict:
    operation = {"responses": {}, f"{X}integration": integration, **more}
    return {"/{proxy+}": {f"{X}any-method": operation}}


def test_import_and_export(work: Workplace):
    with running() as server:
        uri = f"{server.url}/v1/{{proxy}}"
        body = json.dumps(swagger(paths(proxy(uri)))).encode()
        made = work.v1.import_rest_api(body=body)
        api = work.deploy(Api(work.raw, made["id"], work.v1))
        assert api.call("/a/b?c=d").json()["target"] == "/v1/a/b?c=d"
    exported = work.v1.get_export(
        restApiId=api.id,
        stageName="test",
        exportType="swagger",
        parameters={"extensions": "integrations"},
        accepts="application/json",
    )
    operation = json.loads(exported["body"].read())["paths"]["/{proxy+}"][f"{X}any-method"]
    kept = operation[f"{X}integration"]
    assert {name: kept[name] for name in proxy("")} == proxy(uri)


def test_mappings_that_do_not_fit(work: Workplace):
    undeclared = {"integration.request.header.a": "method.request.header.b"}
    header = {"method.response.header.Location": "integration.response.body.url"}
    responses = {"default": {"statusCode": "302", "responseParameters": header}}
    asked = {
        "Unable to put integration on 'ANY' for resource at path '/{proxy+}': Invalid mapping expression "
        "specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter "
        "specified: method.request.header.b]": paths(proxy("http://localhost", requestParameters=undeclared)),
        "Unable to put integration response on 'ANY' for resource at path '/{proxy+}': Invalid mapping "
        "expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression "
        "parameter specified: method.response.header.Location]": paths(
            proxy("http://localhost", responses=responses), responses={"302": {}}
        ),
    }
    for words, given in asked.items():
        status, _, message = refused(work.v1.import_rest_api, body=json.dumps(swagger(given)).encode())
        assert (status, words in message) == (400, True), message
