"""The policy simulator, through its API.

What is expected was recorded from AWS in September 2026 (github.com/radkawar/stackd,
testdata/aws/iam/simulation.json and simulation_inputs.json), where no other source is named.
"""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from tests.sandbox.refusals import refusal

A, B = "arn:aws:s3:::simulation/a", "arn:aws:s3:::simulation/b"
GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DENY = {**GET, "Effect": "Deny"}
USER = "arn:aws:iam::123456789012:user/simulation/ada"

TYPES = "binary, ipList, booleanList, ip, boolean, numericList, dateList, numeric, date, stringList, string"


def policy(*statements: dict, version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)}, separators=(",", ":"))


def when(operator: str, key: str, value, **more) -> dict:
    return {**GET, **more, "Condition": {operator: {key: value}}}


def entry(name: str, kind: str, *values: str) -> dict:
    return {"ContextKeyName": name, "ContextKeyType": kind, "ContextKeyValues": list(values)}


def place(source: str, start: int, end: int, kind: str = "IAM Policy") -> dict:
    return {
        "SourcePolicyId": source,
        "SourcePolicyType": kind,
        "StartPosition": {"Line": 1, "Column": start},
        "EndPosition": {"Line": 1, "Column": end},
    }


@pytest.fixture
def iam(client):
    return client("iam", config=Config(parameter_validation=False))


@pytest.fixture
def custom(iam):
    """`custom(policy, …, ResourceArns=[…])`: the result for one action, s3:GetObject if no other."""

    def simulate(*documents: str, **options) -> dict:
        given = {"ActionNames": ["s3:GetObject"], "PolicyInputList": list(documents), **options}
        return iam.simulate_custom_policy(**given)["EvaluationResults"][0]

    return simulate


@pytest.fixture
def wrong(iam):
    """`wrong(MaxItems=1001)`: `(code, message)` of a simulation that is refused."""

    def refused(**options) -> tuple[str, str]:
        given = {"ActionNames": ["s3:GetObject"], "PolicyInputList": [policy(GET)], **options}
        error = refusal(iam.simulate_custom_policy, **given).response
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
        return error["Error"]["Code"], error["Error"]["Message"]

    return refused


class TestOneResource:
    def test_without_resources_it_asks_for_the_star(self, custom):
        assert custom(policy(GET)) == {
            "EvalActionName": "s3:GetObject",
            "EvalResourceName": "*",
            "EvalDecision": "allowed",
            "MatchedStatements": [place("PolicyInputList.1", 38, 95)],
            "MissingContextValues": [],
        }

    def test_the_star_is_meant_literally(self, custom):
        """IAM User Guide: a statement about some resource does not allow the action on all of them."""
        assert custom(policy({**GET, "Resource": A}))["EvalDecision"] == "implicitDeny"

    def test_a_resource_has_a_result_of_its_own(self, custom):
        result = custom(policy(GET), ResourceArns=[A])
        assert result["EvalResourceName"] == A
        assert result["EvalDecisionDetails"] == {}
        assert result["ResourceSpecificResults"] == [
            {
                "EvalResourceName": A,
                "EvalResourceDecision": "allowed",
                "MatchedStatements": [place("PolicyInputList.1", 38, 95)],
            }
        ]

    def test_an_explicit_deny_names_only_what_denies(self, custom):
        result = custom(policy(GET, DENY), ResourceArns=[A])
        assert result["EvalDecision"] == "explicitDeny"
        assert result["MatchedStatements"] == [place("PolicyInputList.1", 95, 152)]

    @pytest.mark.parametrize(
        ("action", "decision"),
        [
            ("S3:gEtObJeCt", "allowed"),
            ("s3:*", "implicitDeny"),
            ("madeup:Action", "implicitDeny"),
        ],
    )
    def test_actions_are_taken_as_they_are_written(self, custom, action, decision):
        result = custom(policy(GET), ActionNames=[action])
        assert (result["EvalActionName"], result["EvalDecision"]) == (action, decision)

    def test_a_resource_of_another_service_is_never_allowed(self, custom):
        result = custom(policy({**GET, "Action": "*"}), ResourceArns=[USER])
        assert result["EvalDecision"] == "implicitDeny"


class TestSeveral:
    def test_the_strictest_decision_is_that_of_all(self, custom):
        result = custom(policy({**GET, "Resource": A}), ResourceArns=[A, B])
        assert result["EvalResourceName"] == "arn:aws:s3:::${BucketName}/${KeyName}"
        assert result["EvalDecision"] == "implicitDeny"
        each = [(r["EvalResourceName"], r["EvalResourceDecision"]) for r in result["ResourceSpecificResults"]]
        assert each == [(A, "allowed"), (B, "implicitDeny")]
        assert len(result["MatchedStatements"]) == 1

    def test_resources_whose_common_name_is_not_known_are_a_star(self, custom):
        table = "arn:aws:dynamodb:us-east-1:123456789012:table/"
        result = custom(ActionNames=["dynamodb:GetItem"], ResourceArns=[f"{table}a", f"{table}b"])
        assert result["EvalResourceName"] == "*"

    def test_actions_come_page_by_page(self, iam):
        given = {"PolicyInputList": [policy(GET)], "MaxItems": 1}
        actions = ["s3:PutObject", "s3:GetObject"]
        first = iam.simulate_custom_policy(ActionNames=actions, **given)
        assert [r["EvalActionName"] for r in first["EvaluationResults"]] == actions[:1]
        assert first["IsTruncated"]
        second = iam.simulate_custom_policy(ActionNames=actions, Marker=first["Marker"], **given)
        assert [r["EvalActionName"] for r in second["EvaluationResults"]] == actions[1:]
        assert not second["IsTruncated"]
        assert "Marker" not in second

    def test_the_paginator_knows_them_all(self, iam):
        actions = [f"s3:Action{number}" for number in range(205)]
        pages = iam.get_paginator("simulate_custom_policy").paginate(
            ActionNames=actions, PolicyInputList=[policy(GET)]
        )
        assert [result["EvalActionName"] for page in pages for result in page["EvaluationResults"]] == actions


class TestContext:
    @pytest.mark.parametrize("more", [{}, {"Action": "s3:PutObject"}, {"Resource": B}, {"Effect": "Deny"}])
    def test_what_is_missing_is_told_where_nothing_allows(self, custom, more):
        result = custom(policy(when("StringEquals", "stack:Missing", "yes", **more)), ResourceArns=[A])
        assert result["EvalDecision"] == "implicitDeny"
        assert result["MissingContextValues"] == ["stack:Missing"]
        assert result["ResourceSpecificResults"][0]["MissingContextValues"] == ["stack:Missing"]

    def test_it_is_not_where_something_does(self, custom):
        documents = policy(GET), policy(when("StringEquals", "stack:missing", "yes"))
        assert custom(*documents, ResourceArns=[A])["MissingContextValues"] == []

    def test_variables_ask_for_keys_too(self, custom):
        """github.com/boto/boto3 issue 3111."""
        document = policy(
            when("StringLike", "aws:PrincipalTag/service", "s3", Resource=A),
            {**GET, "Resource": "arn:aws:s3:::simulation/${aws:username}-${*}"},
        )
        result = custom(document, ResourceArns=[A])
        assert result["MissingContextValues"] == ["aws:PrincipalTag/service", "aws:username"]

    def test_before_2012_a_variable_is_text(self, custom):
        document = policy(
            {**GET, "Resource": "arn:aws:s3:::simulation/${aws:username}"}, version="2008-10-17"
        )
        assert custom(document, ResourceArns=[A])["MissingContextValues"] == []

    @pytest.mark.parametrize(
        ("operator", "value", "given"),
        [
            ("StringEquals", "yes", entry("STACK:key", "string", "yes")),
            ("Bool", "true", entry("stack:key", "boolean", "TRUE")),
            ("Bool", "false", entry("stack:key", "boolean", "yes")),
            ("NumericEquals", 1, entry("stack:key", "numeric", "01.00")),
            ("DateGreaterThan", "2018-08-16T12:00:00Z", entry("stack:key", "date", "2019-04")),
            ("DateEquals", "1970-01-01", entry("stack:key", "date", "0")),
            ("IpAddress", "192.0.2.0/24", entry("stack:key", "ip", "192.0.2.7")),
            ("BinaryEquals", "YQ==", entry("stack:key", "binary", "YQ==")),
            ("ForAllValues:StringEquals", ["a", "b"], entry("stack:key", "stringList", "b", "a")),
        ],
    )
    def test_entries_are_compared(self, custom, operator, value, given):
        document = policy(when(operator, "stack:key", value))
        assert custom(document, ContextEntries=[given])["EvalDecision"] == "allowed"
        assert custom(document)["EvalDecision"] == (
            "allowed" if operator.startswith("ForAllValues") else "implicitDeny"
        )

    def test_a_key_that_is_given_is_not_missing(self, custom):
        document = policy(when("StringEquals", "stack:key", "yes"))
        result = custom(document, ContextEntries=[entry("stack:key", "string", "no"), {}])
        assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", [])

    @pytest.mark.parametrize(
        ("entries", "message"),
        [
            (
                [entry("stack:key", "numeric", "0x10")],
                "Invalid context value for key stack:key: expected numeric format.",
            ),
            (
                [entry("stack:key", "numeric", "NaN")],
                "Invalid context value for key stack:key: expected numeric format.",
            ),
            (
                [entry("stack:key", "date", "tomorrow")],
                "Invalid context value for key stack:key: expected DateTime format.",
            ),
            (
                [entry("stack:key", "ip", "999.0.0.1")],
                "Invalid context value for key stack:key: expected IP address.",
            ),
            (
                [entry("stack:key", "binary", "!base64")],
                "Invalid context value for key stack:key: expected base-64 encoded binary format.",
            ),
            (
                [entry("stack:key", "string", "a", "b")],
                "Context key string expected a single value, but received 2.",
            ),
            (
                [entry("stack:key", "stringList")],
                "Context values for context key stack:key cannot be null or empty.",
            ),
            (
                [{"ContextKeyName": "stack:key", "ContextKeyValues": ["yes"]}],
                "Context key stack:key has invalid type null.",
            ),
            ([{"ContextKeyType": "string"}], "ContextKeyName cannot be null or empty."),
            (
                [entry("stack:key", "string", "a"), entry("STACK:KEY", "string", "b")],
                "Duplicate context key: STACK:KEY.",
            ),
        ],
    )
    def test_entries_that_are_wrong(self, wrong, entries, message):
        assert wrong(ContextEntries=entries) == ("InvalidInput", message)

    @pytest.mark.parametrize(
        ("given", "field", "constraint"),
        [
            (
                entry("stack:key", "unknown", "a"),
                "contextKeyType",
                f"Member must satisfy enum value set: [{TYPES}, binaryList]",
            ),
            (
                entry("a:b", "string", "a"),
                "contextKeyName",
                "Member must have length greater than or equal to 5",
            ),
            (
                entry("a:" + "b" * 255, "string", "a"),
                "contextKeyName",
                "Member must have length less than or equal to 256",
            ),
        ],
    )
    def test_entries_that_the_service_model_refuses(self, wrong, given, field, constraint):
        where = f"contextEntries.1.member.{field}"
        text = f"1 validation error detected: Value at '{where}' failed to satisfy constraint: {constraint}"
        assert wrong(ContextEntries=[given]) == ("ValidationError", text)

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("aws:PrincipalArn", USER),
            ("aws:username", "ada"),
            ("aws:userid", USER),
            ("aws:PrincipalAccount", "123456789012"),
        ],
    )
    def test_a_caller_is_known(self, custom, key, value):
        document = policy(when("StringEquals", key, value))
        assert custom(document, CallerArn=USER)["EvalDecision"] == "allowed"
        assert custom(document)["EvalDecision"] == "implicitDeny"
        other = [entry(key, "string", "another")]
        assert custom(document, CallerArn=USER, ContextEntries=other)["EvalDecision"] == "implicitDeny"

    def test_no_caller_is_known_by_the_account(self, custom, account):
        assert (
            custom(policy(when("StringEquals", "aws:PrincipalAccount", account)))["EvalDecision"] == "allowed"
        )
        stub = "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR"
        assert custom(policy(when("StringEquals", "aws:userid", stub)))["EvalDecision"] == "allowed"
