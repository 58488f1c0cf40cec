"""AWS_IAM authorisation of REST methods: who gets in, what others are told, and what the function learns."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from sandbox.decisions import find
from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.signing import INVOKE, Signer, closed_rest_api, document, statement, user
from tests.sandbox.raw_http import RawReply
from tests.sandbox.roles import make_role
from workshop.tracing.spans import way

UNKNOWN = {"AccessKeyId": "NOBODYSKEY", "SecretAccessKey": "secret"}


@pytest.fixture(scope="module")
def api(work: Workplace) -> Api:
    return closed_rest_api(work)


@pytest.fixture(scope="module")
def alice(work: Workplace, api: Api) -> Signer:
    """May GET what is below /a, but not /a/b."""
    mine = f"arn:aws:execute-api:us-east-1:{work.account}:{api.id}/test/GET"
    return user(work, "alice", statement(f"{mine}/a/*"), statement(f"{mine}/a/b", "Deny"))


def told(reply: RawReply) -> tuple[int, str, Any]:
    return reply.status, reply.headers["x-amzn-errortype"], json.loads(reply.body)


def denied(work: Workplace, api: Api, who: str, asked: str, why: str) -> tuple[int, str, Any]:
    hidden = f"********{work.account[-4:]}"
    resource = f"arn:aws:execute-api:us-east-1:{hidden}:{api.id}/test/{asked}"
    text = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {resource} {why}"
    return 403, "AccessDeniedException", {"Message": text}


@case("rest-authorization-iam-unsigned")
def test_unsigned(api, expected):
    reply = api.call("/a/c")
    expected.check_response(reply.status, reply.headers, reply.body)


def test_a_signed_request_and_its_event(work, api, alice):
    event = alice.call(api, "/a/c%20d/x?q=1&q=2").json()
    who = event["requestContext"]["identity"]
    caller = work.client("iam").get_user(UserName="alice")["User"]
    assert who["userArn"] == caller["Arn"]
    assert who["caller"] == who["user"] == caller["UserId"]
    assert (who["accountId"], who["accessKey"]) == (work.account, alice.keys["AccessKeyId"])
    assert (who["cognitoIdentityId"], who["principalOrgId"]) == (None, None)
    names = [name.lower() for name in event["headers"]]
    assert "authorization" not in names
    assert "x-amz-date" in names


def test_who_may_not(work, api, alice):
    arn = f"arn:aws:iam::{work.account}:user/alice"
    none = "because no identity-based policy allows the execute-api:Invoke action"
    assert told(alice.call(api, "/b")) == denied(work, api, arn, "GET/b", none)
    assert told(alice.call(api, "/a/c", "POST", b"{}")) == denied(work, api, arn, "POST/a/c", none)
    explicit = "with an explicit deny in an identity-based policy"
    assert told(alice.call(api, "/a/b")) == denied(work, api, arn, "GET/a/b", explicit)


def test_session_of_a_role_and_its_boundary(work, api):
    iam = work.client("iam")
    trust = {"AWS": f"arn:aws:iam::{work.account}:root"}
    role = make_role(iam, "api-caller", "execute-api:Invoke", principal=trust)
    given = work.client("sts").assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]
    caller = Signer(given)
    arn = f"arn:aws:sts::{work.account}:assumed-role/api-caller/one"
    assert caller.call(api, "/x").json()["requestContext"]["identity"]["userArn"] == arn
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document(statement("arn:aws:s3:::a/*")))
    iam.put_role_permissions_boundary(RoleName="api-caller", PermissionsBoundary=limit["Policy"]["Arn"])
    boundary = "because no permissions boundary allows the execute-api:Invoke action"
    assert told(caller.call(api, "/x")) == denied(work, api, arn, "GET/x", boundary)
    wrong = Signer({**given, "SessionToken": "another"}).call(api, "/x")
    text = "The security token included in the request is invalid"
    assert told(wrong) == (403, "UnrecognizedClientException", {"message": text})


def test_who_is_not_known(api, alice):
    reply = Signer(UNKNOWN).call(api, "/a/c")
    text = "The security token included in the request is invalid."
    assert told(reply) == (403, "UnrecognizedClientException", {"message": text})


def test_a_wrong_signature_is_shown_what_should_have_been_signed(api, alice):
    signer = replace(alice, keys={**alice.keys, "SecretAccessKey": "wrong"})
    request = signer.request(api, "/a/c?b=2&a=1", body=b"x")
    status, kind, body = told(signer.send(api, request, "/a/c?b=2&a=1"))
    assert (status, kind) == (403, "InvalidSignatureException")
    assert body["message"].startswith("The request signature we calculated does not match")
    host = f"{api.raw.host}:{api.raw.port}"
    again = AWSRequest("GET", f"http://{host}{api.path}/a/c?b=2&a=1", data=b"x")
    again.context["timestamp"] = request.headers["X-Amz-Date"]
    signed = signer.auth(SigV4Auth)
    again.headers["X-Amz-Date"] = request.headers["X-Amz-Date"]
    canonical = signed.canonical_request(again)
    to_sign = signed.string_to_sign(again, canonical)
    assert f"should have been\n'{canonical}'" in body["message"]
    assert f"should have been\n'{to_sign}'" in body["message"]


def test_what_else_is_wrong_with_a_signature(api, alice):
    def changed(name: str, old: str, new: str) -> RawReply:
        request = alice.request(api, "/a/c")
        text = request.headers[name]
        assert old in text
        del request.headers[name]
        request.headers[name] = text.replace(old, new)
        return alice.send(api, request, "/a/c")

    day = alice.request(api).headers["X-Amz-Date"][:8]
    for name, old, new, kind, words in (
        ("X-Amz-Date", "T", " ", "IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got"),
        ("Authorization", "host;", "", "InvalidSignature", "'Host' or ':authority' must be a 'SignedHeader'"),
        ("Authorization", "HMAC", "ABCD", "IncompleteSignature", "Unsupported AWS 'algorithm': 'AWS4-ABCD-"),
        ("Authorization", "/aws4_request", "", "IncompleteSignature", "Credential must have exactly 5 slash"),
        (
            "Authorization",
            "us-east-1",
            "us-west-2",
            "InvalidSignature",
            "scoped to a valid region, not 'us-we",
        ),
        (
            "Authorization",
            "execute-api",
            "apigateway",
            "InvalidSignature",
            "to correct service: 'execute-api'.",
        ),
        (
            "Authorization",
            "aws4_request",
            "x",
            "InvalidSignature",
            "a valid terminator: 'aws4_request', not 'x",
        ),
        ("Authorization", day, "20200101", "InvalidSignature", f"'20200101' != '{day}', from '{day}T"),
        (
            "Authorization",
            "Signature=",
            "Signed=",
            "IncompleteSignature",
            "header requires 'Signature' param",
        ),
    ):
        status, errortype, body = told(changed(name, old, new))
        assert (status, errortype) == (403, f"{kind}Exception"), words
        assert words in body["message"]
    old = {"X-Amz-Date": "20200101T000000Z"}
    request = alice.request(api, "/a/c")
    header = request.headers["Authorization"].replace(day, "20200101")
    reply = api.call("/a/c", headers={**old, "Authorization": header})
    assert told(reply)[1] == "InvalidSignatureException"
    assert reply.json()["message"].startswith("Signature expired: 20200101T000000Z is now earlier than")


NO_PAIR = (
    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded "
    "with Base64): '{hash}'."
)
LACKING = (
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' "
    "parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires "
    "existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) "
    "Authorization={hash}"
)


@pytest.fixture(scope="module")
def narrow(work: Workplace) -> Api:
    """An API that knows /a/c only."""
    return closed_rest_api(work, "a", "c")


@pytest.mark.parametrize("path", ["/a/c", "/not-there"])
@pytest.mark.parametrize(("header", "text"), [("Bearer abc.def", NO_PAIR), ("Basic YTpi=", LACKING)])
def test_another_authorization_header_is_told_to_be_no_signature(narrow, header, text, path):
    reply = narrow.call(path, headers={"Authorization": header})
    hashed = base64.b64encode(hashlib.sha256(header.encode()).digest()).decode()
    assert told(reply) == (403, "IncompleteSignatureException", {"message": text.format(hash=hashed)})


def test_an_unknown_path_with_a_signature(narrow, alice):
    api = narrow
    assert told(alice.call(api, "/x")) == (
        403,
        "MissingAuthenticationTokenException",
        {"message": "Missing Authentication Token"},
    )
    assert told(Signer(UNKNOWN).call(api, "/x"))[1] == "UnrecognizedClientException"


def test_a_signature_in_the_query(api, alice):
    there = alice.presigned(api, "/a/c")
    assert api.raw.request("GET", there).status == 200
    assert told(api.raw.request("GET", there + "&b=1"))[1] == "InvalidSignatureException"
    without = api.call("/a/c?X-Amz-Algorithm=AWS4-HMAC-SHA256")
    assert without.json()["message"].startswith(
        "AWS query-string parameters must include 'X-Amz-Credential'."
    )


def test_gateway_responses_change_refusals(work, alice):
    api = closed_rest_api(work)
    template = {"application/json": '{"own":$context.error.messageString,"as":"$context.error.responseType"}'}
    kinds = ("ACCESS_DENIED", "INVALID_SIGNATURE", "EXPIRED_TOKEN", "MISSING_AUTHENTICATION_TOKEN")
    for kind in kinds:
        work.v1.put_gateway_response(
            restApiId=api.id, responseType=kind, statusCode="499", responseTemplates=template
        )
    work.deploy(api)
    wrong = replace(alice, keys={**alice.keys, "SecretAccessKey": "wrong"})
    replies = (alice.call(api, "/a"), wrong.call(api, "/a"), api.call("/a"))
    told_as = ("ACCESS_DENIED", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN")
    for reply, kind, words in zip(replies, told_as, ("User: arn", "The request", "Missing"), strict=True):
        assert (reply.status, reply.json()["as"]) == (499, kind)
        assert reply.json()["own"].startswith(words)


def test_a_test_needs_no_signature_and_has_the_caller(work, api):
    resource = next(r for r in work.v1.get_resources(restApiId=api.id)["items"] if r["path"] != "/")
    place = {"restApiId": api.id, "resourceId": resource["id"], "httpMethod": "GET"}
    tried = work.v1.test_invoke_method(**place, pathWithQueryString="/x")
    assert tried["status"] == 200
    identity = json.loads(tried["body"])["requestContext"]["identity"]
    assert identity["userArn"] == f"arn:aws:iam::{work.account}:root"


def test_an_integration_that_invokes_as_the_caller(work):
    api = closed_rest_api(work, credentials="arn:aws:iam::*:user/*")
    may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": work.function}
    assert user(work, "carol", statement(), may).call(api, "/x").status == 200
    assert user(work, "dave", statement()).call(api, "/x").status == 500
    work.v1.update_method(
        restApiId=api.id,
        resourceId=next(
            r["id"] for r in work.v1.get_resources(restApiId=api.id)["items"] if r["path"] != "/"
        ),
        httpMethod="ANY",
        patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "NONE"}],
    )
    assert work.deploy(api).call("/x").status == 500


def test_the_trace_tells_the_decision_and_the_nearest_miss(work, api, alice):
    def trace(reply: RawReply) -> dict[str, Any]:
        ids = reply.headers["x-amzn-requestid"]
        traces = api.raw.request("GET", "/_sandbox/traces").json()["traces"]
        return next(t for t in traces if any(h["facts"].get("request_id") == ids for h in t["hops"]))

    found = trace(alice.call(api, "/b"))
    decision = find([found], found["trace_id"]).decisions[0]
    resource = f"arn:aws:execute-api:us-east-1:{work.account}:{api.id}/test/GET/b"
    assert (decision.allowed, decision.action, decision.resource) == (False, INVOKE, resource)
    assert decision.call == "execute-api Invoke"
    assert decision.explanation["shape"].startswith("resource")
    assert decision.explanation["look"].startswith("aws iam get-user-policy --user-name alice")
    step = way(found).first_trouble
    assert step.title == "may user/alice come in? (AWS_IAM)"
    assert step.trouble.startswith("User: arn:aws:iam::")
    unsigned = way(trace(api.call("/b"))).first_trouble
    assert (unsigned.title, unsigned.trouble) == (
        "who asks to come in? (AWS_IAM)",
        "Missing Authentication Token",
    )
    allowed = way(trace(alice.call(api, "/a/x")))
    facts = next(step.facts for step in allowed.steps if step.kind == "authorization")
    assert facts[0].startswith("allowed by statement number 1 of own: execute-api:Invoke on arn:aws:")
