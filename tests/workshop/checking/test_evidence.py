"""Evidence: what was asked of AWS, in lines that can be run; and how resources are found."""

import shlex
import subprocess
import sys

import pytest

from workshop.checking.evidence import LONGEST_ANSWER, Evidence, excerpt, shorten
from workshop.checking.session import MOST_CALLS


class TestLines:
    def test_of_every_kind_of_value(self):
        call = Evidence("dynamodb", "GetItem", {"Key": {"id": {"S": "it's"}}, "ConsistentRead": False})
        assert call.as_boto3() == (
            "boto3.client(\"dynamodb\").get_item(Key={'id': {'S': \"it's\"}}, ConsistentRead=False)"
        )
        assert shlex.split(call.as_aws()) == [
            *("aws", "dynamodb", "get-item", "--key", '{"id": {"S": "it\'s"}}', "--no-consistent-read")
        ]

    def test_what_came_back(self):
        assert list(Evidence("s", "Op", {}, answer="{}").lines())[-1] == "  → {}"
        assert list(Evidence("s", "Op", {}, error="E: m", times=3).lines())[-1] == (
            "  → refused with E: m  (3 times)"
        )
        assert list(Evidence("s", "Op", {}).lines())[-1] == "  → nothing"

    def test_they_run(self, clone):
        call = Evidence("dynamodb", "ListTables", {"Limit": 7})
        aws = shlex.split(call.as_aws())
        environ = {
            "AWS_ENDPOINT_URL": clone.environ["SANDBOX_URL"],
            "AWS_ACCESS_KEY_ID": clone.account,
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_DEFAULT_REGION": "us-east-1",
            "PATH": sys.executable.rpartition("/")[0],
        }
        for command in (aws, [sys.executable, "-c", f"import boto3; print({call.as_boto3()})"]):
            done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
            assert "TableNames" in done.stdout, done.stderr


class TestShortening:
    def test_long_values_are_cut(self):
        cut = shorten({"text": "x" * 1000, "list": list(range(9)), "map": {str(n): n for n in range(99)}})
        assert cut["text"] == "x" * 59 + "…"
        assert cut["list"] == [0, 1, 2, 3, 4, "…"]
        assert len(cut["map"]) == 21
        assert cut["map"]["…"] == "…"
        assert len(excerpt({"Items": [{f"attribute-{n}": "y" * 50 for n in range(19)}]})) == LONGEST_ANSWER

    def test_an_arn_is_whole(self):
        arn = f"arn:aws:dynamodb:us-east-1:123456789012:table/{'x' * 60}"
        assert shorten([arn, "arn:" + "x" * 1000]) == [arn, "arn:" + "x" * 195 + "…"]

    def test_other_kinds_become_text(self):
        assert shorten([b"bytes", {1}, None, 1.5, object]) == ["bytes", [1], None, 1.5, "<class 'object'>"]

    @pytest.mark.parametrize(
        "name",
        ["SecretAccessKey", "SessionToken", "DB_PASSWORD", "Authorization", "Credentials", "PrivateKey"],
    )
    def test_secrets_are_never_kept(self, name):
        assert "hush" not in str(shorten({"Outer": [{name: {"inner": "hush"}}]}))

    def test_a_token_of_a_page_is_no_secret(self):
        assert shorten({"NextToken": "abc"}) == {"NextToken": "abc"}


class TestRecording:
    def test_calls_are_the_evidence_of_a_finding(self, clone):
        evidence = clone.one(
            """
            @check("It is", guide="d#one")
            def test_one(lab):
                lab.client("dynamodb").list_tables(Limit=3)
                lab.client("dynamodb").list_tables(Limit=3)
                lab.session.resource("dynamodb").Table("no")
                try:
                    lab.session.resource("dynamodb").Table("no").put_item(Item={"userId": "ada", "n": 1})
                except lab.client("dynamodb").exceptions.ResourceNotFoundException:
                    fail("a", "b", "c", "d")
            """
        ).finding.evidence
        assert [(one.operation, one.times) for one in evidence] == [("ListTables", 2), ("PutItem", 1)]
        assert evidence[0].answer == '{"TableNames": []}'
        assert evidence[1].parameters == {
            "TableName": "no",
            "Item": {"userId": {"S": "ada"}, "n": {"N": "1"}},
        }
        assert evidence[1].error.startswith("ResourceNotFoundException: ")
        assert evidence[1].answer == ""

    def test_each_check_has_its_own_and_the_last_ones_only(self, clone):
        results = clone.run(
            """
            @check("x", guide="d#a")
            def test_a(lab): lab.client("iam").list_roles()
            @check("x", guide="d#b")
            def test_b(lab):
                for n in range(1, 20):
                    lab.client("dynamodb").list_tables(Limit=n)
                fail("a", "b", "c", "d")
            """
        )
        evidence = list(results.checks())[1].finding.evidence
        assert [one.parameters["Limit"] for one in evidence] == list(range(20 - MOST_CALLS, 20))

    def test_a_call_that_got_no_answer_is_recorded(self, clone):
        one = clone.one(
            """
            @check("x", guide="d#a")
            def test_a(lab):
                client = lab.session.client("dynamodb", endpoint_url="http://127.0.0.1:1")
                try:
                    client.list_tables()
                except Exception:
                    fail("a", "b", "c", "d")
            """
        )
        assert one.finding.evidence[0].error.startswith("EndpointConnectionError: ")

    def test_evidence_can_be_given(self, clone):
        one = clone.one(
            """
            @check("x", guide="d#a")
            def test_a(lab):
                lab.client("dynamodb").list_tables()
                fail("a", "b", "c", "d", evidence=[Evidence("dynamodb", "Scan", {})])
            """
        )
        assert [call.operation for call in one.finding.evidence] == ["Scan"]

    def test_no_call_waits_long(self, clone):
        one = clone.one(
            """
            @check("x", guide="d#a")
            def test_a(lab):
                config = lab.client("dynamodb").meta.config
                fail(f"{config.connect_timeout} {config.read_timeout} {config.retries}", "b", "c", "d")
            """
        )
        assert one.message == "3 20 {'mode': 'standard', 'total_max_attempts': 3}"


FIND = """
    @check("It is found", guide="dynamodb#one")
    def test_one(lab):
        found = lab.find("UsersTableName")
        fail(saw=f"{found.name} | {found.how}", expected="", why="", next_step="")
"""
TEMPLATE = """
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      {properties}
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{{AttributeName: userId, KeyType: HASH}}]
      AttributeDefinitions: [{{AttributeName: userId, AttributeType: S}}]
"""
OUTPUT = "Outputs: {UsersTableName: {Value: !Ref Users}}\n"


def deploy(clone, outputs="", properties="", name="workshop"):
    stacks = clone.target.session().client("cloudformation")
    stacks.create_stack(StackName=name, TemplateBody=TEMPLATE.format(properties=properties) + outputs)
    stacks.get_waiter("stack_create_complete").wait(StackName=name)
    return stacks


def make_table(clone, name):
    clone.target.session().client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
    )


class TestFinding:
    def test_by_the_output_of_the_stack_first(self, clone):
        make_table(clone, "workshop-users")
        deploy(clone, OUTPUT)
        name, how = clone.one(FIND).message.split(" | ")
        assert name.startswith("workshop-Users-")
        assert how == "output UsersTableName of the stack workshop"

    def test_then_by_the_name_agreed_upon(self, clone):
        make_table(clone, "workshop-users")
        named = "workshop-users | table named workshop-users; there is"
        assert clone.one(FIND).message == f"{named} no stack workshop"
        deploy(clone)
        assert clone.one(FIND).message == f"{named} no output UsersTableName in the stack workshop"

    def test_the_prefix_names_both(self, clone):
        make_table(clone, "ada-users")
        clone.environ["WORKSHOP_PREFIX"] = "ada"
        assert clone.one(FIND).message == "ada-users | table named ada-users; there is no stack ada"

    def test_nothing_is_there(self, clone):
        finding = clone.one(FIND).finding
        assert finding.saw == "no stack named workshop and no table named workshop-users"
        assert finding.next_step == "workshop deploy 1"
        assert [one.operation for one in finding.evidence] == ["DescribeStacks", "DescribeTable"]

    def test_a_stack_without_the_output(self, clone):
        deploy(clone)
        finding = clone.one(FIND).finding
        assert finding.saw == (
            "the stack workshop is CREATE_COMPLETE, without an output UsersTableName; "
            "no table named workshop-users"
        )
        assert finding.next_step.startswith("Put the output UsersTableName into template.yaml")

    def test_a_stack_that_came_to_nothing(self, clone):
        make_table(clone, "taken")
        from botocore.exceptions import WaiterError

        with pytest.raises(WaiterError):
            deploy(clone, OUTPUT, "TableName: taken")
        finding = clone.one(FIND).finding
        assert finding.saw.startswith("the stack workshop is ROLLBACK_COMPLETE")
        assert "says why the stack came to nothing" in finding.next_step


class TestModule:
    CALL = """
        @check("It is", guide="d#one")
        def test_one(lab):
            fail(str(lab.module("users").call("get_user", "ada").value), "", "", "")
        @check("Again", guide="d#one")
        def test_again(lab):
            fail(str(lab.module("users").call("count").value), "", "", "")
    """

    def test_the_learners_code_gets_the_table(self, clone):
        make_table(clone, "workshop-users")
        (clone.work / "01-dynamodb" / "users.py").write_text(
            "calls = []\n"
            "def get_user(table, user_id):\n    calls.append(1)\n    return f'{user_id} in {table.name}'\n"
            "def count(table):\n    return len(calls)\n"
        )
        results = clone.run(self.CALL)
        # One process serves the run.
        assert [one.message for one in results.checks()] == ["ada in workshop-users", "1"]
        (clone.work / "01-dynamodb" / "users.py").write_text("def count(table): return 'edited'\n")
        assert [one.message for one in clone.run(self.CALL).checks()][1] == "edited"

    def test_without_a_table_there_is_nothing_to_call(self, clone):
        assert clone.one(self.CALL).message == "no stack named workshop and no table named workshop-users"

    @pytest.mark.parametrize(
        ("source", "saw", "where"),
        [
            ("import os\ndef get_user(:", "users.py cannot be loaded: SyntaxError: ", "users.py:2"),
            ("\n\nimport no_such", "users.py cannot be loaded: ModuleNotFoundError: No module", "users.py:3"),
            (None, "users cannot be loaded: NoSuchFile: ", "users"),
        ],
    )
    def test_code_that_cannot_be_loaded_is_a_finding(self, clone, source, saw, where):
        make_table(clone, "workshop-users")
        if source is not None:
            (clone.work / "01-dynamodb" / "users.py").write_text(source)
        finding = clone.one(self.CALL).finding
        assert finding.saw.startswith(saw)
        assert finding.where == where
