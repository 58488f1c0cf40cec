"""What every service was told is as it was after `kill -9`; and what a full disk does to the answers."""

import io
import json
import os
import resource
import zipfile

import pytest
from botocore.exceptions import ClientError

from sandbox.store import Store
from tests.sandbox.store.durable import Durable
from tests.sandbox.store.stages import limits_and_logs_of_stages

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
VARYING = ("ResponseMetadata", "Location", "Body")
"""What differs from one answer to the next."""


@pytest.fixture
def durable(tmp_path):
    started = Durable(tmp_path / "state")
    yield started
    started.sandbox.stop()


def answers(durable, *questions):
    """What calls answer, each (service, operation, parameters)."""
    found = []
    for service, operation, given in questions:
        answer = getattr(durable.client(service), operation)(**given)
        found.append({name: value for name, value in answer.items() if name not in VARYING})
    return found


def make_table(dynamodb, **more):
    keys = [{"AttributeName": name, "KeyType": kind} for name, kind in (("pk", "HASH"), ("sk", "RANGE"))]
    index_keys = [{"AttributeName": "group", "KeyType": "HASH"}]
    index = {"IndexName": "groups", "KeySchema": index_keys, "Projection": {"ProjectionType": "KEYS_ONLY"}}
    dynamodb.create_table(
        TableName="users",
        KeySchema=keys,
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind}
            for name, kind in (("pk", "S"), ("sk", "N"), ("group", "S"))
        ],
        GlobalSecondaryIndexes=[index],
        **{"BillingMode": "PAY_PER_REQUEST", **more},
    )
    dynamodb.get_waiter("table_exists").wait(TableName="users")


def user(number, **more):
    key = {"pk": {"S": f"user-{number % 3}"}, "sk": {"N": str(number)}}
    return {**key, "group": {"S": "even" if number % 2 == 0 else "odd"}, **more}


QUERY = {
    "TableName": "users",
    "IndexName": "groups",
    "KeyConditionExpression": "#g = :g",
    "ExpressionAttributeNames": {"#g": "group"},
    "ExpressionAttributeValues": {":g": {"S": "even"}},
}


def tables_items_and_indexes(durable):
    dynamodb = durable.client("dynamodb")
    make_table(dynamodb, Tags=[{"Key": "team", "Value": "a"}])
    for number in range(10):
        dynamodb.put_item(TableName="users", Item=user(number, text={"S": "ü" * number}))
    dynamodb.delete_item(TableName="users", Key={name: user(4)[name] for name in ("pk", "sk")})
    writes = [{"Put": {"TableName": "users", "Item": user(number)}} for number in (20, 22)]
    dynamodb.transact_write_items(TransactItems=writes)
    dynamodb.execute_statement(
        Statement="INSERT INTO users VALUE {'pk': 'user-0', 'sk': 30, 'group': 'even'}"
    )
    ttl = {"Enabled": True, "AttributeName": "until"}
    dynamodb.update_time_to_live(TableName="users", TimeToLiveSpecification=ttl)
    arn = dynamodb.describe_table(TableName="users")["Table"]["TableArn"]
    questions = [
        ("dynamodb", "describe_table", {"TableName": "users"}),
        ("dynamodb", "scan", {"TableName": "users"}),
        ("dynamodb", "query", QUERY),
        ("dynamodb", "describe_time_to_live", {"TableName": "users"}),
        ("dynamodb", "list_tags_of_resource", {"ResourceArn": arn}),
    ]
    before = answers(durable, *questions)
    assert before[1]["Count"] == 12
    for _ in range(2):
        yield
        assert answers(durable, *questions) == before


def a_stream_goes_on_where_it_was(durable):
    dynamodb = durable.client("dynamodb")
    make_table(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    for number in range(3):
        dynamodb.put_item(TableName="users", Item=user(number))
    arn = dynamodb.describe_table(TableName="users")["Table"]["LatestStreamArn"]

    def records():
        streams = durable.client("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        place = {"ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = streams.get_shard_iterator(StreamArn=arn, **place)["ShardIterator"]
        return streams.get_records(ShardIterator=iterator)["Records"]

    before = records()
    assert len(before) == 3
    yield
    assert records() == before
    durable.client("dynamodb").put_item(TableName="users", Item=user(3))
    *same, last = records()
    assert same == before
    following = int(before[-1]["dynamodb"]["SequenceNumber"]) + 1
    assert int(last["dynamodb"]["SequenceNumber"]) == following


def changes_of_a_table_that_were_under_way_are_done(durable):
    dynamodb = durable.client("dynamodb")
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    index_units = {"IndexName": "groups", "ProvisionedThroughput": {**units, "ReadCapacityUnits": 7}}
    make_table(dynamodb)
    dynamodb.update_table(
        TableName="users",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units,
        GlobalSecondaryIndexUpdates=[{"Update": index_units}],
    )
    yield
    dynamodb = durable.client("dynamodb")
    found = dynamodb.describe_table(TableName="users")["Table"]
    assert found["TableStatus"] == "ACTIVE"
    assert found["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    dynamodb.update_table(TableName="users", ProvisionedThroughput={**units, "WriteCapacityUnits": 9})
    yield
    dynamodb = durable.client("dynamodb")
    found = dynamodb.describe_table(TableName="users")["Table"]
    assert found["ProvisionedThroughput"]["WriteCapacityUnits"] == 9
    dynamodb.put_item(TableName="users", Item=user(1))
    dynamodb.delete_table(TableName="users")
    yield
    dynamodb = durable.client("dynamodb")
    assert dynamodb.list_tables()["TableNames"] == []
    make_table(dynamodb)
    assert dynamodb.scan(TableName="users")["Count"] == 0


def a_backup_and_what_is_restored_of_it(durable):
    dynamodb = durable.client("dynamodb")
    make_table(dynamodb)
    dynamodb.put_item(TableName="users", Item=user(1))
    backup = dynamodb.create_backup(TableName="users", BackupName="one")["BackupDetails"]["BackupArn"]
    dynamodb.put_item(TableName="users", Item=user(2))
    yield
    dynamodb = durable.client("dynamodb")
    dynamodb.restore_table_from_backup(TargetTableName="restored", BackupArn=backup)
    dynamodb.get_waiter("table_exists").wait(TableName="restored")
    yield
    dynamodb = durable.client("dynamodb")
    assert dynamodb.scan(TableName="restored")["Items"] == [user(1)]
    assert dynamodb.scan(TableName="users")["Count"] == 2


def identities(durable):
    iam = durable.client("iam")
    iam.create_role(
        RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=[{"Key": "a", "Value": "b"}]
    )
    iam.put_role_policy(RoleName="r", PolicyName="inline", PolicyDocument=json.dumps(POLICY))
    iam.attach_role_policy(RoleName="r", PolicyArn=READ_ONLY)
    own = iam.create_policy(PolicyName="own", PolicyDocument=json.dumps(POLICY))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=own, PolicyDocument=json.dumps(POLICY), SetAsDefault=True)
    iam.create_group(GroupName="g")
    iam.create_user(UserName="u", Path="/people/")
    iam.add_user_to_group(GroupName="g", UserName="u")
    iam.attach_user_policy(UserName="u", PolicyArn=own)
    questions = [
        ("iam", "get_role", {"RoleName": "r"}),
        ("iam", "get_role_policy", {"RoleName": "r", "PolicyName": "inline"}),
        ("iam", "list_attached_role_policies", {"RoleName": "r"}),
        ("iam", "list_policy_versions", {"PolicyArn": own}),
        ("iam", "get_policy", {"PolicyArn": READ_ONLY}),
        ("iam", "get_user", {"UserName": "u"}),
        ("iam", "list_groups_for_user", {"UserName": "u"}),
        ("iam", "list_attached_user_policies", {"UserName": "u"}),
    ]
    before = answers(durable, *questions)
    yield
    assert answers(durable, *questions) == before
    durable.client("iam").detach_role_policy(RoleName="r", PolicyArn=READ_ONLY)
    yield
    assert durable.client("iam").list_attached_role_policies(RoleName="r")["AttachedPolicies"] == []


def buckets_and_parameters(durable):
    s3, large = durable.client("s3"), os.urandom(200_000)
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    for body in b"first", large:
        s3.put_object(Bucket="kept", Key="k", Body=body, Metadata={"a": "b"}, ContentType="text/x")
    s3.put_object(Bucket="kept", Key="gone", Body=large)
    s3.delete_object(Bucket="kept", Key="gone")
    durable.client("ssm").put_parameter(Name="/a/b", Value="secret", Type="SecureString")
    questions = [
        ("s3", "list_object_versions", {"Bucket": "kept"}),
        ("s3", "head_object", {"Bucket": "kept", "Key": "k"}),
        ("ssm", "get_parameter", {"Name": "/a/b", "WithDecryption": True}),
    ]
    before = answers(durable, *questions)
    for _ in range(2):
        yield
        assert answers(durable, *questions) == before
        s3 = durable.client("s3")
        assert s3.get_object(Bucket="kept", Key="k")["Body"].read() == large
        versions = s3.list_object_versions(Bucket="kept", Prefix="k")["Versions"]
        read = [
            s3.get_object(Bucket="kept", Key="k", VersionId=v["VersionId"])["Body"].read() for v in versions
        ]
        assert sorted(read) == sorted([b"first", large])
    with pytest.raises(ClientError, match="BucketAlready"):
        durable.client("s3", "111122223333").create_bucket(Bucket="kept")


def package(text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("app.py", text)
        made.writestr("data", os.urandom(20_000))
    return file.getvalue()


def functions(durable):
    iam, functions = durable.client("iam"), durable.client("lambda")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    code = {"ZipFile": package("def handler(event, context):\n    return 1\n")}
    arguments = {"Runtime": "python3.13", "Handler": "app.handler", "Role": role}
    functions.create_function(FunctionName="f", Code=code, Publish=True, Tags={"a": "b"}, **arguments)
    functions.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    newer = package("def handler(event, context):\n    return 2\n")
    functions.update_function_code(FunctionName="f", ZipFile=newer)
    functions.add_permission(
        FunctionName="f",
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    functions.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=3)
    questions = [
        ("lambda", "get_function_configuration", {"FunctionName": "f"}),
        ("lambda", "list_versions_by_function", {"FunctionName": "f"}),
        ("lambda", "get_alias", {"FunctionName": "f", "Name": "live"}),
        ("lambda", "get_policy", {"FunctionName": "f"}),
        ("lambda", "get_function_concurrency", {"FunctionName": "f"}),
    ]
    before = answers(durable, *questions)
    yield
    assert answers(durable, *questions) == before
    functions = durable.client("lambda")
    assert functions.invoke(FunctionName="f")["Payload"].read() == b"2"
    assert functions.invoke(FunctionName="f:live")["Payload"].read() == b"1"


LIVES = (
    tables_items_and_indexes,
    a_stream_goes_on_where_it_was,
    a_backup_and_what_is_restored_of_it,
    identities,
    buckets_and_parameters,
    functions,
    limits_and_logs_of_stages,
    changes_of_a_table_that_were_under_way_are_done,  # the last before each kill
)
"""What is told to a service, and asked of it after each `yield`, which is a `kill -9`."""


class Tenant:
    """One account of the sandbox in which they all live."""

    def __init__(self, durable, account):
        self._durable = durable
        self.account = account

    def client(self, service, account=None):
        return self._durable.client(service, account or self.account)

    def url(self, path):
        """Where a deployed API answers: `path` begins with its id."""
        return f"{self._durable.sandbox.url}/_aws/execute-api/{path}"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """How each of the lives ended, all lived at once: the error, or None."""
    durable = Durable(tmp_path_factory.mktemp("services") / "state")
    living = {life: life(Tenant(durable, f"{222200000000 + number}")) for number, life in enumerate(LIVES)}
    ended = {}
    while living:
        for life, going in list(living.items()):
            try:
                next(going)
            except StopIteration:
                ended[life] = None
            except Exception as error:
                ended[life] = error
        living = {life: going for life, going in living.items() if life not in ended}
        if living:
            durable.again()
    durable.sandbox.stop()
    return ended


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_it_is_there_after_kill_9(life, outcomes):
    if outcomes[life] is not None:
        raise outcomes[life]


def test_reset_empties_the_file(durable, tmp_path):
    make_table(durable.client("dynamodb"))
    durable.client("dynamodb").put_item(TableName="users", Item=user(1))
    durable.client("s3").create_bucket(Bucket="gone")
    durable.sandbox.reset()
    durable.again()
    assert durable.client("dynamodb").list_tables()["TableNames"] == []
    assert durable.client("s3").list_buckets()["Buckets"] == []
    durable.sandbox.stop()
    store = Store.open(tmp_path / "state")
    assert list(store.documents("dynamodb.tables")) == []
    store.close()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process's files")
def test_a_write_that_the_disk_does_not_take_is_not_acknowledged(durable, tmp_path):
    dynamodb = durable.client("dynamodb")
    make_table(dynamodb)
    dynamodb.put_item(TableName="users", Item=user(1))
    ahead, hard = tmp_path / "state" / "state.db-wal", resource.RLIM_INFINITY
    resource.prlimit(durable.sandbox.pid, resource.RLIMIT_FSIZE, (ahead.stat().st_size, hard))
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            dynamodb.put_item(TableName="users", Item=user(2, text={"S": "x" * 20_000}))
        error = caught.value.response
        assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (
            "InternalFailure",
            507,
        )
        assert str(tmp_path / "state" / "state.db") in error["Error"]["Message"]
        assert "Make room on the disk" in error["Error"]["Message"]
    assert dynamodb.get_item(TableName="users", Key={name: user(1)[name] for name in ("pk", "sk")})["Item"]
    resource.prlimit(durable.sandbox.pid, resource.RLIMIT_FSIZE, (hard, hard))
    dynamodb.put_item(TableName="users", Item=user(3))
    durable.again()
    found = durable.client("dynamodb").scan(TableName="users")["Items"]
    assert sorted(item["sk"]["N"] for item in found) == ["1", "2", "3"]
