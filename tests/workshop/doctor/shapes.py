"""Right stacks of other shapes than the solution: what is changed in a running one, each mends it again."""

from __future__ import annotations

import json
from contextlib import contextmanager

SHAPES = {}
"""By name: the language of the stack, and what changes it."""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def shape(language):
    def register(function):
        SHAPES[function.__name__.replace("_", "-")] = (language, contextmanager(function))
        return function

    return register


def allow(actions, resources):
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@contextmanager
def without_inline(stack, name="users-table"):
    """The role without its own policy on the table."""
    right = stack.policy(name)
    stack.client("iam").delete_role_policy(RoleName=stack.role, PolicyName=name)
    yield
    stack.put_policy(right, name)


@contextmanager
def attached(stack, arn):
    role = {"RoleName": stack.role, "PolicyArn": arn}
    stack.client("iam").attach_role_policy(**role)
    yield
    stack.client("iam").detach_role_policy(**role)


@contextmanager
def managed(stack, name, document):
    """A policy of the account, and its ARN."""
    iam = stack.client("iam")
    arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
    yield arn
    iam.delete_policy(PolicyArn=arn)


@shape("python")
def managed_policy_instead_of_inline(stack):
    document = json.dumps(stack.policy())
    with without_inline(stack), managed(stack, "users-table", document) as arn, attached(stack, arn):
        yield


@shape("nodejs")
def policies_that_aws_manages(stack):
    table = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    bare = without_inline(stack), without_inline(stack, "users-logs")
    with bare[0], bare[1], attached(stack, table), attached(stack, logs):
        yield


@shape("python")
def table_arn_with_a_wildcard_at_its_end(stack):
    right = stack.policy()
    arn = f"arn:aws:dynamodb:*:{stack.target.account}:table/{stack.table[:9]}*"
    stack.put_policy(allow(["dynamodb:*Item", "dynamodb:Scan"], arn))
    yield
    stack.put_policy(right)


@shape("python")
def boundary_that_allows(stack):
    iam = stack.client("iam")
    with managed(stack, "boundary", allow(["dynamodb:*", "logs:*"], "*")) as arn:
        iam.put_role_permissions_boundary(RoleName=stack.role, PermissionsBoundary=arn)
        yield
        iam.delete_role_permissions_boundary(RoleName=stack.role)


@shape("nodejs")
def more_memory_and_all_the_time_there_is(stack):
    right = stack.client("lambda").get_function_configuration(FunctionName=stack.function)
    stack.configure(MemorySize=1024, Timeout=29)
    yield
    stack.configure(MemorySize=right["MemorySize"], Timeout=right["Timeout"])


@shape("nodejs")
def table_with_provisioned_capacity(stack):
    client = stack.client("dynamodb")
    units = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 50}
    client.update_table(TableName=stack.table, BillingMode="PROVISIONED", ProvisionedThroughput=units)
    client.get_waiter("table_exists").wait(TableName=stack.table)
    yield
    client.update_table(TableName=stack.table, BillingMode="PAY_PER_REQUEST")
    client.get_waiter("table_exists").wait(TableName=stack.table)


@shape("python")
def table_name_from_a_file_of_its_own(stack):
    code = stack.source("app").replace('os.environ["TABLE_NAME"]', "settings.TABLE")
    assert code != stack.source("app")
    code = code.replace("import json\n", "import json\nimport settings\n", 1)
    stack.put_code(app=code, settings=f"TABLE = {stack.table!r}\n")
    stack.configure(Environment={"Variables": {}})
    yield
    stack.configure(Environment={"Variables": {"TABLE_NAME": stack.table}})
    stack.put_code()


@shape("nodejs")
def log_in_a_group_of_many(stack):
    functions, logs = stack.client("lambda"), stack.client("logs")
    right = functions.get_function_configuration(FunctionName=stack.function)["LoggingConfig"]
    logs.create_log_group(logGroupName="/users/all")
    group = f"arn:aws:logs:us-east-1:{stack.target.account}:log-group:/users/*"
    stack.put_policy(allow(["logs:CreateLogStream", "logs:PutLogEvents"], group), "own-group")
    stack.configure(LoggingConfig={"LogFormat": "Text", "LogGroup": "/users/all"})
    yield
    stack.configure(LoggingConfig={"LogFormat": "Text", "LogGroup": right["LogGroup"]})
    stack.client("iam").delete_role_policy(RoleName=stack.role, PolicyName="own-group")
    logs.delete_log_group(logGroupName="/users/all")


@shape("python")
def permission_for_every_api_of_the_account(stack):
    functions = stack.client("lambda")
    right = json.loads(functions.get_policy(FunctionName=stack.function)["Policy"])["Statement"]
    for one in right:
        functions.remove_permission(FunctionName=stack.function, StatementId=one["Sid"])
    every = {
        "FunctionName": stack.function,
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
    }
    functions.add_permission(**every, StatementId="all", SourceAccount=stack.target.account)
    yield
    functions.remove_permission(FunctionName=stack.function, StatementId="all")
    for one in right:
        source = one["Condition"]["ArnLike"]["AWS:SourceArn"]
        functions.add_permission(**every, StatementId=one["Sid"], SourceArn=source)


@shape("nodejs")
def stage_that_throttles_more_than_comes(stack):
    client, api = stack.client("apigatewayv2"), stack.ids["HttpApiUrl"]
    most = {"ThrottlingRateLimit": 50.0, "ThrottlingBurstLimit": 50}
    client.update_stage(ApiId=api, StageName="$default", DefaultRouteSettings=most)
    yield
    quota = {"ThrottlingRateLimit": 10000.0, "ThrottlingBurstLimit": 5000}
    client.update_stage(ApiId=api, StageName="$default", DefaultRouteSettings=quota)
