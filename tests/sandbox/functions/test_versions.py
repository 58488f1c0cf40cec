"""Versions and aliases, through boto3. What is compared with is recorded on AWS where the test says so.

Recorded: localstack/localstack, tests/aws/services/lambda_/test_lambda_api.snapshot.json.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.functions.conftest import zipped

WHO = """
import os
def handler(event, context):
    return [NUMBER, os.environ.get("STAGE"), context.function_version, context.invoked_function_arn,
            os.environ["AWS_LAMBDA_FUNCTION_VERSION"], context.log_stream_name]
"""


def _source(number: int) -> str:
    return WHO.replace("NUMBER", str(number))


@pytest.fixture
def api(client):
    return client("lambda")


@pytest.fixture
def function(deploy):
    """A function with version 1 (STAGE one) and another `$LATEST` (STAGE two)."""
    made = deploy(_source(1), Environment={"Variables": {"STAGE": "one"}})
    api = made.client("lambda")
    assert api.publish_version(FunctionName=made.name)["Version"] == "1"
    api.update_function_code(FunctionName=made.name, ZipFile=zipped({"index.py": _source(2)}))
    api.update_function_configuration(FunctionName=made.name, Environment={"Variables": {"STAGE": "two"}})
    return made


def _refused(code: str, message: str, call, **parameters) -> None:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == (code, message)


def _versions(api, name: str) -> list[str]:
    return [one["Version"] for one in api.list_versions_by_function(FunctionName=name)["Versions"]]


def _permit(api, name: str, **more):
    given = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    return api.add_permission(**{"FunctionName": name, **given, **more})


# ---- versions ------------------------------------------------------------------------------------------


def test_a_version_keeps_its_code_and_configuration(function, api):
    for qualifier, expected in {"1": [1, "one", "1"], "$LATEST": [2, "two", "$LATEST"]}.items():
        number, stage, version, arn, variable, stream = function.invoke(Qualifier=qualifier).json
        assert [number, stage, version] == expected
        assert arn == f"{function.arn}:{qualifier}"
        assert variable == version
        assert re.fullmatch(rf"\d{{4}}/\d\d/\d\d/\[{re.escape(version)}\][0-9a-f]{{32}}", stream)
    assert function.invoke().json[3] == function.arn
    assert any(line.startswith("START") and line.endswith("Version: 1\n") for line in function.log())


def test_an_update_leaves_warm_versions_alone(deploy, api):
    made = deploy("import secrets\nME = secrets.token_hex()\ndef handler(e, c): return ME")
    api.publish_version(FunctionName=made.name)
    before = made.invoke(Qualifier="1").json, made.invoke().json
    api.update_function_configuration(FunctionName=made.name, Timeout=9)
    after = made.invoke(Qualifier="1").json, made.invoke().json
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_the_same_again_is_no_new_version(function, api):
    """Recorded: test_version_lifecycle."""
    second = api.publish_version(FunctionName=function.name, Description="again")
    assert (second["Version"], second["Description"]) == ("2", "again")
    third = api.publish_version(FunctionName=function.name, Description="never used")
    assert (third["Version"], third["Description"]) == ("2", "again")
    assert third["RevisionId"] == second["RevisionId"]
    assert _versions(api, function.name) == ["$LATEST", "1", "2"]


def test_what_changes_is_a_new_version(function, api):
    name = function.name
    api.publish_version(FunctionName=name)
    changes = [
        {"Description": "x"},
        {"MemorySize": 256},
        {"EphemeralStorage": {"Size": 600}},
        {"TracingConfig": {"Mode": "Active"}},
        {"LoggingConfig": {"LogGroup": "mine"}},
    ]
    for number, change in enumerate(changes, 3):
        api.update_function_configuration(FunctionName=name, **change)
        assert api.publish_version(FunctionName=name)["Version"] == str(number)
    first = api.get_function_configuration(FunctionName=name, Qualifier="1")
    assert first["LoggingConfig"]["LogGroup"] == f"/aws/lambda/{name}"
    assert first["EphemeralStorage"] == {"Size": 512}


def test_what_a_version_is_told_to_be(function, api):
    """Recorded: test_version_lifecycle, test_publish_version_on_create."""
    name, arn = function.name, function.arn
    version = api.get_function(FunctionName=name, Qualifier="1")["Configuration"]
    assert (version["FunctionArn"], version["Version"]) == (f"{arn}:1", "1")
    assert (version["State"], version["LastUpdateStatus"]) == ("Active", "Successful")
    assert version["Environment"] == {"Variables": {"STAGE": "one"}}
    latest = api.get_function(FunctionName=name, Qualifier="$LATEST")["Configuration"]
    assert (latest["FunctionArn"], latest["Version"]) == (f"{arn}:$LATEST", "$LATEST")
    assert api.get_function_configuration(FunctionName=name)["FunctionArn"] == arn
    listed = api.list_versions_by_function(FunctionName=name)["Versions"]
    assert [one["FunctionArn"] for one in listed] == [f"{arn}:$LATEST", f"{arn}:1"]
    assert [one["RevisionId"] for one in listed] == [latest["RevisionId"], version["RevisionId"]]
    assert not {"State", "LastUpdateStatus"} & {key for one in listed for key in one}
    everywhere = api.list_functions(FunctionVersion="ALL")["Functions"]
    assert [one["FunctionArn"] for one in everywhere] == [f"{arn}:$LATEST", f"{arn}:1"]


def test_publishing_changes_the_revision_of_latest(function, api):
    """Recorded: test_function_revisions_version_and_alias."""
    before = api.get_function_configuration(FunctionName=function.name)["RevisionId"]
    api.publish_version(FunctionName=function.name)
    assert api.get_function_configuration(FunctionName=function.name)["RevisionId"] != before


def test_publish_with_create_and_update(deploy, api):
    """Recorded: test_publish_version_on_create and test_publish_with_update."""
    made = deploy(_source(1), Publish=True)
    assert (made.created["Version"], made.created["FunctionArn"]) == ("1", made.arn)
    assert made.created["State"] == "Pending"
    assert made.arn.endswith(made.name)
    assert api.publish_version(FunctionName=made.name)["Version"] == "1"
    code = zipped({"index.py": _source(2)})
    updated = api.update_function_code(FunctionName=made.name, ZipFile=code, Publish=True)
    assert (updated["Version"], updated["FunctionArn"]) == ("2", f"{made.arn}:2")
    assert (updated["State"], "LastUpdateStatus" in updated) == ("Pending", False)
    assert [made.invoke(Qualifier=q).json[0] for q in ("1", "2", "$LATEST")] == [1, 2, 2]


def test_what_publishing_refuses(function, api):
    """Recorded: test_publish_with_wrong_revisionid and test_publish_with_wrong_sha256."""
    now = api.get_function_configuration(FunctionName=function.name)
    text = (
        "The Revision Id provided does not match the latest Revision Id. "
        "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
    )
    wrong = {"FunctionName": function.name, "RevisionId": "wrong"}
    _refused("PreconditionFailedException", text, api.publish_version, **wrong)
    text = (
        f"CodeSHA256 (other) is different from current CodeSHA256 in $LATEST ({now['CodeSha256']}). "
        "Please try again with the CodeSHA256 in $LATEST."
    )
    wrong = {"FunctionName": function.name, "CodeSha256": "other"}
    _refused("InvalidParameterValueException", text, api.publish_version, **wrong)
    right = {"CodeSha256": now["CodeSha256"], "RevisionId": now["RevisionId"]}
    assert api.publish_version(FunctionName=function.name, **right)["Version"] == "2"


def test_deleting_versions(function, api):
    name, arn = function.name, function.arn
    api.publish_version(FunctionName=name)
    api.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    in_use = "Unable to delete version because the following aliases reference it: [live]"
    _refused("ResourceConflictException", in_use, api.delete_function, FunctionName=name, Qualifier="1")
    of_alias = "Deletion of aliases is not currently supported."
    refused = {"FunctionName": name, "Qualifier": "live"}
    _refused("InvalidParameterValueException", of_alias, api.delete_function, **refused)
    api.delete_function(FunctionName=f"{name}:2")
    api.delete_function(FunctionName=name, Qualifier="1233")  # recorded: no error, and nothing is deleted
    assert _versions(api, name) == ["$LATEST", "1"]
    _refused(
        "ResourceNotFoundException", f"Function not found: {arn}:2", api.invoke, FunctionName=f"{name}:2"
    )
    # A number is never given twice.
    assert api.publish_version(FunctionName=name)["Version"] == "3"
    api.delete_function(FunctionName=name)
    _refused(
        "ResourceNotFoundException", f"Function not found: {arn}:1", api.invoke, FunctionName=f"{name}:1"
    )
    gone = {"FunctionName": name, "Qualifier": "1233"}
    _refused("ResourceNotFoundException", f"Function not found: {arn}", api.delete_function, **gone)


def test_a_version_cannot_be_changed(function, api):
    text = (
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
        "operation. Please specify either a function name or an unqualified function ARN."
    )
    version = {"FunctionName": f"{function.name}:1"}
    code = {"ZipFile": zipped({"index.py": _source(3)})}
    _refused(_INVALID, text, api.update_function_code, **version, **code)
    _refused(_INVALID, text, api.update_function_configuration, **version, Timeout=9)
    concurrency = {"ReservedConcurrentExecutions": 1}
    _refused(_INVALID, text, api.put_function_concurrency, **version, **concurrency)
    assert function.invoke(Qualifier="1").json[0] == 1


def test_provisioned_concurrency_is_not_modelled(function, api):
    asked = {"FunctionName": function.name, "Qualifier": "1", "ProvisionedConcurrentExecutions": 1}
    with pytest.raises(ClientError, match="provisioned concurrency"):
        api.put_provisioned_concurrency_config(**asked)


def test_versions_by_the_page(function, api):
    api.publish_version(FunctionName=function.name)
    pages = api.get_paginator("list_versions_by_function").paginate(
        FunctionName=function.name, PaginationConfig={"PageSize": 2}
    )
    assert [[one["Version"] for one in page["Versions"]] for page in pages] == [["$LATEST", "1"], ["2"]]


# ---- aliases -------------------------------------------------------------------------------------------


def test_an_alias_and_its_life(function, api):
    """Recorded: test_alias_lifecycle."""
    name, arn = function.name, function.arn
    api.publish_version(FunctionName=name)
    made = api.create_alias(FunctionName=name, Name="live", FunctionVersion="1", Description="d")
    revision = made.pop("RevisionId")
    assert made.pop("ResponseMetadata")["HTTPStatusCode"] == 201
    assert made == {
        "AliasArn": f"{arn}:live",
        "Name": "live",
        "FunctionVersion": "1",
        "Description": "d",
    }
    version, invoked = function.invoke(Qualifier="live").json[2:4]
    assert (version, invoked) == ("1", f"{arn}:live")
    found = api.get_function(FunctionName=name, Qualifier="live")["Configuration"]
    assert (found["FunctionArn"], found["Version"]) == (f"{arn}:live", "1")
    changed = api.update_alias(FunctionName=name, Name="live", FunctionVersion="2", RevisionId=revision)
    assert (changed["FunctionVersion"], changed["Description"]) == ("2", "d")
    assert changed["RevisionId"] != revision
    assert function.invoke(Qualifier="live").json[2] == "2"
    assert api.get_alias(FunctionName=name, Name="live")["RevisionId"] == changed["RevisionId"]
    api.create_alias(FunctionName=name, Name="beta", FunctionVersion="1")
    assert [one["Name"] for one in api.list_aliases(FunctionName=name)["Aliases"]] == ["beta", "live"]
    of_one = api.list_aliases(FunctionName=name, FunctionVersion="1")["Aliases"]
    assert [one["Name"] for one in of_one] == ["beta"]
    assert api.delete_alias(FunctionName=name, Name="live")["ResponseMetadata"]["HTTPStatusCode"] == 204
    api.delete_alias(FunctionName=name, Name="live")  # recorded: test_non_existent_alias_deletion
    text = f"Cannot find alias arn: {arn}:live"
    _refused("ResourceNotFoundException", text, api.get_alias, FunctionName=name, Name="live")
    _refused(
        "ResourceNotFoundException",
        f"Alias not found: {arn}:live",
        api.update_alias,
        FunctionName=name,
        Name="live",
    )


def test_weights_choose_among_two_versions(deploy, api):
    made = deploy("def handler(e, c): return c.function_version")
    for timeout in (4, 5):
        api.update_function_configuration(FunctionName=made.name, Timeout=timeout)
        api.publish_version(FunctionName=made.name)
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    made_alias = api.create_alias(
        FunctionName=made.name, Name="live", FunctionVersion="1", RoutingConfig=weights
    )
    assert made_alias["RoutingConfig"] == weights
    seen = Counter(made.invoke(Qualifier="live").json for _ in range(60))
    assert set(seen) == {"1", "2"}  # by chance otherwise once in 2**59 runs
    api.update_alias(
        FunctionName=made.name, Name="live", RoutingConfig={"AdditionalVersionWeights": {"2": 1}}
    )
    answer = api.invoke(FunctionName=made.name, Qualifier="live")
    assert answer["ExecutedVersion"] == "2"
    in_use = "Unable to delete version because the following aliases reference it: [live]"
    _refused("ResourceConflictException", in_use, api.delete_function, FunctionName=f"{made.name}:2")
    cleared = api.update_alias(FunctionName=made.name, Name="live", RoutingConfig={})
    assert "RoutingConfig" not in cleared
    assert api.invoke(FunctionName=made.name, Qualifier="live")["ExecutedVersion"] == "1"


_BOUNDS = (
    "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
    "Member must have value greater than or equal to 0.0, Member must not be null]"
)
_KEYS = (
    "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, "
    "Member must have length greater than or equal to 1, "
    "Member must satisfy regular expression pattern: [0-9]+]"
)
_AT = "at 'routingConfig.additionalVersionWeights' failed to satisfy constraint:"
_PATTERN = "failed to satisfy constraint: Member must satisfy regular expression pattern:"
_REVISION = "The Revision Id provided does not match the latest Revision Id."
_INVALID, _VALIDATION = "InvalidParameterValueException", "ValidationException"


@pytest.mark.parametrize(
    ("alias", "code", "message"),
    [
        (
            {"weights": {"1": 0.1, "2": 0.1}},
            _INVALID,
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ),
        (
            {"weights": {"2": 2}},
            _VALIDATION,
            f"1 validation error detected: Value '{{2=2.0}}' {_AT} {_BOUNDS}",
        ),
        (
            {"weights": {"1": 0.5}},
            _INVALID,
            "Invalid function version 1. Function version 1 is already included in routing configuration.",
        ),
        (
            {"weights": {"1": 0.5}, "FunctionVersion": "$LATEST"},
            _INVALID,
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ),
        (
            {"weights": {"$LATEST": 0.5}},
            _VALIDATION,
            f"1 validation error detected: Value '{{$LATEST=0.5}}' {_AT} {_KEYS}",
        ),
        ({"weights": {"10": 0.5}}, "ResourceNotFoundException", "Function not found: {arn}:10"),
        ({"FunctionVersion": "10"}, "ResourceNotFoundException", "Function not found: {arn}:10"),
        (
            {"FunctionName": "unknown"},
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:{account}:function:unknown:1",
        ),
        (
            {"Name": "2024"},
            _VALIDATION,
            f"1 validation error detected: Value '2024' at 'name' {_PATTERN} (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        ),
        ({"Name": "there"}, "ResourceConflictException", "Alias already exists: {arn}:there"),
    ],
)
def test_what_aliases_refuse(function, api, account, alias, code, message):
    """Recorded: test_notfound_and_invalid_routingconfigs and test_alias_naming."""
    api.publish_version(FunctionName=function.name)
    api.create_alias(FunctionName=function.name, Name="there", FunctionVersion="$LATEST")
    weights = alias.get("weights")
    given = {"FunctionName": function.name, "Name": "live", "FunctionVersion": "1", **alias}
    given.pop("weights", None)
    if weights:
        given["RoutingConfig"] = {"AdditionalVersionWeights": weights}
    text = message.replace("{arn}", function.arn).replace("{account}", account)
    _refused(code, text, api.create_alias, **given)


# ---- resource policies ---------------------------------------------------------------------------------


def test_each_has_its_own_policy(function, api):
    """Recorded: test_lambda_permission_fn_versioning."""
    name, arn = function.name, function.arn
    _permit(api, name)
    api.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    none = "The resource you requested does not exist."
    for qualifier in ("1", "live", "nobody"):
        refused = {"FunctionName": name, "Qualifier": qualifier}
        _refused("ResourceNotFoundException", none, api.get_policy, **refused)
    _permit(api, name, Qualifier="1")
    _permit(api, f"{name}:live")
    for qualifier, resource in {"1": f"{arn}:1", "live": f"{arn}:live"}.items():
        found = api.get_policy(FunctionName=name, Qualifier=qualifier)
        (statement,) = json.loads(found["Policy"])["Statement"]
        assert statement["Resource"] == resource
        assert statement["Sid"] == "s3"
    alias = api.get_alias(FunctionName=name, Name="live")
    assert api.get_policy(FunctionName=f"{name}:live")["RevisionId"] == alias["RevisionId"]
    api.remove_permission(FunctionName=name, StatementId="s3", Qualifier="live")
    _refused("ResourceNotFoundException", none, api.get_policy, FunctionName=f"{name}:live")
    assert json.loads(api.get_policy(FunctionName=name)["Policy"])["Statement"][0]["Resource"] == arn
    # A later version begins with no policy either.
    api.publish_version(FunctionName=name)
    _refused("ResourceNotFoundException", none, api.get_policy, FunctionName=f"{name}:2")


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (
            {"StatementId": "example.com"},
            _VALIDATION,
            f"1 validation error detected: Value 'example.com' at 'statementId' {_PATTERN} ([a-zA-Z0-9-_]+)",
        ),
        ({"Qualifier": "$LATEST"}, _INVALID, "We currently do not support adding policies for $LATEST."),
        (
            {"Principal": "invalid.nonaws.com"},
            _INVALID,
            "The provided principal was invalid. Please check the principal and try again.",
        ),
        (
            {"FunctionName": "doesnotexist"},
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:{account}:function:doesnotexist",
        ),
        ({"Qualifier": "nobody"}, "ResourceNotFoundException", "Cannot find alias arn: {arn}:nobody"),
        ({"Qualifier": "42"}, "ResourceNotFoundException", "Function not found: {arn}:42"),
        (
            {"RevisionId": "wrong"},
            "PreconditionFailedException",
            f"{_REVISION} Call the GetPolicy API to retrieve the latest Revision Id",
        ),
    ],
)
def test_what_policies_refuse(function, api, account, given, code, message):
    """Recorded: test_permission_exceptions and test_function_revisions_permissions."""
    text = message.replace("{arn}", function.arn).replace("{account}", account)
    _refused(code, text, _permit, api=api, **{"name": function.name, **given})


def test_removing_from_what_is_not_there(function, api, account):
    """Recorded: test_permission_exceptions."""
    text = f"No policy found for: arn:aws:lambda:us-east-1:{account}:function:doesnotexist"
    gone = {"FunctionName": "doesnotexist", "StatementId": "s"}
    _refused("ResourceNotFoundException", text, api.remove_permission, **gone)
    text = f"Cannot find alias arn: {function.arn}:nobody"
    gone = {"FunctionName": function.name, "StatementId": "s", "Qualifier": "nobody"}
    _refused("ResourceNotFoundException", text, api.remove_permission, **gone)


def test_the_revision_of_a_policy_is_the_function_s(function, api):
    """Recorded: test_function_revisions_permissions."""
    first = api.get_function_configuration(FunctionName=function.name)["RevisionId"]
    _permit(api, function.name, RevisionId=first)
    second = api.get_policy(FunctionName=function.name)["RevisionId"]
    assert second != first
    assert api.get_function_configuration(FunctionName=function.name)["RevisionId"] == second
    api.remove_permission(FunctionName=function.name, StatementId="s3", RevisionId=second)
    assert api.get_function_configuration(FunctionName=function.name)["RevisionId"] not in (first, second)


def test_principals_and_conditions(function, api, account):
    """Recorded: test_add_lambda_permission_fields."""
    asked = {
        "everybody": {"Principal": "*", "SourceAccount": account},
        "account": {"Principal": account},
        "user": {"Principal": f"arn:aws:iam::{account}:user/ada"},
        "org": {"Principal": "*", "PrincipalOrgID": "o-1234567890", "SourceArn": "arn:aws:s3:::b"},
    }
    for sid, given in asked.items():
        _permit(api, function.name, **{"StatementId": sid, **given})
    found = json.loads(api.get_policy(FunctionName=function.name)["Policy"])["Statement"]
    assert [(one["Sid"], one["Principal"], one.get("Condition")) for one in found] == [
        ("everybody", "*", {"StringEquals": {"AWS:SourceAccount": account}}),
        ("account", {"AWS": f"arn:aws:iam::{account}:root"}, None),
        ("user", {"AWS": f"arn:aws:iam::{account}:user/ada"}, None),
        (
            "org",
            "*",
            {
                "StringEquals": {"aws:PrincipalOrgID": "o-1234567890"},
                "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"},
            },
        ),
    ]
    with pytest.raises(ClientError, match="FunctionUrlAuthType"):
        _permit(api, function.name, StatementId="url", FunctionUrlAuthType="NONE")


# ---- tags ----------------------------------------------------------------------------------------------


def test_tags_are_the_function_s(function, api):
    """Recorded: test_tag_versions, test_tag_lifecycle, test_tag_limits, test_tag_exceptions."""
    arn = function.arn
    api.tag_resource(Resource=arn, Tags={"a": "1", "b": "2"})
    answer = api.tag_resource(Resource=arn, Tags={"b": "3", "c": "4"})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    api.untag_resource(Resource=arn, TagKeys=["a", "none"])
    assert api.list_tags(Resource=arn)["Tags"] == {"b": "3", "c": "4"}
    assert api.get_function(FunctionName=arn)["Tags"] == {"b": "3", "c": "4"}
    text = "Tags on function aliases and versions are not supported. Please specify a function ARN."
    for qualifier in ("1", "$LATEST"):
        asked = {"Resource": f"{arn}:{qualifier}", "Tags": {"a": "b"}}
        _refused(_INVALID, text, api.tag_resource, **asked)
    many = {f"{number}_key": "value" for number in range(51)}
    text = "Number of tags exceeds resource tag limit."
    _refused(_INVALID, text, api.tag_resource, Resource=arn, Tags=many)
    text = f"Function not found: {arn}x"
    _refused("ResourceNotFoundException", text, api.list_tags, Resource=f"{arn}x")
    layer = arn.replace("function:", "layer:")
    with pytest.raises(ClientError, match="of kind layer"):
        api.list_tags(Resource=layer)
