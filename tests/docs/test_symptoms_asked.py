"""What the page of symptoms asks to tell a cause is answered, by the AWS CLI, for a backend that is there."""

import re

import pytest

from tests.docs import aws_cli
from tests.docs.symptoms import ENTRIES, blocks, commands
from tests.solutions.deployed import deployed
from workshop.doctor.checklist import CAUSES

ASKED = list(
    dict.fromkeys(
        command
        for cause in CAUSES
        for block in blocks(ENTRIES[cause].text.partition("**How to fix.**")[0], "bash")
        for command in commands(block)
        if not command.startswith("#")
    )
)


@pytest.fixture(scope="session")
def backend(sandbox):
    """The solution of lab 4."""
    return deployed("04-api-gateway", "python", sandbox)


@pytest.fixture(scope="session")
def names(backend):
    """What stands for the words in capitals, and for the log group; an API's id by its service."""
    apis = {
        service: backend.outputs[output].partition("/_aws/execute-api/")[2].partition("/")[0]
        for service, output in (("apigatewayv2", "HttpApiUrl"), ("apigateway", "RestApiUrl"))
    }
    resources = backend.session.client("apigateway").get_resources(restApiId=apis["apigateway"])["items"]
    return apis, {
        "FUNCTION": backend.outputs["UsersFunctionName"],
        "TABLE": backend.outputs["UsersTableName"],
        "ROLE": backend.outputs["UsersRoleArn"].rpartition("/")[2],
        "ACCOUNT": backend.outputs["UsersRoleArn"].split(":")[4],
        "REGION": "us-east-1",
        "POLICY": "users-table",
        "RESOURCE-ID": next(one["id"] for one in resources if one["path"] == "/users"),
        "/aws/lambda/FUNCTION": backend.log_group,
    }


@pytest.mark.parametrize("command", ASKED)
def test_it_is_answered(backend, names, sandbox, command, monkeypatch, tmp_path, capfd):
    apis, words = names
    words = words | {"API-ID": apis.get(command.split()[1], "")}
    longest = sorted(words, key=len, reverse=True)
    filled = re.sub("|".join(map(re.escape, longest)), lambda found: words[found[0]], command)
    (tmp_path / "event.json").write_text("{}")
    code = aws_cli.run(monkeypatch, tmp_path, sandbox.url, words["ACCOUNT"], filled)
    assert code == 0, f"{filled}\n{capfd.readouterr().err}"
