"""AWS_IAM authorisation of HTTP API routes: addresses that clients sign, the event, and the one refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.signing import Signer, closed_http_api, statement, user

FORBIDDEN = (403, '{"message":"Forbidden"}')


@pytest.fixture(scope="module")
def api(work: Workplace) -> Api:
    return closed_http_api(work)


@pytest.fixture(scope="module")
def erin(work: Workplace, api: Api) -> Signer:
    """May GET what is below /mine."""
    mine = f"arn:aws:execute-api:us-east-1:{work.account}:{api.id}/$default/GET/mine/*"
    return user(work, "erin", statement(mine))


def test_who_calls_is_in_the_event(work, api, erin):
    event = erin.call(api, "/mine/a%20b/c?x=1&y=%2F").json()
    caller = work.client("iam").get_user(UserName="erin")["User"]
    assert event["requestContext"]["authorizer"] == {
        "iam": {
            "accessKey": erin.keys["AccessKeyId"],
            "accountId": work.account,
            "callerId": caller["UserId"],
            "cognitoIdentity": None,
            "principalOrgId": "aws:PrincipalOrgID",
            "userArn": caller["Arn"],
            "userId": caller["UserId"],
        }
    }
    assert event["headers"]["authorization"].startswith("AWS4-HMAC-SHA256 Credential=")


def test_all_refusals_are_alike(api, erin):
    wrong = replace(erin, keys={**erin.keys, "SecretAccessKey": "wrong"})
    unknown = Signer({"AccessKeyId": "NOBODYSKEY", "SecretAccessKey": "secret"})
    for reply in (
        api.call("/mine/a"),
        api.call("/mine/a", headers={"Authorization": "Bearer token"}),
        erin.call(api, "/yours"),
        erin.call(api, "/mine/a", "POST", b"{}"),
        replace(erin, service="lambda").call(api, "/mine/a"),
        wrong.call(api, "/mine/a"),
        unknown.call(api, "/mine/a"),
    ):
        assert (reply.status, reply.text) == FORBIDDEN
        assert "x-amzn-errortype" not in reply.headers
        assert reply.headers["apigw-requestid"]


@pytest.mark.parametrize(
    "host", ["{id}.execute-api.localhost:{port}", "{id}.execute-api.us-east-1.amazonaws.com"]
)
def test_the_hosts_that_clients_sign(api, erin, host):
    name = host.format(id=api.id, port=api.raw.port)
    signer = replace(erin, host=name)
    at_the_host = Api(api.raw, api.id, api.client, at="")
    assert signer.call(at_the_host, "/mine/a?x=1").status == 200
    request = signer.request(api, "/mine/a?x=1")  # signed with the path of the other form
    assert signer.send(at_the_host, request, "/mine/a?x=1").status == 403


def test_a_named_stage_and_payload_1(work):
    api = closed_http_api(work, payload="1.0", stage="dev")
    frank = user(work, "frank", statement(f"arn:aws:execute-api:*:*:{api.id}/dev/GET/x"))
    event = frank.call(api, "/x").json()
    assert event["requestContext"]["identity"]["userArn"].endswith(":user/frank")
    assert frank.call(api, "/y").status == 403


def test_preflight_needs_no_signature(work):
    api = closed_http_api(
        work, CorsConfiguration={"AllowOrigins": ["https://a.example"], "AllowMethods": ["*"]}
    )
    origin = {"Origin": "https://a.example"}
    asked = api.call("/x", "OPTIONS", {**origin, "Access-Control-Request-Method": "GET"})
    assert asked.status == 204
    refused = api.call("/x", headers=origin)
    assert (refused.status, refused.text) == FORBIDDEN
    assert refused.headers["access-control-allow-origin"] == "https://a.example"


def test_without_cors_a_preflight_is_refused_too(api):
    asked = api.call("/x", "OPTIONS", {"Origin": "https://a", "Access-Control-Request-Method": "GET"})
    assert (asked.status, asked.text) == FORBIDDEN


def test_an_account_is_not_another(work, api):
    other = Signer({"AccessKeyId": "999988887777", "SecretAccessKey": "any"})
    assert (other.call(api, "/mine/a").status) == 403
    own = Signer({"AccessKeyId": work.account, "SecretAccessKey": "any"})
    assert own.call(api, "/mine/a").status == 200


def test_an_integration_that_invokes_as_the_caller(work):
    api = closed_http_api(work, integration={"CredentialsArn": "arn:aws:iam::*:user/*"})
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": work.function}
    assert user(work, "grace", statement(), may).call(api, "/x").status == 200
    assert user(work, "heidi", statement()).call(api, "/x").status == 500
