"""Every shape in which a statement can miss, made to happen: its name, its words, what to do next."""

from __future__ import annotations

import pytest

from sandbox.iam.policy import parse
from tests.sandbox.iam.explaining import (
    ACCOUNT,
    ADA,
    FUNCTION,
    GATEWAY,
    LAMBDA,
    ROLE,
    ROLE_ARN,
    USERS,
    allow,
    explained,
    policy,
)

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/users"
OTHER = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"

RESOURCES = {
    "resource-letters": (
        USERS.replace("table/users-table", "table/users-tabel"),
        USERS,
        "the names are alike",
    ),
    "resource-region": (USERS.replace("us-east-1", "eu-west-1"), USERS, "the region is not the same"),
    "resource-account": (USERS.replace(ACCOUNT, "111122223334"), USERS, "the account is not the same"),
    "resource-region-account": (
        USERS.replace(f"us-east-1:{ACCOUNT}", ":"),
        USERS,
        "the region and account are",
    ),
    "resource-service": (USERS.replace("dynamodb", "dynamo"), USERS, "the service is not the same"),
    "resource-partition": (USERS.replace("arn:aws:", "arn:aws-cn:"), USERS, "the partition is not the same"),
    "resource-case": (USERS.replace("users", "Users"), USERS, "capital and small letters"),
    "resource-without-index": (USERS, f"{USERS}/index/byEmail", "an index of a table has an ARN of its own"),
    "resource-index-only": (f"{USERS}/index/*", USERS, "the table itself is not named"),
    "resource-log-group": (GROUP, f"{GROUP}:log-stream:2026/11/22/[$LATEST]1", "ends without `:*`"),
    "resource-bare-name": ("users-table", USERS, "a Resource is an ARN, not a name"),
    "resource-no-arn": ("table:users", USERS, "a Resource is an ARN, or `*`"),
    "resource-short": ("arn:aws:dynamodb:table/users-table", USERS, "this one has 4"),
    "resource-needs-star": (USERS, "*", "takes only `*`"),
    "resource-bucket": (
        "arn:aws:s3:::pictures",
        "arn:aws:s3:::pictures/ada.png",
        "the bucket, not its objects",
    ),
    "resource-objects": ("arn:aws:s3:::pictures/*", "arn:aws:s3:::pictures", "the objects, not the bucket"),
    "resource-qualifier": (FUNCTION, f"{FUNCTION}:live", "a version or an alias"),
    "resource-other": (OTHER, USERS, "that is another resource"),
}


@pytest.mark.parametrize("shape", RESOURCES)
def test_a_resource_that_misses(shape):
    written, asked, said = RESOURCES[shape]
    why = explained(allow("x:Do", written), action="x:Do", resource=asked)
    assert (why.shape, why.kind, why.verdict) == (shape, "identity", "implicitDeny")
    begins = (
        f"Statement `CrudOnUsers` of policy `users` allows x:Do, but on {written}; you asked for {asked}: "
    )
    assert why.text.startswith(begins)
    assert said in why.text
    assert [miss.element for miss in why.misses] == ["Resource"]


DO_NEXT = {
    "resource-letters": f"write {USERS} into the statement's Resource (in a template, !GetAtt",
    "resource-region": f"If the request is right, write {USERS}",
    "resource-case": f"Write it as it is: {USERS}",
    "resource-without-index": f"Add {USERS}/index/* to the statement's Resource",
    "resource-index-only": f"Add {USERS} to the statement's Resource",
    "resource-log-group": f"Write {GROUP}:* into the statement's Resource",
    "resource-bare-name": f"Write the whole ARN: {USERS}",
    "resource-no-arn": f"Write an ARN: {USERS}",
    "resource-short": f"Write all parts, empty ones too: {USERS}",
    "resource-needs-star": 'in a statement of its own with Resource "*"',
    "resource-bucket": "Write arn:aws:s3:::pictures/* for its objects",
    "resource-objects": "Add arn:aws:s3:::pictures",
    "resource-qualifier": f"Add {FUNCTION}:* to the statement's Resource",
    "resource-other": f"Add {USERS} to the statement's Resource, if it is needed",
}


@pytest.mark.parametrize("shape", DO_NEXT)
def test_what_to_do_about_a_resource(shape):
    written, asked, _ = RESOURCES[shape]
    why = explained(allow("x:Do", written), action="x:Do", resource=asked)
    assert DO_NEXT[shape] in why.do_next


def test_a_name_and_a_region_that_differ_are_both_said():
    written = USERS.replace("us-east-1", "us-west-1").replace("users-table", "user-table")
    why = explained(allow(resource=written))
    assert why.shape == "resource-letters"
    assert "nor the region" in why.text


def test_a_not_resource_leaves_it_out():
    statement = {"Sid": "CrudOnUsers", "Effect": "Allow", "Action": "dynamodb:PutItem", "NotResource": USERS}
    why = explained(statement)
    assert why.shape == "resource-excepted"
    assert f"its NotResource leaves out {USERS}" in why.text
    assert why.do_next == f"Write {USERS} into a Resource."


def test_a_variable_that_has_no_value():
    why = explained(allow(resource=f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/${{aws:username}}"))
    assert why.shape == "resource-variable"
    assert "table/${aws:username}, and the request has no value for that variable" in why.text
    assert "Give the principal the tag or name" in why.do_next


def test_a_variable_is_shown_with_its_value():
    written = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/${{aws:username}}-table"
    why = explained(allow(resource=written), who=ADA, context={"aws:username": ("user*",)})
    assert why.shape == "resource-letters"
    assert "but on arn:aws:dynamodb:us-east-1:111122223333:table/user*-table; you" in why.text


def test_before_2012_a_variable_is_plain_text():
    written = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/${{aws:username}}"
    old = parse({"Version": "2008-10-17", "Statement": allow(resource=written)}, "users")
    why = explained(identity=(old,), who=ADA, context={"aws:username": ("users-table",)})
    assert why.shape == "resource-other"
    assert f"but on {written}; you" in why.text


ACTIONS = {
    "action-misspelt": (
        "dynamodb:Putitems",
        "which is no action there is",
        "Write dynamodb:PutItem in place of",
    ),
    "action-not-listed": (
        ["dynamodb:GetItem", "logs:PutLogEvents", "dynamodb:Query"],
        "of dynamodb it allows only dynamodb:GetItem and dynamodb:Query; you asked for dynamodb:PutItem",
        "Add dynamodb:PutItem to the statement's Action.",
    ),
    "action-service-misspelt": (
        "dynamo:PutItem",
        "no service is called `dynamo`",
        "Write dynamodb: in place of dynamo: before the action.",
    ),
    "action-without-service": ("PutItem", "which names no service", "Write dynamodb:PutItem: the service"),
}


@pytest.mark.parametrize("shape", ACTIONS)
def test_an_action_that_misses(shape):
    written, said, do_next = ACTIONS[shape]
    why = explained(allow(written))
    assert why.shape == shape
    assert why.text.startswith(f"Statement `CrudOnUsers` of policy `users` is about {USERS}, but ")
    assert said in why.text
    assert do_next in why.do_next


def test_letter_case_is_no_slip_in_an_action():
    why = explained(allow("DYNAMODB:putitems"))
    assert why.shape == "action-misspelt"
    assert why.misses[0].compared.wanted_marks == ((16, 17),)


def test_a_pattern_is_no_misspelling():
    assert explained(allow("dynamodb:Put*s")).shape == "action-not-listed"


def test_the_action_of_a_service_nobody_models_is_compared_too():
    assert explained(allow("x:Dooo"), action="x:Doo").shape == "action-misspelt"


def test_only_actions_of_other_services():
    why = explained(allow("s3:GetObject", "*"), allow("logs:*", "*"))
    assert why.shape == "no-such-service"
    assert why.text == (
        "No statement of policy `users` allows any action of dynamodb; you asked for dynamodb:PutItem."
    )
    assert why.do_next == f"Add a statement that allows dynamodb:PutItem on {USERS}."
    assert (why.statement, why.written) == ("", None)


def test_a_not_action_leaves_it_out():
    statement = {"Effect": "Allow", "NotAction": ["iam:*", "dynamodb:Put*"], "Resource": "*"}
    why = explained(statement)
    assert why.shape == "action-excepted"
    assert "its NotAction leaves out iam:* and dynamodb:Put*, which covers dynamodb:PutItem" in why.text
    assert why.text.startswith("Statement number 1 of policy `users`")


def when(operator, key, value):
    return allow(Condition={operator: {key: value}})


CONDITIONS = {
    "condition-absent": (
        when("StringEquals", "aws:PrincipalTag/Team", "blue"),
        {},
        "wants aws:PrincipalTag/Team StringEquals blue, and the request has no aws:PrincipalTag/Team",
        "Ask in a way that brings aws:PrincipalTag/Team",
    ),
    "condition-value": (
        when("StringEquals", "aws:RequestedRegion", ["us-east-1", "us-east-2"]),
        {"aws:requestedregion": ("us-west-2",)},
        "StringEquals us-east-1 or us-east-2, and the request has us-west-2",
        "add us-west-2 to the condition",
    ),
    "condition-case": (
        when("StringEquals", "aws:username", "Ada"),
        {"aws:username": ("ada",)},
        "wants aws:username StringEquals Ada, and the request has ada",
        "Write ada with the same capital and small letters",
    ),
    "condition-excluded": (
        when("StringNotEquals", "aws:username", "ada"),
        {"aws:username": ("ada",)},
        "wants aws:username StringNotEquals ada, and the request has ada",
        "take the value out of the condition",
    ),
    "condition-operator": (
        when("StringSame", "aws:username", "ada"),
        {"aws:username": ("ada",)},
        "uses the operator `StringSame`, which IAM does not have",
        "such as StringEquals",
    ),
    "condition-null": (
        when("Null", "aws:username", "true"),
        {"aws:username": ("ada",)},
        "wants aws:username to be absent, and the request has ada",
        "Ask without aws:username",
    ),
    "condition-variable": (
        when("StringEquals", "aws:username", "${aws:PrincipalTag/name}"),
        {"aws:username": ("ada",)},
        "has no value for that variable",
        "Give the principal the tag",
    ),
}


@pytest.mark.parametrize("shape", CONDITIONS)
def test_a_condition_that_misses(shape):
    statement, context, said, do_next = CONDITIONS[shape]
    why = explained(statement, context=context)
    assert why.shape == shape
    assert f"allows dynamodb:PutItem on {USERS}, but it" in why.text
    assert said in why.text
    assert do_next in why.do_next


def test_a_key_that_should_be_there():
    why = explained(when("Null", "aws:username", "false"))
    assert "wants aws:username to be there, and the request does not have it" in why.text
    assert why.do_next == "Ask with aws:username, or change the condition."


def test_a_scan_has_no_leading_key():
    why = explained(when("ForAnyValue:StringEquals", "dynamodb:LeadingKeys", "ada"))
    assert why.shape == "condition-absent"
    assert "as GetItem and Query do and Scan does not" in why.do_next


def test_of_several_values_the_one_that_is_too_many_is_compared():
    why = explained(
        when("ForAllValues:StringEquals", "dynamodb:LeadingKeys", ["ada", "${aws:username}"]),
        context={"dynamodb:leadingkeys": ("ada", "eva"), "aws:username": ("eve",)},
    )
    assert why.shape == "condition-value"
    assert (why.misses[0].compared.wanted, why.misses[0].compared.given) == ("eve", "eva")


def test_a_statement_that_has_met_conditions_and_one_that_is_not():
    statement = allow(
        Condition={"Bool": {"aws:SecureTransport": "false"}, "StringLike": {"aws:userid": "AIDA*"}}
    )
    why = explained(statement, context={"aws:securetransport": ("false",), "aws:userid": ("AROA",)})
    assert "aws:userid StringLike AIDA*, and the request has AROA" in why.text


def trust(principal, **more):
    return policy(
        {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more},
        name="the role's trust policy",
    )


PRINCIPALS = {
    "principal-other-service": (
        {"Service": ["ec2.amazonaws.com", "apigateway.amazonaws.com"]},
        LAMBDA,
        "trusts ec2.amazonaws.com and apigateway.amazonaws.com, and the request comes from lambda.a",
        'Write its Principal as {"Service": "lambda.amazonaws.com"}.',
    ),
    "principal-misspelt": (
        {"Service": "lambda.amazon.com"},
        LAMBDA,
        "trusts lambda.amazon.com, and the service is called lambda.amazonaws.com",
        'Write its Principal as {"Service": "lambda.amazonaws.com"}.',
    ),
    "principal-no-service": (
        {"AWS": ROLE_ARN},
        LAMBDA,
        f"trusts {ROLE_ARN}, and the request comes from the service lambda.amazonaws.com",
        'Write its Principal as {"Service": "lambda.amazonaws.com"}.',
    ),
    "principal-service-only": (
        {"Service": "lambda.amazonaws.com"},
        ADA,
        "trusts the service lambda.amazonaws.com, and user `ada` is none",
        f'{{"AWS": "{ADA.arn}"}}',
    ),
    "principal-other": (
        {"AWS": ADA.arn.replace("ada", "eva")},
        ADA,
        f"means {ADA.arn.replace('ada', 'eva')}, and the request comes from {ADA.arn}",
        f'{{"AWS": "{ADA.arn}"}}',
    ),
}


@pytest.mark.parametrize("shape", PRINCIPALS)
def test_a_principal_that_misses(shape):
    principal, who, said, do_next = PRINCIPALS[shape]
    why = explained(who=who, action="sts:AssumeRole", resource=ROLE_ARN, trust=trust(principal))
    assert (why.shape, why.kind) == (shape, "trust")
    assert why.text.startswith("Statement number 1 of the role's trust policy allows sts:AssumeRole, but it ")
    assert said in why.text
    assert do_next in why.do_next


def test_a_role_that_trusts_another_account_has_no_arn_to_compare():
    why = explained(who=ADA, action="sts:AssumeRole", resource=ROLE_ARN, trust=trust({"AWS": "999988887777"}))
    assert why.shape == "principal-other"
    assert why.misses[0].compared is None


def test_a_session_is_told_to_name_its_role():
    eva = ADA.arn.replace("ada", "eva")
    why = explained(who=ROLE, action="sts:AssumeRole", resource=ROLE_ARN, trust=trust({"AWS": eva}))
    assert why.do_next == f'Name the one that asks in its Principal: {{"AWS": "{ROLE_ARN}"}}.'


def test_a_not_principal_leaves_it_out():
    statement = {"Effect": "Allow", "NotPrincipal": {"Service": LAMBDA.arn}, "Action": "sts:AssumeRole"}
    why = explained(
        who=LAMBDA, action="sts:AssumeRole", resource=ROLE_ARN, trust=policy(statement, name="it")
    )
    assert why.shape == "principal-excepted"
    assert "its NotPrincipal leaves out lambda.amazonaws.com" in why.text


def test_an_invoke_permission_for_another_api():
    source = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:a1b2c3d4e5/*/GET/users"
    statement = {
        "Sid": "Api",
        "Effect": "Allow",
        "Principal": {"Service": GATEWAY.arn},
        "Action": "lambda:InvokeFunction",
        "Resource": FUNCTION,
        "Condition": {"ArnLike": {"AWS:SourceArn": source.replace("a1b2c3d4e5", "a1b2c3d4e6")}},
    }
    why = explained(
        who=GATEWAY,
        action="lambda:InvokeFunction",
        resource=FUNCTION,
        context={"aws:sourcearn": (source.replace("*", "$default"),)},
        attached=policy(statement, name="the function's policy"),
    )
    assert (why.shape, why.kind) == ("condition-value", "resource")
    assert why.text.startswith("Statement `Api` of the function's policy allows lambda:InvokeFunction on")
    compared = why.misses[0].compared
    assert compared.parts == ("resource",)
    assert [compared.wanted[start:end] for start, end in compared.wanted_marks] == ["6"]
    assert [compared.given[start:end] for start, end in compared.given_marks] == ["5"]
