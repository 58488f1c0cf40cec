"""The examples of the guide's page on troubleshooting run, with each runtime and behind each kind of API."""

import io
import json
import re
import zipfile

import pytest
import requests
from awscli.clidriver import create_clidriver

from tests.repository.sources import ROOT
from workshop.incidents import diagnosis

PAGE = (ROOT / "docs" / "layers" / "5-troubleshooting.md").read_text()
SNIPPETS = ROOT / "docs" / "snippets" / "troubleshooting"
BACKEND = ROOT / "docs" / "snippets" / "api-gateway" / "template.yaml"
RUNTIMES = {"python": "python3.13", "node": "nodejs24.x"}
KEY = {"AttributeName": "orderId", "KeyType": "HASH"}


def package():
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for file in ("orders.py", "orders.mjs"):
            archive.write(SNIPPETS / file, file)
    return memory.getvalue()


@pytest.fixture(scope="session", params=RUNTIMES)
def stack(sandbox, request):
    """The backend of the page on API Gateway with this page's function: its session, and its outputs."""
    account = f"5555{list(RUNTIMES).index(request.param):08}"
    session, bucket = sandbox.session(account), f"packages-{account}"
    session.client("s3").create_bucket(Bucket=bucket)
    session.client("s3").put_object(Bucket=bucket, Key="orders.zip", Body=package())
    text = BACKEND.read_text().replace("CodeUri: .", f"CodeUri: s3://{bucket}/orders.zip")
    text = text.replace(RUNTIMES["python"], RUNTIMES[request.param])
    cloudformation = session.client("cloudformation")
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    cloudformation.create_stack(StackName="orders", TemplateBody=text, Capabilities=capabilities)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="orders")
    session.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[KEY],
        AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    outputs = cloudformation.describe_stacks(StackName="orders")["Stacks"][0]["Outputs"]
    return session, {output["OutputKey"]: output["OutputValue"] for output in outputs}


@pytest.fixture
def aws(sandbox, stack, monkeypatch, tmp_path, capsys):
    """The AWS CLI in this process: a command's answer, read as JSON."""
    session, _ = stack
    key = session.get_credentials().access_key
    given = {"AWS_ENDPOINT_URL": sandbox.url, "AWS_DEFAULT_REGION": "us-east-1", "AWS_PAGER": ""}
    given |= {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "any"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(words):
        capsys.readouterr()
        assert create_clidriver().main(words) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return run


def commands(step, **values):
    """The commands of a step of walk.sh, word by word, with variables filled in as a shell would."""
    lines = (SNIPPETS / "walk.sh").read_text().replace("\\\n", "")
    text = re.search(rf"start:{step}\]\n(.*?)\n# --8<-- \[end", lines, re.S)[1]
    for name, value in values.items():
        text = re.sub(rf"\${name}\b", lambda _, value=value: value, text)
    assert "$" not in text.replace("$LATEST", "").replace("$default", "")
    words = re.compile(r"'([^']*)'|\"((?:\\.|[^\"])*)\"|(\S+)")
    return [
        [single or double.replace('\\"', '"') or bare for single, double, bare in words.findall(line)][1:]
        for line in text.splitlines()
    ]


def id_of(url):
    return url.partition("/_aws/execute-api/")[2].partition("/")[0]


# Three commands of the AWS CLI in one process, while other tests run.
@pytest.mark.parametrize("stack", ["python"], indirect=True)
def test_the_gateway_tells_what_is_configured_and_what_is_live(stack, aws, tmp_path):
    _, outputs = stack
    stages, resources, _ = map(aws, commands("gateway", API=outputs["RestApiId"]))
    assert [one["stageName"] for one in stages["item"]] == ["live"]
    order = next(one for one in resources["items"] if one["path"] == "/orders/{orderId}")
    assert list(order["resourceMethods"]) == ["GET"]
    assert list(json.loads((tmp_path / "live.json").read_text())["paths"]) == ["/orders/{orderId}"]
    of_http = list(map(aws, commands("http", HTTP_API=id_of(outputs["HttpUrl"]))))
    assert [one["RouteKey"] for one in of_http[1]["Items"]] == ["GET /orders/{orderId}"]


@pytest.mark.parametrize("stack", ["python"], indirect=True)
def test_the_layers_behind_it_are_told_too(stack, aws):
    session, outputs = stack
    function = outputs["FunctionArn"].rpartition(":")[2]
    given = {"FUNCTION": function, "ROLE": session.client("iam").list_roles()["Roles"][0]["RoleName"]}
    policy, settings, _, trust = commands("invoke", **given)
    policy, settings, trust = map(aws, (policy, settings, trust))
    assert trust["Statement"][0]["Principal"]["Service"] == ["lambda.amazonaws.com"]
    assert "apigateway.amazonaws.com" in policy["Policy"]
    assert settings["State"] == "Active"
    table = session.client("dynamodb").describe_table(TableName="orders")["Table"]["TableArn"]
    (asked,) = commands("role", ROLE_ARN=settings["Role"], TABLE_ARN=table)
    assert aws(asked)["EvaluationResults"][0]["EvalDecision"] == "implicitDeny"
    (asked,) = commands("table")
    assert aws(asked)[:2] == ["ACTIVE", [KEY]]


@pytest.mark.parametrize(
    ("kind", "header"), [("HttpUrl", "apigw-requestid"), ("RestUrl", "x-amzn-requestid")]
)
def test_the_log_of_one_request_is_found_by_the_caller_s_id(stack, aws, kind, header):
    _, outputs = stack
    (sent,) = commands("send", URL=outputs[kind])
    answer = requests.get(sent[-1], timeout=30)
    assert answer.status_code == 200
    requests.get(sent[-1].replace("o-1", "o-2"), timeout=30)
    group = f"/aws/lambda/{outputs['FunctionArn'].rpartition(':')[2]}"
    (asked,) = commands("request", LOGS=group, ID=answer.headers[header])
    ((stream, line),) = aws(asked)
    ids = json.loads(line[line.index("{") :])
    assert ids["apiRequestId"] == answer.headers[header]
    assert ids["orderId"] == "o-1"
    (asked,) = commands("stream", LOGS=group, STREAM=stream)
    lines = aws(asked)
    mine = [number for number, each in enumerate(lines) if ids["requestId"] in each]
    between = lines[mine[0] : mine[-1] + 1]
    assert between[0].startswith("START")
    assert between[-1].startswith("REPORT")
    assert "o-2" not in "".join(between)


@pytest.mark.parametrize("name", ["diagnosis.yaml", "log-line.yaml", "request-id.yaml"])
def test_each_diagnosis_is_well_formed(name):
    found = diagnosis.read(SNIPPETS / name)
    assert found.form == {"diagnosis.yaml": "call"}.get(name, name.removesuffix(".yaml"))


def test_no_diagnosis_of_the_page_is_one_of_an_incident():
    from workshop.incidents import INCIDENTS

    caused = {cause for incident in INCIDENTS.values() for cause in incident.causes}
    for file in SNIPPETS.glob("*.yaml"):
        assert diagnosis.read(file).cause not in caused


@pytest.mark.parametrize("name", sorted(file.name for file in SNIPPETS.iterdir()))
def test_each_example_is_shown(name):
    made = re.findall(r"\[start:([\w-]+)\]", (SNIPPETS / name).read_text())
    assert made
    assert made == re.findall(r"\[end:([\w-]+)\]", (SNIPPETS / name).read_text())
    shown = re.findall(rf'^ *--8<-- "docs/snippets/troubleshooting/{re.escape(name)}:([\w-]+)"$', PAGE, re.M)
    assert sorted(shown) == sorted(made)


def test_both_languages_show_the_same():
    texts = [(SNIPPETS / f"orders.{ending}").read_text() for ending in ("py", "mjs")]
    python, node = (re.findall(r"\[start:(\w+)\]", text) for text in texts)
    assert python == node
