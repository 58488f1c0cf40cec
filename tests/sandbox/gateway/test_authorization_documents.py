"""AWS_IAM and resource policies in OpenAPI documents: imported, exported, and imported again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.signing import Signer, statement
from tests.sandbox.gateway.test_http_import import document, operation
from tests.sandbox.gateway.test_rest_import import X, exported, got_method, imported, lambda_, swagger

SIGV4 = {"type": "apiKey", "name": "Authorization", "in": "header", f"{X}authtype": "awsSigv4"}


@pytest.fixture
def owner(work: Workplace) -> Signer:
    return Signer({"AccessKeyId": work.account, "SecretAccessKey": "any"})


def rest_document(work: Workplace) -> dict[str, Any]:
    """Three methods: by the scheme, by the extension, and open, as the document's own security is nothing."""
    paths = {
        "/scheme": {"get": lambda_(work, security=[{"sigv4": []}])},
        "/extension": {"get": lambda_(work, **{f"{X}auth": {"type": "AWS_IAM"}})},
        "/open": {"get": lambda_(work)},
    }
    policy = {"Statement": [statement("execute-api:/*", Principal="*")], "Version": "2012-10-17"}
    schemes = {"sigv4": SIGV4}
    more = {"securityDefinitions": schemes, "security": [{"sigv4": []}], f"{X}policy": policy}
    return swagger(paths, **more)


def authorization(work: Workplace, api: Api, path: str) -> str:
    return str(got_method(work, api, "GET", path)["authorizationType"])


def test_a_rest_api_of_a_document(work, owner):
    api = imported(work, rest_document(work))
    kinds = [authorization(work, api, path) for path in ("/scheme", "/extension", "/open")]
    assert kinds == ["AWS_IAM", "AWS_IAM", "NONE"]
    work.deploy(api)
    for path, unsigned in (("/scheme", 403), ("/extension", 403), ("/open", 200)):
        assert api.call(path).status == unsigned
        assert owner.call(api, path).status == 200
    whole = {**rest_document(work), "paths": {"/open": {"get": lambda_(work)}}}
    del whole[f"{X}policy"]
    put = {"restApiId": api.id, "body": json.dumps(whole).encode()}
    assert "policy" in work.v1.put_rest_api(**put, mode="merge")
    assert "policy" not in work.v1.put_rest_api(**put, mode="overwrite")


@pytest.mark.parametrize("kind", ["swagger", "oas30"])
def test_a_rest_api_as_a_document(work, kind):
    api = work.deploy(imported(work, rest_document(work)))
    told = json.loads(exported(work, api, kind, extensions="apigateway")["body"].read())
    schemes = told["securityDefinitions"] if kind == "swagger" else told["components"]["securitySchemes"]
    assert schemes == {"sigv4": SIGV4}
    assert told["paths"]["/extension"]["get"]["security"] == [{"sigv4": []}]
    assert "security" not in told["paths"]["/open"]["get"]
    own = f"arn:aws:execute-api:us-east-1:{work.account}:{api.id}/*"
    assert told[f"{X}policy"]["Statement"][0]["Resource"] == own
    again = imported(work, told)
    assert authorization(work, again, "/scheme") == "AWS_IAM"
    plain = json.loads(exported(work, api, kind)["body"].read())
    assert X not in json.dumps(plain)
    assert plain["paths"]["/extension"]["get"]["security"] == [{"sigv4": []}]


def test_an_http_api_of_a_document_and_back(work, owner):
    uri = work.invocations()
    paths = {
        "/mine": {"get": {**operation(uri), "security": [{"own": []}]}},
        "/open": {"get": operation(uri)},
    }
    given = document(paths, components={"securitySchemes": {"own": SIGV4}})
    told = json.dumps(given)
    for _ in range(2):
        api_id = work.v2.import_api(Body=told)["ApiId"]
        work.v2.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        api = Api(work.raw, api_id, work.v2)
        kinds = {
            one["RouteKey"]: one["AuthorizationType"] for one in work.v2.get_routes(ApiId=api_id)["Items"]
        }
        assert kinds == {"GET /mine": "AWS_IAM", "GET /open": "NONE"}
        assert [api.call(path).status for path in ("/mine", "/open")] == [403, 200]
        assert owner.call(api, "/mine").status == 200
        asked = {"ApiId": api_id, "Specification": "OAS30", "OutputType": "JSON"}
        told = work.v2.export_api(**asked)["body"].read().decode()
    assert json.loads(told)["components"] == {"securitySchemes": {"sigv4": SIGV4}}
    bare = json.loads(work.v2.export_api(**asked, IncludeExtensions=False)["body"].read())
    assert X not in json.dumps(bare)
