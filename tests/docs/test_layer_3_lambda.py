"""The guide's page on Lambda: its messages are met, and its tables hold."""

import io
import json
import re
import zipfile
from contextlib import contextmanager
from itertools import count

import pytest
from botocore.exceptions import ClientError

from tests.docs.account import Account
from tests.repository.sources import ROOT
from tests.sandbox.gateway.conftest import Workplace, do
from workshop.figures import package_sizes
from workshop.figures.packages import size

PAGE = (ROOT / "docs" / "layers" / "3-lambda.md").read_text()
RUNTIMES = {"py": "python3.13", "mjs": "nodejs24.x"}


def part(heading):
    """The text of the page below a heading of the second level."""
    return re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


def rows(heading):
    """The cells of the table below a heading, without its head: a list for each row."""
    lines = re.findall(r"^\| (.+) \|$", part(heading), re.M)
    return [line.split(" | ") for line in lines[1:]]


class Functions:
    """Functions of one account, each made for one call."""

    def __init__(self, sandbox):
        account = Account(sandbox, "333344445555")
        self._sandbox = sandbox
        self.client = account.session.client("lambda")
        self.role = account.role("orders", principal={"Service": "lambda.amazonaws.com"})
        self.wrong_role = account.role("trusts-ec2", principal={"Service": "ec2.amazonaws.com"})
        self._numbers = count()

    def make(self, code, ending="py", file="orders", handler="orders.handler", **more):
        """The function's name."""
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr(f"{file}.{ending}", code)
        given = {"Code": {"ZipFile": package.getvalue()}, "Role": self.role, **more}
        name = f"orders-{next(self._numbers)}"
        self.client.create_function(FunctionName=name, Runtime=RUNTIMES[ending], Handler=handler, **given)
        return name

    def said(self, *function, event=None, **more):
        """What a call of the function says of its error: type and message."""
        name = self.make(*function, **more)
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event or {}))
        error = json.load(answer["Payload"])
        assert answer["FunctionError"] == "Unhandled"
        return f"[ERROR] {error['errorType']}: {error['errorMessage']}"

    def called_too_soon(self):
        """What Lambda says of a call right after the creation."""
        with self._in_its_time(), pytest.raises(ClientError) as caught:
            self.client.invoke(FunctionName=self.make(PYTHON))
        return str(caught.value)

    def changed_too_soon(self):
        """What Lambda says of a change right after another."""
        change, name = self.client.update_function_configuration, self.make(PYTHON)
        with self._in_its_time():
            change(FunctionName=name, Timeout=9)
            with pytest.raises(ClientError) as caught:
                change(FunctionName=name, Timeout=10)
        return str(caught.value)

    @contextmanager
    def _in_its_time(self):
        """Creations and updates take theirs, which they do not in other tests."""
        self._sandbox.settings(function_state_ms=5000)
        try:
            yield
        finally:
            self._sandbox.settings(function_state_ms=0)

    def refusal(self, **more):
        """What CreateFunction says when it refuses."""
        with pytest.raises(ClientError) as caught:
            self.make(PYTHON, **more)
        return str(caught.value)


@pytest.fixture(scope="session")
def running(sandbox):
    return sandbox


@pytest.fixture(scope="session")
def functions(running):
    return Functions(running)


PYTHON = "def handler(event, context):\n    return 1"
NODE = "export const handler = async () => 1;"


def returns(value, *imports):
    return "\n".join([*(f"import {name}" for name in imports), PYTHON.replace("return 1", f"return {value}")])


PROBES = {
    "The role defined for the function cannot be assumed by Lambda.": lambda f: f.refusal(Role=f.wrong_role),
    "Could not unzip uploaded file.": lambda f: f.refusal(Code={"ZipFile": b"UEsDBBQ"}),
    "Reserved keys used in this request: AWS_REGION": lambda f: f.refusal(
        Environment={"Variables": {"AWS_REGION": "eu-central-1"}}
    ),
    "The function is currently in the following state: Pending": lambda f: f.called_too_soon(),
    "An update is in progress for resource": lambda f: f.changed_too_soon(),
    "Unable to import module 'orders': No module named 'orders'": lambda f: f.said(PYTHON, file="src/orders"),
    "Unable to import module 'orders': No module named 'requests'": lambda f: f.said("import requests"),
    "Handler 'handle' missing on module 'orders'": lambda f: f.said(PYTHON, handler="orders.handle"),
    "Bad handler 'handler': not enough values to unpack (expected 2, got 1)": lambda f: f.said(
        PYTHON, handler="handler"
    ),
    "Syntax error in module 'orders'": lambda f: f.said("def handler(event"),
    "Error: Cannot find module 'orders'": lambda f: f.said(NODE, "mjs", file="src/orders"),
    "orders.handle is undefined or not exported": lambda f: f.said(NODE, "mjs", handler="orders.handle"),
    "Cannot find package 'aws-sdk' imported from /var/task/orders.mjs": lambda f: f.said(
        "import 'aws-sdk';", "mjs"
    ),
    "require is not defined in ES module scope, you can use import instead": lambda f: f.said(
        "const sdk = require('@aws-sdk/client-dynamodb');", "mjs"
    ),
    "Task timed out after 1.00 seconds": lambda f: f.said(returns("time.sleep(5)", "time"), Timeout=1),
    "Runtime exited with error: signal: killed": lambda f: f.said(
        returns("len(b'x' * 300_000_000)"), Timeout=20
    ),
    "[ERROR] KeyError: 'TABLE_NAME'": lambda f: f.said("import os\nos.environ['TABLE_NAME']"),
    "[ERROR] KeyError: 'body'": lambda f: f.said(returns("event['body']")),
    "the JSON object must be str, bytes or bytearray, not NoneType": lambda f: f.said(
        returns("json.loads(event['body'])", "json"), event={"body": None}
    ),
    "Object of type Decimal is not JSON serializable": lambda f: f.said(
        returns("json.dumps(decimal.Decimal(1))", "json", "decimal")
    ),
    "Unable to marshal response: Object of type set is not JSON serializable": lambda f: f.said(
        returns("{1}")
    ),
    "Cannot read properties of undefined (reading 'orderId')": lambda f: f.said(
        "export const handler = async (event) => event.pathParameters.orderId;", "mjs"
    ),
}


def test_each_message_of_the_page_is_probed():
    listed = re.findall(r"^- `(.+?)`<br>$", part("What you may read"), re.M)
    assert listed == list(PROBES)


@pytest.mark.parametrize("message", PROBES)
def test_the_message_is_what_one_reads(functions, message):
    assert message in PROBES[message](functions)


# ---- 3.1: what a new function has --------------------------------------------------------------------------


def test_the_defaults_are_what_the_page_says(functions):
    made = functions.client.get_function_configuration(FunctionName=functions.make(PYTHON))
    assert f"**Time-out** ({made['Timeout']} seconds, if you say nothing)" in part("3.1")
    assert f"**memory** ({made['MemorySize']} MB)" in part("3.1")


def test_nobody_looks_for_the_handler_before_the_first_call(functions):
    name = functions.make(PYTHON, handler="nothing.there")
    answer = functions.client.invoke(FunctionName=name)
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")


# ---- 3.2: the table of results -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def apis(running):
    """A REST API and an HTTP API in front of a function that does as it is told."""
    work = Workplace(running)
    rest = work.rest_api()
    work.proxy(rest, rest.root)
    return work.deploy(rest), work.http_api()


def told(result):
    """The header that lets the function give this result, a cell of the table."""
    return do(**{"raise": "oh"}) if result.startswith("the handler") else do(**{"return": json.loads(result)})


@pytest.mark.parametrize("row", rows("3.2"), ids=lambda row: row[0])
def test_each_kind_of_api_makes_of_a_result_what_the_page_says(apis, row):
    result, *expected = row
    result = result.strip("`")
    for api, words in zip(apis, expected, strict=True):
        reply = api.call(headers=told(result))
        status, _, body = words.partition(", ")
        assert reply.status == int(status)
        if body:
            whole = json.loads(result)
            meant = {
                "the body": "{}",
                "the result itself as the body": json.dumps(whole, separators=(",", ":")),
            }
            assert reply.text == meant[body]


# ---- 3.4: the table of packages ----------------------------------------------------------------------------


def test_the_packages_are_those_that_were_measured():
    measured = package_sizes()
    assert f"Measured on {measured.measured} by `{measured.script}`" in part("3.4")
    for label, unzipped, cold in rows("3.4"):
        found = measured[label]
        assert [unzipped, cold] == [size(found.unzipped), f"{found.least_ms:.0f} ms"]
