"""The guide's page on DynamoDB: its messages are met, its examples run, each check has its place."""

import json
import os
import re
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.dynamodb.capacity import FIRST_PEAK
from sandbox.dynamodb.replicas import Lag
from sandbox.functions import node_sdk, runtimes
from tests.repository.sources import ROOT
from workshop.figures import capacity_modes

PAGE = (ROOT / "docs" / "layers" / "1-dynamodb.md").read_text()
SNIPPETS = ROOT / "docs" / "snippets" / "dynamodb"
ACCOUNT = "141421356237"
KEY = {
    "KeySchema": [{"AttributeName": "userId", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "userId", "AttributeType": "S"}],
}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def part(heading):
    """The text of the page below a heading of the second level."""
    return re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


@pytest.fixture(scope="session")
def running(sandbox):
    return sandbox


@pytest.fixture(scope="session")
def dynamodb(running):
    return running.session(ACCOUNT).client("dynamodb")


@pytest.fixture(scope="session")
def users(running, dynamodb):
    """A table as lab 1 wants it, as boto3's resource, which sends each request once."""
    dynamodb.create_table(TableName="users", **KEY, **ON_DEMAND)
    dynamodb.get_waiter("table_exists").wait(TableName="users")
    once = Config(retries={"total_max_attempts": 1})
    return running.session(ACCOUNT).resource("dynamodb", config=once).Table("users")


def create_table(users, **parameters):
    users.meta.client.create_table(TableName="refused", **KEY | parameters)


def one_attribute(name, attribute_type):
    return [{"AttributeName": name, "AttributeType": attribute_type}]


def update(users, expression):
    users.update_item(
        Key={"userId": "ada"}, UpdateExpression=expression, ExpressionAttributeValues={":v": "x"}
    )


def put_twice(users):
    for _ in range(2):
        users.put_item(Item={"userId": "ada"}, ConditionExpression="attribute_not_exists(userId)")


def writes_of_4_kb(client, name):
    """Makes a table of one write unit, then writes 4 KB at each step: how many times it went well so far."""
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    client.create_table(TableName=name, **KEY, ProvisionedThroughput=throughput)
    client.get_waiter("table_exists").wait(TableName=name)
    item = {"userId": "ada", "bio": "x" * 4_000}
    for number in range(1, 1000):
        client.put_item(TableName=name, Item=item)
        yield number


PROBES = {
    "Missing the key userId in the item": lambda users: users.put_item(Item={"id": "ada"}),
    "Type mismatch for key userId expected: S actual: N": lambda users: users.put_item(Item={"userId": 7}),
    "cannot contain an empty string value. Key: userId": lambda users: users.put_item(Item={"userId": ""}),
    "The provided key element does not match the schema": lambda users: users.get_item(Key={"id": "ada"}),
    "Number of attributes in KeySchema does not exactly match number of attributes "
    "defined in AttributeDefinitions": lambda users: create_table(
        users,
        AttributeDefinitions=one_attribute("userId", "S") + one_attribute("name", "S"),
        **ON_DEMAND,
    ),
    "Some index key attributes are not defined in AttributeDefinitions": lambda users: create_table(
        users, AttributeDefinitions=one_attribute("id", "S"), **ON_DEMAND
    ),
    "Member must satisfy enum value set: [B, N, S]": lambda users: create_table(
        users, AttributeDefinitions=one_attribute("userId", "TODO"), **ON_DEMAND
    ),
    "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED": (
        create_table
    ),
    "The conditional request failed": put_twice,
    "Attribute name is a reserved keyword; reserved keyword: name": lambda users: update(
        users, "SET name = :v"
    ),
    "Cannot update attribute userId. This attribute is part of the key": lambda users: update(
        users, "SET userId = :v"
    ),
    "Float types are not supported. Use Decimal types instead.": lambda users: users.put_item(
        Item={"userId": "ada", "height": 1.68}
    ),
    "Object of type Decimal is not JSON serializable": lambda users: json.dumps({"born": Decimal(1815)}),
    "The level of configured provisioned throughput for the table was exceeded": lambda users: list(
        writes_of_4_kb(users.meta.client, "throttled")
    ),
    "Requested resource not found": lambda users: users.meta.client.scan(TableName="no-such-table"),
}


def test_each_message_of_the_page_is_probed():
    listed = re.findall(r"^- `(.+?)`<br>$", part("What you may read"), re.M)
    assert listed == list(PROBES)


@pytest.mark.parametrize("message", PROBES)
def test_the_message_is_what_one_reads(users, message):
    with pytest.raises((ClientError, TypeError), match=re.escape(message)):
        PROBES[message](users)


def test_both_modes_cost_the_same_where_the_page_says():
    said = re.search(r"cost the same at about (\d+) %", part("1.3"))[1]
    assert {f"{capacity_modes(100, 0, kind).crossover:.0%}" for kind in ("writes", "reads")} == {f"{said}%"}


EXPECTED = """\
placed: o-1
taken: o-1
status: shipped
read: shipped
placed: o-2
placed: o-3
placed: o-4
placed: o-5
stale: some of 300
read units: 37 74
in one page: 4
in all: 5
"""


@pytest.fixture
def orders(running, request):
    """The table that the page's template makes: its name."""
    session = running.session(ACCOUNT)
    cloudformation = session.client("cloudformation")
    stack = request.node.name.replace("_", "-")
    cloudformation.create_stack(StackName=stack, TemplateBody=(SNIPPETS / "table.yaml").read_text())
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack)
    (output,) = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    assert output["OutputKey"] == "OrdersTableName"
    return output["OutputValue"]


def run(command, url):
    """What an example prints, run as a person with these credentials would run it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    environment |= {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "any"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def stale_and_rest(printed):
    """How many of the 300 default reads were stale, and what was printed beside that number."""
    stale = re.search(r"stale: (\d+) of 300", printed)[1]
    return int(stale), printed.replace(f"stale: {stale} of", "stale: some of")


A_THIRD = range(300 * 10 // 100, 300 * 45 // 100)
"""Stale reads of 300 that the page calls about a third; how many they are depends on the machine too."""


def test_the_examples_run_in_python(running, orders):
    stale, rest = stale_and_rest(run([sys.executable, SNIPPETS / "orders.py", orders], running.url))
    assert rest == EXPECTED
    assert stale in A_THIRD


def test_the_examples_run_in_node(running, orders, tmp_path):
    program = tmp_path / "orders.mjs"
    program.write_text((SNIPPETS / "orders.mjs").read_text())
    (tmp_path / "node_modules").symlink_to(node_sdk.install())
    stale, rest = stale_and_rest(run([runtimes.node_binary(), program, orders], running.url))
    assert rest == EXPECTED
    assert stale in A_THIRD


def test_the_page_says_what_the_examples_print():
    assert "37 and 74 read units" in part("1.4")


def test_the_page_says_what_a_new_table_on_demand_takes():
    writes, reads = 2 * FIRST_PEAK.write, 2 * FIRST_PEAK.read
    assert f"{writes:,} write and {reads:,} read units a second" in part("1.3")


def test_the_page_says_the_lag_that_the_sandbox_has():
    text = part("1.4")
    assert f"half of the writes take up to {Lag().median:g} ms" in text
    assert f"none over {Lag().longest:g} ms" in text


def test_a_provisioned_table_does_what_the_page_says(users):
    """300 units of burst are 75 writes of 4 KB; then one unit comes back each second."""
    begin, passed = time.monotonic(), []
    with pytest.raises(ClientError, match="ProvisionedThroughputExceededException"):
        passed.extend(time.monotonic() - begin for _ in writes_of_4_kb(users.meta.client, "paced"))
    burst, each = re.search(r"(\d+) units of burst are (\d+) writes of 4 KB", part("1.3")).groups()
    assert (int(burst), int(each)) == (300, 75)
    assert 75 <= len(passed) <= (300 + passed[-1]) // 4 + 1


@pytest.mark.parametrize("language", ["py", "mjs"])
def test_each_example_is_shown_in_both_languages(language):
    file = SNIPPETS / f"orders.{language}"
    made = re.findall(r"\[start:(\w+)\]", file.read_text())
    assert made == re.findall(r"\[end:(\w+)\]", file.read_text())
    shown = re.findall(rf'^ *--8<-- "docs/snippets/dynamodb/orders\.{language}:(\w+)"$', PAGE, re.M)
    assert shown == made
