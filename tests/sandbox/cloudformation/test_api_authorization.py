"""APIs with AWS_IAM authorisation and resource policies, made by templates: plain ones and SAM's."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.cloudformation.rest_templates import ref, typed
from tests.sandbox.gateway.conftest import Api
from tests.sandbox.gateway.signing import Signer
from tests.sandbox.raw_http import RawClient

MOCK = {
    "Type": "MOCK",
    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
    "IntegrationResponses": [{"StatusCode": "200"}],
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    ],
}
EXPAND = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}


def body(method: dict[str, Any], policy: Any, number: int) -> str:
    """A REST API with one method; a new number deploys it anew."""
    more = {"Policy": policy} if policy else {}
    root = {"Fn::GetAtt": ["Api", "RootResourceId"]}
    place = {"RestApiId": ref("Api"), "ResourceId": root, "HttpMethod": "GET"}
    responses = {"Integration": MOCK, "MethodResponses": [{"StatusCode": "200"}]}
    deployed = typed("Deployment", {"RestApiId": ref("Api"), "StageName": f"live{number}"})
    return json.dumps(
        {
            "Resources": {
                "Api": typed("RestApi", {"Name": "closed", **more}),
                "Get": typed("Method", {**place, **responses, **method}),
                f"Deployed{number}": {**deployed, "DependsOn": ["Get"]},
            }
        }
    )


def test_a_method_and_a_policy_by_template(deployer, sandbox):
    closed = {"AuthorizationType": "AWS_IAM"}
    assert deployer.create(body(closed, POLICY, 1)) == "CREATE_COMPLETE", deployer.events()
    owner = Signer({"AccessKeyId": deployer.id.split(":")[4], "SecretAccessKey": "any"})
    api = Api(RawClient(sandbox.url), deployer.physical("Api"), None, "/live1")
    assert api.call("/").json() == {"message": "Missing Authentication Token"}
    assert owner.call(api, "/").status == 200
    deny = json.loads(json.dumps(POLICY).replace("Allow", "Deny"))
    assert deployer.update(body({"AuthorizationType": "NONE"}, deny, 2)) == "UPDATE_COMPLETE"
    api.prefix = "/live2"
    assert "User: anonymous is not authorized" in api.call("/").json()["Message"]
    assert deployer.update(body({"AuthorizationType": "NONE"}, None, 3)) == "UPDATE_COMPLETE"
    api.prefix = "/live3"
    assert api.call("/").status == 200


CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'ok'}\n"


def sam() -> str:
    """Both kinds of API with AWS_IAM as default, and an event of each that is open."""
    rest = {"DefaultAuthorizer": "AWS_IAM", "ResourcePolicy": {"IpRangeBlacklist": ["10.0.0.0/8"]}}
    http = {"EnableIamAuthorizer": True, "DefaultAuthorizer": "AWS_IAM"}
    events: dict[str, Any] = {}
    for kind, api in (("Api", "Rest"), ("HttpApi", "Http")):
        name = "RestApiId" if kind == "Api" else "ApiId"
        for path, auth in (("/mine", None), ("/open", {"Authorizer": "NONE"})):
            given = {"Path": path, "Method": "get", name: {"Ref": api}, **({"Auth": auth} if auth else {})}
            events[f"{kind}{path.title().removeprefix('/')}"] = {"Type": kind, "Properties": given}
    function = {"Runtime": "python3.13", "Handler": "index.handler", "InlineCode": CODE, "Events": events}
    return json.dumps(
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {
                "Rest": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "live", "Auth": rest}},
                "Http": {"Type": "AWS::Serverless::HttpApi", "Properties": {"Auth": http}},
                "F": {"Type": "AWS::Serverless::Function", "Properties": function},
            },
        }
    )


def test_sams_default_authorizer(deployer, sandbox):
    assert deployer.create(sam(), **EXPAND) == "CREATE_COMPLETE", deployer.events()
    owner = Signer({"AccessKeyId": deployer.id.split(":")[4], "SecretAccessKey": "any"})
    raw = RawClient(sandbox.url)
    for api in (
        Api(raw, deployer.physical("Rest"), None, "/live"),
        Api(raw, deployer.physical("Http"), None),
    ):
        assert [api.call(path).status for path in ("/mine", "/open")] == [403, 200]
        assert owner.call(api, "/mine").text == "ok"
