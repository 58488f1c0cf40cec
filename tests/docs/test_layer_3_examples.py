"""The examples of the guide's page on Lambda run, in both languages, and by hand."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.account import Account
from tests.repository.sources import ROOT
from workshop.deploy.run import Deployment, Order
from workshop.target import sandbox_at

PAGE = (ROOT / "docs" / "layers" / "3-lambda.md").read_text()
SNIPPETS = ROOT / "docs" / "snippets" / "lambda"
RUNTIMES = {"py": "python3.13", "mjs": "nodejs24.x"}
ORDER = {"orderId": "o-1", "gift": True, "pieces": 3}


@pytest.fixture(scope="session")
def running(sandbox):
    return sandbox


@pytest.fixture(scope="session", params=RUNTIMES)
def deployed(request, running, tmp_path_factory):
    """The page's template and function, deployed as a learner deploys: clients, and what the stack gives."""
    folder = tmp_path_factory.mktemp(f"orders_{request.param}")
    shutil.copy(SNIPPETS / f"orders.{request.param}", folder)
    template = (SNIPPETS / "template.yaml").read_text()
    assert f"Runtime: {RUNTIMES['py']} " in template
    assert f"# or {RUNTIMES['mjs']}" in template
    (folder / "template.yaml").write_text(template.replace(RUNTIMES["py"], RUNTIMES[request.param]))
    target = sandbox_at(running.url)
    stack = f"orders-{request.param}"
    words = []
    order = Order(folder / "template.yaml", target, stack, "again", words.append, None, ROOT, yes=True)
    Deployment(order).run()
    session = running.session()
    found = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    assert found["StackStatus"] == "CREATE_COMPLETE", words
    return session, found["Outputs"][0]["OutputValue"]


def invoke(session, function, event):
    """The result of a call, and the lines in the function's log that are its own."""
    answer = session.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    result = json.load(answer["Payload"])
    assert "FunctionError" not in answer, result
    events = session.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    return result, [event["message"].rstrip() for event in events]


def test_the_function_answers_in_the_shape_of_a_proxy_response(deployed):
    result, _ = invoke(*deployed, {"body": json.dumps(ORDER), "isBase64Encoded": False})
    assert result["statusCode"] == 201
    assert json.loads(result["body"]) == ORDER
    assert result["headers"] == {"content-type": "application/json"}


def test_the_function_reads_a_body_in_base64(deployed):
    result, _ = invoke(*deployed, {"body": "eyJvcmRlcklkIjogIm8tMiJ9", "isBase64Encoded": True})
    assert json.loads(result["body"]) == {"orderId": "o-2"}


def test_the_functions_line_joins_the_request_id_with_the_order(deployed):
    _, lines = invoke(*deployed, {"body": '{"orderId": "o-3"}'})
    own = next(line for line in lines if '"o-3"' in line)
    line = json.loads(own[own.index("{") :])
    assert line == {"requestId": line["requestId"], "orderId": "o-3", "status": 201}
    assert f"START RequestId: {line['requestId']} Version: $LATEST" in lines


def test_only_node_js_writes_the_request_id_by_itself(deployed):
    _, lines = invoke(*deployed, {"body": '{"orderId": "o-4"}'})
    own = next(line for line in lines if '"o-4"' in line)
    assert own.startswith("{") == ("orders-py" in deployed[1])


def test_a_function_can_be_made_by_hand(running, tmp_path):
    number = "333344446666"
    account = Account(running, number)
    actions = ["dynamodb:PutItem", "logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    role = account.role("orders", *actions, principal={"Service": "lambda.amazonaws.com"})
    account.session.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    account.session.client("dynamodb").get_waiter("table_exists").wait(TableName="orders")
    shutil.copy(SNIPPETS / "orders.py", tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_ENDPOINT_URL": running.url, "AWS_DEFAULT_REGION": "us-east-1", "HOME": str(tmp_path)}
    environment |= {"AWS_ACCESS_KEY_ID": number, "AWS_SECRET_ACCESS_KEY": "any", "AWS_PAGER": ""}
    environment |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", SNIPPETS / "by-hand.sh", role],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^(Pending|Active)\n200\tNone\n\{\"statusCode\": 201, ", done.stdout)
    assert re.search(r'START RequestId.*"orderId": "o-1", "status": 201.*REPORT', done.stdout, re.S)


@pytest.mark.parametrize(
    ("file", "start"),
    [("orders.py", "# "), ("orders.mjs", "// "), ("template.yaml", "# "), ("by-hand.sh", "# ")],
)
def test_each_part_of_an_example_is_shown(file, start):
    made = re.findall(rf"^ *{start}--8<-- \[start:(\w+)\]$", (SNIPPETS / file).read_text(), re.M)
    ended = re.findall(rf"^ *{start}--8<-- \[end:(\w+)\]$", (SNIPPETS / file).read_text(), re.M)
    shown = re.findall(rf'^ *--8<-- "docs/snippets/lambda/{re.escape(file)}:(\w+)"$', PAGE, re.M)
    assert made
    assert sorted(shown) == sorted(made) == sorted(ended)
