"""Outputs of stacks that hold the address of an API: they work here."""

from __future__ import annotations

import pytest

from sandbox.cloudformation.outputs import reachable
from tests.sandbox.cloudformation.conftest import handle, template

HOST = "127.0.0.1:4999"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("https://a1b2.execute-api.us-east-1.amazonaws.com", f"http://{HOST}/_aws/execute-api/a1b2"),
        ("https://a1.execute-api.eu-west-1.amazonaws.com/p/x", f"http://{HOST}/_aws/execute-api/a1/p/x"),
        ("at https://a1.execute-api.eu-west-1.amazonaws.com.", f"at http://{HOST}/_aws/execute-api/a1."),
        ("wss://a1.execute-api.eu-west-1.amazonaws.com/p", None),
        ("https://execute-api.eu-west-1.amazonaws.com", None),
        ("https://a1.execute-api.eu-west-1.example.com", None),
        ("arn:aws:execute-api:eu-west-1:123456789012:a1/p/GET/x", None),
    ],
)
def test_the_address_of_an_api(value, told):
    assert reachable(value, HOST) == (told or value)


def test_the_outputs_of_a_stack(deployer, sandbox):
    url = "https://a1.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod"
    deployer.create(template({"Url": {"Fn::Sub": url}}, H=handle()))
    told = f"{sandbox.url}/_aws/execute-api/a1/prod"
    assert deployer.outputs == {"Url": told}
    [listed] = deployer.api.describe_stacks()["Stacks"]
    assert listed["Outputs"] == [{"OutputKey": "Url", "OutputValue": told}]
