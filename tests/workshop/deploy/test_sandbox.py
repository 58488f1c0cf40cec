"""`workshop deploy` on a sandbox, as a learner types it."""

import pytest

from tests.workshop.deploy.templates import FUNCTION, NAMED, USERS, WITH_MORE, with_key
from workshop import progress
from workshop.errors import NotRunning, Problem


class TestGoesWell:
    def test_the_solution_of_lab_1(self, learner, solution):
        ended = learner.deploy(solution)
        assert ended.code == 0, ended.text
        name = learner.outputs()["UsersTableName"]
        assert f"  UsersTableName  {name}" in ended.out
        assert ended.out.endswith("Do next: workshop check 1")
        table = learner.client("dynamodb").describe_table(TableName=name)["Table"]
        assert table["KeySchema"] == [{"AttributeName": "userId", "KeyType": "HASH"}]
        assert {"Key": "workshop", "Value": "workshop"} in learner.stack()["Tags"]

    def test_each_resource_has_a_line_in_a_pipe(self, learner):
        lines = [line.split() for line in learner.deploy(USERS).out.splitlines()]
        assert ["create", "UsersTable", "AWS::DynamoDB::Table"] in lines
        assert [line[:3] for line in lines if line and line[-1] == "s"] == [
            ["UsersTable", "AWS::DynamoDB::Table", "CREATE_COMPLETE"],
            ["workshop", "AWS::CloudFormation::Stack", "CREATE_COMPLETE"],
        ]

    def test_it_is_noted_in_the_progress(self, learner):
        learner.deployed()
        assert progress.load(learner.clone / "work").labs["01-dynamodb"].deployed_at

    def test_twice_is_no_change(self, learner):
        learner.deployed()
        ended = learner.deploy()
        assert ended.code == 0
        assert "No change: the stack workshop is what" in ended.out
        assert "UsersTableName" in ended.out
        assert learner.open_change_sets() == []

    def test_an_update_keeps_the_table(self, learner):
        name = learner.deployed()
        text = USERS.replace(
            "      BillingMode",
            "      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }\n      BillingMode",
        )
        ended = learner.deploy(text)
        assert ended.code == 0, ended.text
        assert "change   UsersTable" in ended.out
        assert learner.outputs()["UsersTableName"] == name

    def test_the_prefix_names_the_stack(self, learner):
        learner.environ["WORKSHOP_PREFIX"] = "ada"
        assert learner.deploy(USERS).code == 0
        [stack] = learner.client("cloudformation").describe_stacks()["Stacks"]
        assert stack["StackName"] == "ada"
        assert {"Key": "workshop", "Value": "ada"} in stack["Tags"]

    def test_a_template_without_outputs(self, learner):
        ended = learner.deploy(USERS.partition("\nOutputs")[0])
        assert ended.code == 0
        assert "The template has no Outputs." in ended.out


class TestWhichLab:
    def test_the_one_begun_last(self, learner):
        learner.write(USERS)
        learner.write(USERS, "02-iam")
        work = learner.clone / "work"
        progress.record_begin(work, "02-iam", "python", "2026-11-01T10:00:00+00:00")
        progress.record_begin(work, "01-dynamodb", "python", "2026-11-01T11:00:00+00:00")
        assert learner.deploy(lab=None).out.endswith("workshop check 1")

    def test_without_a_note_the_later_one(self, learner):
        learner.write(USERS)
        learner.write(USERS, "02-iam")
        assert learner.deploy(lab=None).out.endswith("workshop check 2")

    def test_none_is_begun(self, learner):
        with pytest.raises(Problem, match="no lab that has begun") as problem:
            learner.deploy(lab=None)
        assert problem.value.do_next == "workshop begin 1"

    def test_this_one_is_not_begun(self, learner):
        with pytest.raises(Problem, match="the lab is not begun") as problem:
            learner.deploy(lab="2")
        assert problem.value.do_next == "workshop begin 2"

    def test_begun_but_the_template_is_gone(self, learner):
        learner.write("x", name="users.py")
        ended = learner.deploy()
        assert ended.code == 1
        assert "no such file" in ended.err

    def test_no_sandbox(self, learner):
        learner.write(USERS)
        learner.environ["SANDBOX_URL"] = "http://127.0.0.1:9"
        with pytest.raises(NotRunning):
            learner.deploy()


class TestFailsAtOnce:
    """Nothing is made, and no stack is left."""

    def refused(self, learner, text):
        ended = learner.deploy(text)
        assert ended.code == 1, ended.text
        assert learner.stacks() == []
        assert "Do next:" in ended.err
        return ended.err

    def test_broken_yaml(self, learner):
        told = self.refused(learner, USERS.replace("      KeySchema:", "     KeySchema:"))
        assert "template.yaml, line 11" in told
        assert "Nothing was deployed" in told

    def test_unknown_type(self, learner):
        told = self.refused(learner, USERS.replace("DynamoDB::Table", "DynamoDB::Tabel"))
        assert "line 6: Type: AWS::DynamoDB::Tabel" in told
        assert "CloudFormation knows no resource of this type" in told

    def test_sam_without_its_transform(self, learner):
        text = FUNCTION.replace("Transform: AWS::Serverless-2016-10-31\n", "").replace(
            "CodeUri: src", "InlineCode: x"
        )
        told = self.refused(learner, text)
        assert "Transform: AWS::Serverless-2016-10-31" in told

    def test_unknown_reference(self, learner):
        told = self.refused(learner, USERS.replace("!Ref UsersTable", "!Ref UserTable"))
        assert "Value: !Ref UserTable" in told

    def test_a_key_in_the_wrong_place(self, learner):
        told = self.refused(learner, USERS.replace("\nOutputs:", "    Billing: x\n\nOutputs:"))
        assert "Invalid template resource property 'Billing'" in told
        assert "line 15: Billing: x" in told

    def test_no_type(self, learner):
        told = self.refused(learner, USERS.replace("    Type: AWS::DynamoDB::Table\n", ""))
        assert "line 5: UsersTable:" in told

    def test_no_resources(self, learner):
        told = self.refused(learner, "Outputs:\n  A:\n    Value: x\n")
        assert "the template makes nothing" in told

    def test_a_parameter_without_a_value(self, learner):
        told = self.refused(learner, "Parameters:\n  Key:\n    Type: String\n" + USERS)
        assert "line 2: Key:" in told
        assert "add a Default" in told

    def test_a_name_without_a_value(self, learner):
        told = self.refused(learner, USERS.replace("BillingMode: PAY_PER_REQUEST", "BillingMode:"))
        assert "line 14: BillingMode:" in told
        assert "a name stands there without a value" in told

    def test_a_named_role(self, learner):
        role = "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: mine\n"
        role += "      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}\n"
        told = self.refused(learner, USERS.replace("Outputs:", role + "Outputs:"))
        assert "Requires capabilities" in told
        assert "line 19: RoleName: mine" in told

    def test_bad_code_is_found_before_anything_is_sent(self, learner):
        told = self.refused(learner, FUNCTION)
        assert "no folder and no file" in told


class TestFailsInTheMiddle:
    """The stack is rolled back."""

    def failed(self, learner, text):
        ended = learner.deploy(text)
        assert ended.code == 1, ended.text
        assert learner.stacks() == ["ROLLBACK_COMPLETE"]
        assert "The next deployment deletes that first, and asks you" in ended.err
        return ended.err

    def test_the_starter_of_lab_1(self, learner, starter):
        told = self.failed(learner, starter)
        assert "AttributeType: TODO" in told
        assert "`AttributeType: S` for text" in told
        assert "Then: workshop deploy 1" in told

    def test_unused_attributes(self, learner):
        more = "          AttributeType: S\n        - AttributeName: name\n          AttributeType: S\n"
        told = self.failed(learner, USERS.replace("          AttributeType: S\n", more))
        assert "do not name the same attributes" in told
        assert "line 8: AttributeDefinitions:" in told

    def test_undefined_key(self, learner):
        told = self.failed(learner, USERS.replace("AttributeName: userId", "AttributeName: id", 1))
        assert "do not name the same attributes" in told or "does not define" in told

    def test_provisioned_without_capacity(self, learner):
        told = self.failed(learner, USERS.replace("      BillingMode: PAY_PER_REQUEST\n", ""))
        assert "without BillingMode a table is provisioned" in told

    def test_on_demand_with_capacity(self, learner):
        capacity = "      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}\n"
        told = self.failed(learner, USERS.replace("      BillingMode", capacity + "      BillingMode"))
        assert "on-demand has no capacity to provision" in told
        assert "line 14: ProvisionedThroughput" in told

    def test_an_unknown_billing_mode(self, learner):
        told = self.failed(learner, USERS.replace("PAY_PER_REQUEST", "ON_DEMAND"))
        assert "line 14: BillingMode: ON_DEMAND" in told
        assert "PAY_PER_REQUEST" in told

    def test_an_unknown_key_type(self, learner):
        told = self.failed(learner, USERS.replace("HASH", "HASCH"))
        assert "line 13: KeyType: HASCH" in told

    def test_an_unknown_property(self, learner):
        told = self.failed(learner, USERS.replace("BillingMode", "BilingMode"))
        assert "line 14: BilingMode" in told
        assert "misspelled name or a wrong indentation" in told

    def test_a_missing_property(self, learner):
        told = self.failed(learner, USERS.replace("          KeyType: HASH\n", ""))
        assert "line 12: - AttributeName: userId" in told
        assert "a property that this type needs is not there" in told

    def test_a_list_without_dashes(self, learner):
        text = USERS.replace(
            "        - AttributeName: userId\n          KeyType", "        AttributeName: x\n        KeyType"
        )
        told = self.failed(learner, text)
        assert "line 11: KeySchema:" in told
        assert "a value has the wrong shape" in told

    def test_the_name_is_taken(self, learner):
        learner.client("dynamodb").create_table(
            TableName="my-users",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        told = self.failed(learner, NAMED)
        assert "'my-users' already exists" in told
        assert "line 8: TableName: my-users" in told

    def test_an_attribute_that_there_is_not(self, learner):
        told = self.failed(learner, USERS.replace("!Ref UsersTable", "!GetAtt UsersTable.Arm"))
        assert "!GetAtt asks for an attribute that this type does not have" in told
        assert "Value: !GetAtt UsersTable.Arm" in told

    def test_an_update_that_fails_leaves_all_as_it_was(self, learner):
        name = learner.deployed()
        ended = learner.deploy(USERS.replace("AttributeName: userId", "AttributeName: id", 1))
        assert ended.code == 1
        assert "UPDATE_ROLLBACK_COMPLETE: everything is as it was before." in ended.err
        assert learner.outputs()["UsersTableName"] == name


class TestRolledBack:
    """A stack in ROLLBACK_COMPLETE."""

    @pytest.fixture
    def stuck(self, learner, starter):
        assert learner.deploy(starter).code == 1
        return learner

    def test_nobody_to_ask(self, stuck, solution):
        ended = stuck.deploy(solution)
        assert ended.code == 2
        assert "ROLLBACK_COMPLETE: its first creation failed" in ended.err
        assert "workshop deploy 1 --yes" in ended.err
        assert stuck.stacks() == ["ROLLBACK_COMPLETE"]

    def test_with_yes_it_is_deleted_and_created(self, stuck, solution):
        ended = stuck.deploy(solution, yes=True)
        assert ended.code == 0, ended.text
        assert "Yes, by --yes." in ended.out
        assert stuck.stacks() == ["CREATE_COMPLETE"]


class TestLoses:
    def test_an_empty_table_is_replaced_and_said(self, learner):
        name = learner.deployed(with_key("id"))
        ended = learner.deploy(USERS)
        assert ended.code == 0, ended.text
        assert f"UsersTable (AWS::DynamoDB::Table, {name}) is replaced by a new one" in ended.out
        assert "It is empty: nothing is lost." in ended.out
        assert learner.outputs()["UsersTableName"] != name

    @pytest.mark.parametrize(
        ("number", "words"), [(1, "1 item,"), (3, "3 items,"), (101, "at least 100 items,")]
    )
    def test_a_table_with_items_is_not_replaced_without_a_yes(self, learner, number, words):
        name = learner.deployed(with_key("id"))
        learner.put_users(name, number, "id")
        ended = learner.deploy(USERS)
        assert ended.code == 2
        assert f"It holds {words} which are lost." in ended.err
        assert "KeySchema" in ended.err
        assert "workshop deploy 1 --yes" in ended.err
        assert learner.outputs()["UsersTableName"] == name
        assert learner.open_change_sets() == []
        assert learner.deploy(yes=True).code == 0
        assert learner.outputs()["UsersTableName"] != name

    def test_an_earlier_lab_over_a_later_one(self, learner):
        learner.deployed(WITH_MORE)
        ended = learner.deploy(USERS)
        assert ended.code == 2
        assert "Greeting (AWS::SSM::Parameter" in ended.err
        assert "is deleted: your template no longer has it." in ended.err
        assert learner.client("ssm").describe_parameters()["Parameters"]
        assert learner.deploy(yes=True).code == 0
        assert learner.client("ssm").describe_parameters()["Parameters"] == []

    def test_what_the_deletion_policy_keeps_needs_no_yes(self, learner):
        kept = WITH_MORE.replace("  Greeting:\n", "  Greeting:\n    DeletionPolicy: Retain\n")
        learner.deployed(kept)
        ended = learner.deploy(USERS)
        assert ended.code == 0, ended.text
        assert "but its DeletionPolicy keeps it" in ended.out
        assert learner.client("ssm").describe_parameters()["Parameters"]

    def test_a_named_table_is_not_replaced(self, learner):
        learner.deployed(with_key("id", NAMED))
        ended = learner.deploy(NAMED)
        assert ended.code == 1
        assert "AWS refuses to replace a resource that the template names" in ended.err
        assert "line 8: TableName: my-users" in ended.err
        assert learner.open_change_sets() == []
        ended = learner.deploy(USERS)
        assert ended.code == 0, ended.text


class TestCode:
    APP = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'VERSION'}\n"

    def write(self, learner, version):
        folder = learner.clone / "work" / "01-dynamodb" / "src"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "app.py").write_text(self.APP.replace("VERSION", version))

    def test_code_is_uploaded_once_and_reaches_the_function(self, learner):
        for version in ("one", "two"):
            self.write(learner, version)
            ended = learner.deploy(FUNCTION)
            assert ended.code == 0, ended.text
            assert "Uploaded 1 package(s) of code." in ended.out
            name = learner.outputs()["UsersFunctionName"]
            answer = learner.client("lambda").invoke(FunctionName=name)["Payload"].read().decode()
            assert version in answer
        ended = learner.deploy(FUNCTION.replace("3.13", "3.12"))
        assert ended.code == 0, ended.text
        assert "Uploaded" not in ended.out

    def test_a_role_that_lambda_may_not_assume(self, learner):
        self.write(learner, "one")
        ended = learner.deploy(FUNCTION.replace("lambda.amazonaws.com", "ec2.amazonaws.com"))
        assert ended.code == 1, ended.text
        assert "the function's role does not trust Lambda" in ended.err
        assert "line 9: Role: !GetAtt UsersRole.Arn" in ended.err

    def test_a_policy_that_iam_cannot_read(self, learner):
        self.write(learner, "one")
        document = "{Version: '2012-10-17', Statement: [{Effect: Maybe, Action: 's3:*', Resource: '*'}]}"
        policy = f"      Policies: [{{PolicyName: p, PolicyDocument: {document}}}]\n"
        ended = learner.deploy(FUNCTION.replace("      Assume", policy + "      Assume"))
        assert ended.code == 1, ended.text
        assert "IAM cannot read a policy" in ended.err

    def test_a_short_form_that_sam_does_not_take(self, learner):
        self.write(learner, "one")
        ended = learner.deploy(FUNCTION.replace("      Runtime: python3.13\n", ""))
        assert ended.code == 1, ended.text
        assert "line 3: UsersFunction:" in ended.err
        assert learner.stacks() == []

    def test_an_unknown_runtime(self, learner):
        self.write(learner, "one")
        ended = learner.deploy(FUNCTION.replace("3.13", "2"))
        assert ended.code == 1, ended.text
        assert "line 8: Runtime: python2" in ended.err
