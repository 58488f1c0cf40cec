"""The examples of the guide's page on API Gateway run, with each runtime and behind each kind of API."""

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import requests

from tests.repository.sources import ROOT

PAGE = (ROOT / "docs" / "layers" / "4-api-gateway.md").read_text()
SNIPPETS = ROOT / "docs" / "snippets" / "api-gateway"


@pytest.fixture(scope="session")
def running(sandbox):
    return sandbox


def package():
    """The examples as a deployment package."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for file in ("orders.py", "orders.mjs"):
            archive.write(SNIPPETS / file, file)
    return memory.getvalue()


RUNTIMES = {"python": "python3.13", "node": "nodejs24.x"}


def test_the_template_names_both_runtimes():
    text = (SNIPPETS / "template.yaml").read_text()
    assert re.search(r"Runtime: (\S+) +# or (\S+)", text).groups() == tuple(RUNTIMES.values())


@pytest.fixture(scope="session", params=RUNTIMES)
def stack(running, request):
    """What the page's template makes with each runtime: its session, and its outputs."""
    account = f"4444{list(RUNTIMES).index(request.param):08}"
    session, bucket = running.session(account), f"packages-{account}"
    session.client("s3").create_bucket(Bucket=bucket)
    session.client("s3").put_object(Bucket=bucket, Key="orders.zip", Body=package())
    text = (SNIPPETS / "template.yaml").read_text()
    changes = {
        "CodeUri: .": f"CodeUri: s3://{bucket}/orders.zip",
        RUNTIMES["python"]: RUNTIMES[request.param],
    }
    for was, becomes in changes.items():
        assert text.count(was) == 1
        text = text.replace(was, becomes)
    cloudformation = session.client("cloudformation")
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    cloudformation.create_stack(StackName="orders", TemplateBody=text, Capabilities=capabilities)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="orders")
    outputs = cloudformation.describe_stacks(StackName="orders")["Stacks"][0]["Outputs"]
    return session, {output["OutputKey"]: output["OutputValue"] for output in outputs}


@pytest.mark.parametrize("kind", ["HttpUrl", "RestUrl"])
def test_the_examples_serve_both_kinds(stack, kind):
    _, outputs = stack
    url = outputs[kind]
    answer = requests.get(f"{url}/orders/o%202", timeout=30)
    assert answer.json() == {"orderId": "o 2", "status": "new", "by": "GET", "limit": "25"}
    assert requests.get(f"{url}/orders/o-1?limit=3", timeout=30).json()["limit"] == "3"
    missing = requests.get(f"{url}/orders/o-9", timeout=30)
    assert (missing.status_code, missing.json()) == (404, {"message": "there is no order o-9"})


def run(step, url, account, outputs):
    """A step of the page's shell example, as a person with these credentials would run it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    environment |= {"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "any", "AWS_PAGER": ""}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    arguments = [step, outputs["RestApiId"], outputs["FunctionArn"], "live"]
    command = ["bash", SNIPPETS / "add-method.sh", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr


# Five commands of the AWS CLI, of one to five seconds each, by the load of the machine.
@pytest.mark.timeout(150)
@pytest.mark.parametrize("stack", ["python"], indirect=True)
def test_a_method_added_by_hand_goes_the_way_the_page_says(running, stack):
    session, outputs = stack
    account = outputs["FunctionArn"].split(":")[4]

    def delete():
        return requests.delete(f"{outputs['RestUrl']}/orders/o-1", timeout=30).status_code

    run("add", running.url, account, outputs)
    assert delete() == 403
    assert tried(session, outputs["RestApiId"]) != 403
    run("deploy", running.url, account, outputs)
    assert delete() == 500
    run("permit", running.url, account, outputs)
    assert delete() == 200
    assert "what you added is\n403" in PAGE
    assert "Now it is found, and is 500" in PAGE


def tried(session, api):
    """The status that TestInvokeMethod has for DELETE, which finds what is not deployed."""
    client = session.client("apigateway")
    resources = client.get_resources(restApiId=api)["items"]
    order = next(one["id"] for one in resources if one["path"] == "/orders/{orderId}")
    answer = client.test_invoke_method(
        restApiId=api, resourceId=order, httpMethod="DELETE", pathWithQueryString="/orders/o-1"
    )
    return answer["status"]


@pytest.mark.parametrize("name", ["orders.py", "orders.mjs", "template.yaml", "add-method.sh"])
def test_each_example_is_shown(name):
    made = re.findall(r"\[start:(\w+)\]", (SNIPPETS / name).read_text())
    assert made == re.findall(r"\[end:(\w+)\]", (SNIPPETS / name).read_text())
    shown = re.findall(rf'^ *--8<-- "docs/snippets/api-gateway/{re.escape(name)}:(\w+)"$', PAGE, re.M)
    assert sorted(shown) == sorted(made)


def test_both_languages_show_the_same():
    texts = [(SNIPPETS / f"orders.{ending}").read_text() for ending in ("py", "mjs")]
    python, node = (re.findall(r"\[start:(\w+)\]", text) for text in texts)
    assert python == node
