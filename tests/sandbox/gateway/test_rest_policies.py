"""Resource policies of REST APIs: who gets in by them, alone and beside AWS_IAM; and how they are kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.signing import Signer, closed_rest_api, document, statement, user
from tests.sandbox.gateway.test_http_control import refused

EVERYONE = {"Principal": "*"}


def with_policy(work: Workplace, *statements: dict[str, Any], closed: bool = False) -> Api:
    """A REST API with a policy, deployed."""
    api = closed_rest_api(work) if closed else work.rest_proxy()
    set_policy(work, api, document(*statements))
    return work.deploy(api)


def set_policy(work: Workplace, api: Api, text: str) -> dict[str, Any]:
    replaced = [{"op": "replace", "path": "/policy", "value": text}]
    return work.v1.update_rest_api(restApiId=api.id, patchOperations=replaced)


def denied(work: Workplace, api: Api, who: str, path: str, why: str) -> dict[str, str]:
    resource = f"arn:aws:execute-api:us-east-1:********{work.account[-4:]}:{api.id}/test/GET{path}"
    text = f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {resource} {why}"
    return {"Message": text}


def test_a_policy_decides_alone_where_no_signature_is_asked_for(work):
    open_to_all = statement("execute-api:/test/GET/a/*", **EVERYONE)
    from_here = {"IpAddress": {"aws:SourceIp": "127.0.0.1"}}
    api = with_policy(
        work, open_to_all, statement("execute-api:/*/a/b", "Deny", **EVERYONE, Condition=from_here)
    )
    assert api.call("/a/c").status == 200
    implicit = "because no resource-based policy allows the execute-api:Invoke action"
    explicit = "with an explicit deny in a resource-based policy"
    for path, why in (("/c", implicit), ("/a/b", explicit)):
        reply = api.call(path)
        assert (reply.status, reply.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
        assert reply.json() == denied(work, api, "anonymous", path, why)


def test_a_policy_that_names_people_knows_nobody_without_a_signature(work):
    judy = user(work, "judy")
    arn = f"arn:aws:iam::{work.account}:user/judy"
    named = statement("execute-api:/*", Principal={"AWS": arn})
    assert judy.call(with_policy(work, named), "/x").status == 403
    assert judy.call(with_policy(work, named, closed=True), "/x").status == 200


def test_in_one_account_either_allows_unless_one_denies(work):
    kim = user(work, "kim", statement())
    only = {"Principal": {"AWS": f"arn:aws:iam::{work.account}:user/kim"}}
    api = with_policy(work, statement("execute-api:/*/DELETE/*", **only), closed=True)
    assert kim.call(api, "/x").status == 200  # by what kim may
    set_policy(work, api, document(statement("execute-api:/*/x", "Deny", **only)))
    assert kim.call(api, "/x").status == 200  # a policy is deployed with its API
    work.deploy(api)
    why = "with an explicit deny in a resource-based policy"
    arn = f"arn:aws:iam::{work.account}:user/kim"
    assert kim.call(api, "/x").json() == denied(work, api, arn, "/x", why)
    assert api.call("/x").json() == {"message": "Missing Authentication Token"}


def test_another_account_needs_both(work):
    other = Signer({"AccessKeyId": "444455556666", "SecretAccessKey": "any"})
    api = closed_rest_api(work)
    assert other.call(api, "/x").status == 403
    set_policy(work, api, document(statement("execute-api:/*", Principal={"AWS": "444455556666"})))
    assert other.call(work.deploy(api), "/x").status == 200


def test_how_a_policy_is_kept(work):
    api = with_policy(work, statement(["execute-api:/*/GET/x", "arn:aws:s3:::b"], Principal={"AWS": ["*"]}))
    told = work.v1.get_rest_api(restApiId=api.id)["policy"]
    assert '{\\"Version\\":\\"2012-10-17\\"' in told  # with its quotes escaped
    kept = json.loads(json.loads(f'"{told}"'))
    assert kept["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "execute-api:Invoke",
            "Resource": [f"arn:aws:execute-api:us-east-1:{work.account}:{api.id}/*/GET/x", "arn:aws:s3:::b"],
            "Principal": {"AWS": "*"},
        }
    ]
    assert "policy" not in set_policy(work, api, "")
    assert work.deploy(api).call("/x").status == 200


@pytest.mark.parametrize(
    "policy",
    [
        "none",
        "[]",
        '{"Version": "2012-10-17"}',
        document(statement()),
        document({"Effect": "Allow", "Action": "execute-api:Invoke", **EVERYONE}),
        document(statement(effect="Maybe", **EVERYONE)),
        document(statement(**EVERYONE, Condition={"Nonsense": {"aws:SourceIp": "::1"}})),
        document(statement(Principal={"AWS": "arn:aws:iam::111122223333:user/nobody"})),
        document(statement(Principal=["*"])),
    ],
)
def test_policies_that_are_refused(work, policy):
    words = "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
    answer = refused(work.v1.create_rest_api, name="a", policy=policy)
    assert answer == (400, "BadRequestException", words)
