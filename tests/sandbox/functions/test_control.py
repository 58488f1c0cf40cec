"""Creating, changing, describing and deleting functions."""

from __future__ import annotations

import json
import re

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.functions import runtimes
from tests.sandbox.cases import case
from tests.sandbox.functions.conftest import OWN_PYTHON, TRUST, zipped
from tests.sandbox.roles import trust

HANDLER = "def handler(event, context): return 1"


@pytest.fixture
def api(client):
    """A client that leaves it to the service to find what is wrong."""
    return client("lambda", config=Config(parameter_validation=False))


@pytest.fixture
def create(api, role):
    """CreateFunction with what it needs, and whatever a test says otherwise."""

    def call(**options):
        settings = {
            "FunctionName": "users",
            "Runtime": OWN_PYTHON,
            "Role": role,
            "Handler": "index.handler",
            "Code": {"ZipFile": zipped({"index.py": HANDLER})},
            **options,
        }
        return api.create_function(**{name: value for name, value in settings.items() if value is not None})

    return call


@case("lam-create-response")
def test_create(create, expected):
    answer = create()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == expected.take("status")
    expected.check_fields("json_subset", answer, name="users", meanings={"LoggingConfig": _is(answer)})
    assert answer["RevisionId"]
    assert "VpcConfig" not in answer
    assert "Layers" not in answer


def _is(answer):
    return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{answer['FunctionName']}"}


@case("lam-active")
def test_active(create, api, expected):
    create()
    document = api.get_function(FunctionName="users")
    expected.check_response(200, {}, json.dumps(document, default=str))


def test_the_waiters_return_at_once(create, api):
    create()
    api.get_waiter("function_active_v2").wait(FunctionName="users", WaiterConfig={"MaxAttempts": 1})
    api.update_function_configuration(FunctionName="users", Timeout=9)
    api.get_waiter("function_updated_v2").wait(FunctionName="users", WaiterConfig={"MaxAttempts": 1})


@case(
    "lam-role-badarn",
    "lam-runtime-invalid",
    "lam-runtime-case",
    "lam-name-too-long",
    "lam-code-s3-key",
    "lam-env-reserved-keys-rejected",
)
def test_create_refuses(create, client, expected):
    client("s3").create_bucket(Bucket=f"b-{expected.id}")
    options = {
        "lam-role-badarn": {"Role": "r1"},
        "lam-runtime-invalid": {"Runtime": "non-existent-runtime"},
        "lam-runtime-case": {"Runtime": "PYTHON3.9"},
        "lam-name-too-long": {"FunctionName": "f" * 65},
        "lam-code-s3-key": {"Code": {"S3Bucket": f"b-{expected.id}", "S3Key": "none.zip"}},
        "lam-env-reserved-keys-rejected": {"Environment": {"Variables": {"AWS_REGION": "x"}}},
    }[expected.id]
    with pytest.raises(ClientError) as caught:
        create(**options)
    expected.check_error(caught.value)


@case("lam-runtime-deprecated")
def test_a_runtime_that_is_blocked(create, expected):
    with pytest.raises(ClientError) as caught:
        create(Runtime="python3.7")
    expected.check_error(caught.value)


@case("lam-runtimes-2026")
def test_the_runtimes_of_2026(expected):
    assert set(runtimes.SUPPORTED) == set(expected.take("supported"))
    assert set(expected.take("deprecated")) <= set(runtimes.DEPRECATED)
    assert set(expected.take("next")) <= set(runtimes.SUPPORTED)


@pytest.mark.parametrize("runtime", ["java21", "provided.al2023", "ruby3.4", "dotnet8"])
def test_a_runtime_that_this_machine_cannot_run(create, runtime):
    with pytest.raises(ClientError) as caught:
        create(Runtime=runtime)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    assert f"The sandbox cannot run {runtime}: it runs Python and Node.js" in error["Message"]


@case("lam-role-not-assumable")
@pytest.mark.parametrize("trust", ["another service", "no such role", "denied"])
def test_a_role_that_lambda_cannot_assume(create, client, account, expected, trust):
    statement = TRUST["Statement"][0]
    statements = {
        "another service": [{**statement, "Principal": {"Service": "ec2.amazonaws.com"}}],
        "denied": [statement, {**statement, "Effect": "Deny"}],
    }
    if trust in statements:
        document = {"Version": "2012-10-17", "Statement": statements[trust]}
        client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(document))
    with pytest.raises(ClientError) as caught:
        create(Role=f"arn:aws:iam::{account}:role/other")
    expected.check_error(caught.value)


@case("lam-role-removed")
def test_a_role_that_is_gone(create, api, client, expected):
    create()
    client("iam").delete_role_policy(RoleName="functions", PolicyName="allowed")
    client("iam").delete_role(RoleName="functions")
    with pytest.raises(ClientError) as caught:
        api.invoke(FunctionName="users")
    expected.check_error(caught.value)


@case("lam-409-exists")
def test_a_second_function_of_the_name(create, expected):
    create()
    with pytest.raises(ClientError) as caught:
        create()
    expected.check_error(caught.value, name="users")


@case("lam-404-invoke", "lam-404-delete", "lam-404-body")
def test_no_such_function(api, expected):
    call = api.delete_function if expected.id == "lam-404-delete" else api.invoke
    with pytest.raises(ClientError) as caught:
        call(FunctionName="doesnotexist")
    expected.check_error(caught.value, name="doesnotexist")


def test_not_found_on_the_wire(raw, account):
    credential = f"Credential={account}/20260101/us-east-1/lambda/aws4_request"
    signed = {
        "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0",
        "X-Amz-Date": "20260101T000000Z",
    }
    reply = raw.request("GET", "/2015-03-31/functions/nobody", signed)
    assert reply.status == 404
    assert json.loads(reply.body) == {
        "Type": "User",
        "Message": f"Function not found: arn:aws:lambda:us-east-1:{account}:function:nobody",
    }


@case("lam-quotas")
def test_quotas(create, expected):
    limits = expected.take("limits")
    bounds = {"MemorySize": limits["memory_mb"], "Timeout": [1, limits["timeout_s"]]}
    for name, (least, most) in bounds.items():
        for value in (least - 1, most + 1):
            with pytest.raises(ClientError, match=r"Member must have value (less|greater) than or equal"):
                create(**{name: value})
    least, most = limits["tmp_mb"]
    with pytest.raises(ClientError, match=f"less than or equal to {most}"):
        create(EphemeralStorage={"Size": most + 1})
    with pytest.raises(ClientError, match="exceeded the 4KB limit"):
        create(Environment={"Variables": {"BIG": "x" * limits["env_bytes"]}})
    create(MemorySize=10240, Timeout=900, EphemeralStorage={"Size": most})


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (
            {"PackageType": "Image", "Code": {"ImageUri": "x"}, "Runtime": None},
            "functions in container images",
        ),
        ({"Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:x:1"]}, "layers of a function"),
        ({"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"}}, "dead-letter queues"),
    ],
)
def test_what_is_not_modelled_is_said(create, options, what):
    with pytest.raises(ClientError, match=f"The sandbox does not model {what}"):
        create(**options)


def test_runtime_and_handler_are_mandatory(create):
    with pytest.raises(ClientError, match="Runtime and Handler are mandatory parameters"):
        create(Handler=None)


def test_an_update_of_code_takes_effect(create, api):
    create()
    assert _invoke(api) == 1
    before = api.get_function_configuration(FunctionName="users")
    code = zipped({"index.py": "def handler(event, context): return 2"})
    answer = api.update_function_code(FunctionName="users", ZipFile=code)
    assert answer["LastUpdateStatus"] == "InProgress"
    assert answer["CodeSha256"] != before["CodeSha256"]
    assert answer["RevisionId"] != before["RevisionId"]
    assert _invoke(api) == 2


def test_last_modified_is_the_time_of_the_last_change(create, api):
    """Source: API Reference of Lambda, *FunctionConfiguration* (YYYY-MM-DDThh:mm:ss.sTZD)."""
    made = create()["LastModified"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000", made)
    configured = api.update_function_configuration(FunctionName="users", Timeout=7)["LastModified"]
    code = zipped({"index.py": HANDLER + "0"})
    coded = api.update_function_code(FunctionName="users", ZipFile=code)["LastModified"]
    assert made < configured < coded
    assert api.get_function_configuration(FunctionName="users")["LastModified"] == coded


def test_an_update_of_the_configuration_takes_effect(create, api):
    code = zipped({"index.py": "import os\ndef handler(event, context): return os.environ.get('AB')"})
    create(Code={"ZipFile": code})
    assert _invoke(api) is None
    answer = api.update_function_configuration(
        FunctionName="users",
        Environment={"Variables": {"AB": "b"}},
        MemorySize=256,
        EphemeralStorage={"Size": 600},
    )
    assert answer["Environment"] == {"Variables": {"AB": "b"}}
    assert _invoke(api) == "b"
    assert api.get_function_configuration(FunctionName="users")["EphemeralStorage"] == {"Size": 600}
    api.update_function_configuration(FunctionName="users", Environment={})
    assert _invoke(api) is None


def test_an_update_that_is_refused_changes_nothing(create, api, account):
    create()
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        api.update_function_configuration(FunctionName="users", Role=f"arn:aws:iam::{account}:role/nobody")
    with pytest.raises(ClientError, match=r"Cross-account pass role is not allowed\.") as caught:
        api.update_function_configuration(FunctionName="users", Role="arn:aws:iam::111122223333:role/r")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    with pytest.raises(ClientError, match="Could not unzip uploaded file"):
        api.update_function_code(FunctionName="users", ZipFile=b"not a zip")
    with pytest.raises(ClientError, match="does not match the latest Revision Id"):
        api.update_function_configuration(FunctionName="users", Timeout=9, RevisionId="old")
    assert api.get_function_configuration(FunctionName="users")["Timeout"] == 3
    assert _invoke(api) == 1


def test_code_from_s3(create, api, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="code-of-mine")
    s3.put_object(Bucket="code-of-mine", Key="users.zip", Body=zipped({"index.py": HANDLER}))
    create(Code={"S3Bucket": "code-of-mine", "S3Key": "users.zip"})
    assert _invoke(api) == 1
    with pytest.raises(ClientError, match="S3 Error Code: NoSuchBucket"):
        create(FunctionName="other", Code={"S3Bucket": "nobodys", "S3Key": "x"})


def test_versions_and_aliases(create, api):
    create(Code={"ZipFile": zipped({"index.py": "def handler(e, c): return c.function_version"})})
    version = api.publish_version(FunctionName="users")["Version"]
    code = zipped(
        {"index.py": "def handler(e, c): return [c.function_version, c.invoked_function_arn[-10:]]"}
    )
    api.update_function_code(FunctionName="users", ZipFile=code)
    api.create_alias(FunctionName="users", Name="live", FunctionVersion=version)
    assert version == "1"
    assert _invoke(api, Qualifier="1") == "1"
    assert _invoke(api, Qualifier="live") == "1"
    assert _invoke(api, FunctionName="users:live") == "1"
    assert _invoke(api) == ["$LATEST", "tion:users"]
    assert _invoke(api, Qualifier="$LATEST") == ["$LATEST", "rs:$LATEST"]
    answer = api.invoke(FunctionName="users", Qualifier="live")
    assert answer["ExecutedVersion"] == "1"
    with pytest.raises(ClientError, match=r"Function not found: arn:.*:function:users:7"):
        api.invoke(FunctionName="users", Qualifier="7")


def test_a_function_by_its_arn(create, api):
    arn = create()["FunctionArn"]
    assert _invoke(api, FunctionName=arn) == 1
    assert _invoke(api, FunctionName=arn.partition("lambda:us-east-1:")[2]) == 1


def test_a_deleted_function_is_gone(create, api):
    create()
    assert _invoke(api) == 1
    api.delete_function(FunctionName="users")
    with pytest.raises(ClientError, match="Function not found"):
        api.invoke(FunctionName="users")


def test_the_version_that_runs_is_in_a_header(create, api):
    create(Runtime="nodejs22.x", Code={"ZipFile": zipped({"index.mjs": "export const handler = () => 1"})})
    headers = api.get_function(FunctionName="users")["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-sandbox-runtime"].startswith("declared nodejs22.x, runs on 24.")
    create(FunctionName="own")
    assert "x-sandbox-runtime" not in api.get_function(FunctionName="own")["ResponseMetadata"]["HTTPHeaders"]


@case("lam-reserved-minimum")
def test_too_much_concurrency_reserved(create, api, expected):
    create()
    with pytest.raises(ClientError) as caught:
        api.put_function_concurrency(FunctionName="users", ReservedConcurrentExecutions=901)
    expected.check_error(caught.value)
    api.put_function_concurrency(FunctionName="users", ReservedConcurrentExecutions=900)
    reserved = api.get_function(FunctionName="users")["Concurrency"]
    assert reserved == {"ReservedConcurrentExecutions": 900}


@case("lam-addperm-dup")
def test_a_permission_twice(create, api, expected):
    create()
    permission = {
        "FunctionName": "users",
        "StatementId": "s3",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
    }
    api.add_permission(**permission)
    with pytest.raises(ClientError) as caught:
        api.add_permission(**permission)
    expected.check_error(caught.value)


@case("lam-getpolicy-none")
def test_no_policy(create, api, expected):
    create()
    with pytest.raises(ClientError) as caught:
        api.remove_permission(FunctionName="users", StatementId="x")
    expected.check_error(caught.value)
    # Recorded in the same place: get_policy_exception_removed_all.
    with pytest.raises(
        ClientError, match=r"\(ResourceNotFoundException\).*The resource you requested does not"
    ):
        api.get_policy(FunctionName="users")


def test_a_permission_and_its_removal(create, api):
    arn = create()["FunctionArn"]
    permission = {"FunctionName": "users", "Action": "lambda:InvokeFunction", "StatementId": "api"}
    api.add_permission(**permission, Principal="apigateway.amazonaws.com", SourceArn="arn:aws:execute-api:x")
    (statement,) = json.loads(api.get_policy(FunctionName="users")["Policy"])["Statement"]
    assert statement == {
        "Sid": "api",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": arn,
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:x"}},
    }
    with pytest.raises(ClientError, match="Statement other is not found in resource policy"):
        api.remove_permission(FunctionName="users", StatementId="other")
    api.remove_permission(FunctionName="users", StatementId="api")
    with pytest.raises(ClientError, match="The resource you requested does not exist"):
        api.get_policy(FunctionName="users")


@pytest.mark.parametrize("operation", ["create_event_source_mapping", "create_function_url_config"])
def test_operations_that_are_not_modelled(create, api, operation):
    create()
    options = {
        "create_event_source_mapping": {"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:q"},
        "create_function_url_config": {"AuthType": "NONE"},
    }
    with pytest.raises(ClientError, match="The sandbox does not model"):
        getattr(api, operation)(FunctionName="users", **options[operation])


def _invoke(api, **options):
    return json.load(api.invoke(**{"FunctionName": "users", **options})["Payload"])


@pytest.mark.parametrize("warm", [False, True])
def test_a_role_that_lambda_may_no_longer_assume(create, api, client, warm):
    create()
    if warm:
        api.invoke(FunctionName="users")
    client("iam").update_assume_role_policy(
        RoleName="functions", PolicyDocument=trust({"Service": "ec2.amazonaws.com"})
    )
    with pytest.raises(ClientError) as caught:
        api.invoke(FunctionName="users")
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert "cannot be assumed by Lambda" in str(caught.value)
