"""The other resource types: made, changed and removed."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.cases import case
from tests.sandbox.cloudformation.conftest import parameter, template
from tests.sandbox.refusals import refusal

IAM = {"Capabilities": ["CAPABILITY_IAM"]}
NAMED = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}


def policy(action="dynamodb:GetItem"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def role(**properties):
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, **properties}}


def function(code="def handler(event, context): return 1", **properties):
    given = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": code},
        **properties,
    }
    return {"Type": "AWS::Lambda::Function", "Properties": given}


def test_a_parameter(deployer, client):
    ssm = client("ssm")
    made = parameter("a", Name="p", Tags={"own": "1"}, Description="first")
    deployer.create(template({"V": {"Fn::GetAtt": ["P", "Value"]}, "R": {"Ref": "P"}}, P=made))
    assert deployer.outputs == {"V": "a", "R": "p"}
    deployer.update(template(P=parameter("b", Name="p", Tags={"other": "2"})))
    assert ssm.get_parameter(Name="p")["Parameter"]["Value"] == "b"
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="p")["TagList"]
    assert {one["Key"] for one in tags if not one["Key"].startswith("aws:")} == {"other"}
    deployer.update(template(P=parameter("b", Name="q")))
    assert [one["Name"] for one in ssm.describe_parameters()["Parameters"]] == ["q"]


def test_a_parameter_whose_name_is_taken(deployer, client):
    client("ssm").put_parameter(Name="p", Type="String", Value="theirs")
    assert deployer.create(template(P=parameter("mine", Name="p"))) == "ROLLBACK_COMPLETE"
    assert deployer.failure("P") == "p already exists"
    assert client("ssm").get_parameter(Name="p")["Parameter"]["Value"] == "theirs"


def test_a_log_group(deployer, client):
    def body(**properties):
        group = {"Type": "AWS::Logs::LogGroup", "Properties": properties}
        return template({"Arn": {"Fn::GetAtt": ["G", "Arn"]}}, G=group)

    def found():
        return client("logs").describe_log_groups(logGroupNamePrefix="workshop-G-")["logGroups"]

    deployer.create(body(RetentionInDays=7))
    assert found()[0]["retentionInDays"] == 7
    assert found()[0]["arn"] == deployer.outputs["Arn"]
    deployer.update(body(RetentionInDays=14, Tags=[{"Key": "own", "Value": "1"}]))
    assert found()[0]["retentionInDays"] == 14
    tags = client("logs").list_tags_for_resource(resourceArn=found()[0]["arn"].removesuffix(":*"))["tags"]
    assert tags["own"] == "1"
    deployer.update(body())
    assert "retentionInDays" not in found()[0]
    deployer.delete()
    assert found() == []


def test_a_bucket_and_its_policy(deployer, client):
    s3 = client("s3")
    private = {"BlockPublicAcls": True, "BlockPublicPolicy": True}

    def body(document, **properties):
        bucket = {"Type": "AWS::S3::Bucket", "Properties": properties}
        guard = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": document},
        }
        return template({"Arn": {"Fn::GetAtt": ["B", "Arn"]}}, B=bucket, Guard=guard)

    def document(action):
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": action,
            "Resource": {"Fn::Sub": "${B.Arn}/*"},
        }
        return {"Version": "2012-10-17", "Statement": [statement]}

    rule = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    created = deployer.create(
        body(
            document("s3:PutObjectAcl"),
            VersioningConfiguration={"Status": "Enabled"},
            BucketEncryption={"ServerSideEncryptionConfiguration": [rule]},
            PublicAccessBlockConfiguration=private,
            OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            Tags=[{"Key": "own", "Value": "1"}],
        )
    )
    assert created == "CREATE_COMPLETE", deployer.events()
    name = deployer.physical("B")
    assert name.startswith("workshop-b-")
    assert deployer.outputs["Arn"] == f"arn:aws:s3:::{name}"
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "own", "Value": "1"}]
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]["BlockPublicAcls"]
    assert s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert (
        json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Action"] == "s3:PutObjectAcl"
    )
    assert deployer.update(body(document("s3:GetObjectAcl"))) == "UPDATE_COMPLETE", deployer.events()
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Suspended"
    assert (
        json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Action"] == "s3:GetObjectAcl"
    )
    refusal(s3.get_bucket_tagging, Bucket=name)
    refusal(s3.get_public_access_block, Bucket=name)
    assert deployer.delete() == "DELETE_COMPLETE"
    assert s3.list_buckets()["Buckets"] == []


def test_a_bucket_with_content_is_not_deleted(deployer, client):
    deployer.create(template(B={"Type": "AWS::S3::Bucket"}))
    client("s3").put_object(Bucket=deployer.physical("B"), Key="k", Body=b"x")
    assert deployer.delete() == "DELETE_FAILED"
    assert "The bucket you tried to delete is not empty" in deployer.failure("B")
    assert "(Service: S3, Status Code: 409" in deployer.failure("B")


def test_a_bucket_that_is_there_already(deployer, client):
    client("s3").create_bucket(Bucket="my-own-bucket-of-tests")
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "my-own-bucket-of-tests"}}
    assert deployer.create(template(B=bucket)) == "ROLLBACK_COMPLETE"
    assert "already exists" in deployer.failure("B")
    assert client("s3").head_bucket(Bucket="my-own-bucket-of-tests")


@pytest.mark.parametrize(
    ("properties", "capability"), [({}, "CAPABILITY_IAM"), ({"RoleName": "r"}, "CAPABILITY_NAMED_IAM")]
)
def test_iam_needs_a_capability(api, properties, capability):
    error = refusal(api.create_stack, StackName="x", TemplateBody=template(R=role(**properties)))
    assert error.response["Error"]["Code"] == "InsufficientCapabilitiesException"
    assert error.response["Error"]["Message"] == f"Requires capabilities : [{capability}]"


def test_a_role(deployer, client):
    iam = client("iam")
    arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

    def body(**properties):
        outputs = {"Arn": {"Fn::GetAtt": ["R", "Arn"]}, "Id": {"Fn::GetAtt": ["R", "RoleId"]}}
        return template(outputs, R=role(**properties))

    inline = [{"PolicyName": "one", "PolicyDocument": policy()}]
    first = body(ManagedPolicyArns=[arn], Policies=inline, Description="first", MaxSessionDuration=7200)
    assert deployer.create(first, **IAM) == "CREATE_COMPLETE", deployer.events()
    name = deployer.physical("R")
    made = iam.get_role(RoleName=name)["Role"]
    assert (made["Arn"], made["RoleId"]) == (deployer.outputs["Arn"], deployer.outputs["Id"])
    assert (made["Description"], made["MaxSessionDuration"]) == ("first", 7200)
    assert [p["PolicyArn"] for p in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]] == [
        arn
    ]
    other = [{"PolicyName": "two", "PolicyDocument": policy("dynamodb:PutItem")}]
    second = body(Policies=other, Tags=[{"Key": "own", "Value": "1"}])
    assert deployer.update(second, **IAM) == "UPDATE_COMPLETE", deployer.events()
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["two"]
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    assert iam.list_role_tags(RoleName=name)["Tags"] == [{"Key": "own", "Value": "1"}]
    assert iam.get_role(RoleName=name)["Role"]["MaxSessionDuration"] == 3600
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()
    assert iam.list_roles()["Roles"] == []


def test_a_role_whose_trust_is_none(deployer):
    broken = role(AssumeRolePolicyDocument="{")
    assert deployer.create(template(R=broken), **IAM) == "ROLLBACK_COMPLETE"
    assert "(Service: Iam, Status Code: 400" in deployer.failure("R")


def test_policies_of_one_s_own(deployer, client):
    iam = client("iam")

    def body(action, *roles):
        names = [{"Ref": one} for one in roles]
        managed = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": policy(action), "Roles": names},
        }
        inline = {
            "Type": "AWS::IAM::Policy",
            "Properties": {"PolicyName": "inline", "PolicyDocument": policy(action), "Roles": names},
        }
        return template({"Arn": {"Ref": "M"}}, A=role(), B=role(), M=managed, P=inline)

    assert deployer.create(body("s3:GetObject", "A"), **IAM) == "CREATE_COMPLETE", deployer.events()
    a, b, arn = deployer.physical("A"), deployer.physical("B"), deployer.outputs["Arn"]
    assert iam.list_role_policies(RoleName=a)["PolicyNames"] == ["inline"]
    for number in range(6):
        assert deployer.update(body(f"s3:Get{number}", "B"), **IAM) == "UPDATE_COMPLETE", deployer.events()
    assert iam.list_role_policies(RoleName=a)["PolicyNames"] == []
    assert iam.list_role_policies(RoleName=b)["PolicyNames"] == ["inline"]
    attached = iam.list_attached_role_policies(RoleName=b)["AttachedPolicies"]
    assert [one["PolicyArn"] for one in attached] == [arn]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert document["Statement"][0]["Action"] == "s3:Get5"
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()


def test_an_inline_policy_of_nobody(deployer):
    inline = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "x", "PolicyDocument": policy()}}
    assert deployer.create(template(P=inline), **IAM) == "ROLLBACK_COMPLETE"
    assert deployer.failure("P") == "At least one of [Groups,Roles,Users] must be non-empty."


@case("cfn-stack-tags")
def test_a_function_and_its_permission(expected, deployer, client):
    lambda_ = client("lambda")

    def body(code, principal="apigateway.amazonaws.com", **properties):
        permission = {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": "F"},
                "Action": "lambda:InvokeFunction",
                "Principal": principal,
            },
        }
        return template(
            {"Arn": {"Fn::GetAtt": ["F", "Arn"]}}, Role=role(), F=function(code, **properties), P=permission
        )

    first = body(
        "def handler(event, context): return 1",
        Timeout=9,
        Environment={"Variables": {"NAME": "b"}},
        ReservedConcurrentExecutions=2,
    )
    assert deployer.create(first, **IAM) == "CREATE_COMPLETE", deployer.events()
    name = deployer.physical("F")
    assert lambda_.invoke(FunctionName=name)["Payload"].read() == b"1"
    found = lambda_.get_function_configuration(FunctionName=name)
    assert (found["Timeout"], found["Environment"]["Variables"]) == (9, {"NAME": "b"})
    tags = lambda_.list_tags(Resource=deployer.outputs["Arn"])["Tags"]
    assert set(expected.take("tags")) <= tags.keys()
    expected.take("sam_function_tag")  # test_transform: what SAM makes
    second = body("def handler(event, context): return 2", "s3.amazonaws.com")
    assert deployer.update(second, **IAM) == "UPDATE_COMPLETE", deployer.events()
    assert lambda_.invoke(FunctionName=name)["Payload"].read() == b"2"
    found = lambda_.get_function(FunctionName=name)
    assert found["Configuration"]["Timeout"] == 3
    assert "Concurrency" not in found
    statements = json.loads(lambda_.get_policy(FunctionName=name)["Policy"])["Statement"]
    assert [one["Principal"] for one in statements] == [{"Service": "s3.amazonaws.com"}]
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()
    assert lambda_.list_functions()["Functions"] == []


def test_inline_code_of_another_language(deployer):
    broken = function(Runtime="java21")
    assert deployer.create(template(Role=role(), F=broken), **IAM) == "ROLLBACK_COMPLETE"
    text = "ZipFile can only be used when Runtime is set to either of nodejs, python."
    assert text in deployer.failure("F")


def test_a_function_whose_package_is_not_there(deployer):
    broken = function(Code={"S3Bucket": "none-of-this-name", "S3Key": "k"})
    assert deployer.create(template(Role=role(), F=broken), **IAM) == "ROLLBACK_COMPLETE"
    assert "(Service: Lambda, Status Code: 400" in deployer.failure("F")


def test_what_the_caller_may_not_do_fails_the_stack(sandbox, client, deployer):
    iam = client("iam")
    iam.create_user(UserName="learner")
    iam.put_user_policy(
        UserName="learner", PolicyName="p", PolicyDocument=json.dumps(policy("cloudformation:*"))
    )
    key = iam.create_access_key(UserName="learner")["AccessKey"]
    import boto3

    own = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    deployer.api = own.client("cloudformation", endpoint_url=sandbox.url)
    assert deployer.create(template(P=parameter(Name="p"))) == "ROLLBACK_COMPLETE"
    reason = deployer.failure("P")
    assert "is not authorized to perform: ssm:PutParameter" in reason
    assert "HandlerErrorCode: AccessDenied" in reason
