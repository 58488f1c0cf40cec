"""An AWS call as people write it."""

import pytest

from workshop.incidents.aws_line import parse
from workshop.incidents.log_evidence import holds

NAMED = {"function-name": ["users"]}


@pytest.mark.parametrize(
    ("text", "service", "operation", "parameters"),
    [
        ("lambda get-policy --function-name users", "lambda", "get-policy", NAMED),
        ("aws lambda get-policy --function-name=users", "lambda", "get-policy", NAMED),
        (
            "aws lambda get-policy --function-name 'users' --output text --query Policy",
            "lambda",
            "get-policy",
            NAMED,
        ),
        (
            "aws lambda get-policy --endpoint-url http://127.0.0.1:4566 --no-cli-pager",
            "lambda",
            "get-policy",
            {},
        ),
        (
            "iam simulate-principal-policy --action-names a:B c:D",
            "iam",
            "simulate-principal-policy",
            {"action-names": ["a:B", "c:D"]},
        ),
        (
            'boto3.client("lambda").get_policy(FunctionName="users")',
            "lambda",
            "get-policy",
            {"FunctionName": "users"},
        ),
        ("iam.get_role(RoleName='r')", "iam", "get-role", {"RoleName": "r"}),
        ("lambda_.get_policy()", "lambda", "get-policy", {}),
    ],
)
def test_calls_that_are_understood(text, service, operation, parameters):
    line = parse(text)
    assert (line.service, line.operation, line.parameters) == (service, operation, parameters)


@pytest.mark.parametrize(
    "text",
    [
        "lambda",
        "",
        "--function-name users",
        "lambda get-policy users",
        "lambda get-policy --function-name 'users",
        "get_policy('users')",
        "client('lambda').get_policy('users')",
        "boto3.client(service).get_policy(FunctionName=name)",
        "boto3.client('lambda').get_policy(",
        "__import__('os').system('true')",
        "a.b.c.d()",
    ],
)
def test_what_is_no_call_is_refused_and_never_run(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("START RequestId: 1f0c Version: $LATEST", "RequestId: 1f0c"),
        ("[ERROR] KeyError:\xa0'x-tenant'", "[ERROR] KeyError: 'x-tenant'"),
        ('{"error": "a \\"quoted\\" word\\nand the next line"}', 'a "quoted" word and the next'),
        ("AccessDeniedException: not authorized to perform: dynamodb:PutItem", "AccessDenied…PutItem"),
        ("AccessDeniedException: not authorized to perform: dynamodb:PutItem", "AccessDenied ... PutItem"),
    ],
)
def test_a_line_as_a_terminal_shows_it(line, text):
    assert holds(line, text)


@pytest.mark.parametrize("text", ["PutItem … AccessDenied", "AccessDenied for GetItem"])
def test_other_words_are_not_in_it(text):
    assert not holds("AccessDeniedException: not authorized to perform: dynamodb:PutItem", text)
