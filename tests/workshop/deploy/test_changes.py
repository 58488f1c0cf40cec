"""What a change set says, what would be lost by it, what AWS would refuse of it, and in which states."""

import pytest

from tests.repository.sources import ROOT
from tests.workshop.deploy.answers import STACK_ID, TABLE, Client, change, client_error
from tests.workshop.deploy.templates import NAMED, USERS
from workshop.catalogue import labs
from workshop.deploy import change_set, losses
from workshop.deploy.change_set import parse
from workshop.deploy.losses import Items
from workshop.deploy.obstacles import WayOut, obstacle
from workshop.deploy.origin import origins
from workshop.deploy.plan import custom_named, plan
from workshop.deploy.stack import State
from workshop.deploy.template import read

MADE = {"Id": "arn:change-set", "StackId": STACK_ID}
NO_CHANGE = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)
EARLY = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot "
    "Early Validation errors, use the DescribeEvents API for detailed failure information."
)


def create(client, is_new=False, stack_was_there=True):
    body = {"TemplateBody": "x"}
    return change_set.create(
        client, "workshop", is_new, stack_was_there, body, {"workshop": "w"}, lambda _: None
    )


class TestChangeSet:
    def test_it_waits_and_reads_every_page(self):
        client = Client(
            create_change_set=[MADE],
            describe_change_set=[
                {"Status": "CREATE_PENDING"},
                {"Status": "CREATE_IN_PROGRESS"},
                {
                    "Status": "CREATE_COMPLETE",
                    "Changes": [{"ResourceChange": change("Add")}],
                    "NextToken": "more",
                },
                {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": change("Remove", "Logs")}]},
            ],
        )
        made = create(client)
        assert [one.action for one in made.changes] == ["Add", "Remove"]
        assert not made.failed

    def test_what_is_sent(self):
        client = Client(create_change_set=[MADE], describe_change_set=[{"Status": "CREATE_COMPLETE"}])
        create(client, is_new=True)
        [sent] = client.called("create_change_set")
        assert sent["ChangeSetType"] == "CREATE"
        assert sent["Capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
        assert sent["Tags"] == [{"Key": "workshop", "Value": "w"}]

    def test_no_change_is_no_failure(self):
        answer = {"Status": "FAILED", "StatusReason": NO_CHANGE}
        made = create(Client(create_change_set=[MADE], describe_change_set=[answer]))
        assert made.is_empty

    def test_early_validation_is_asked_what_it_found(self):
        found = {
            "ValidationStatusReason": "Required property [KeySchema] not found",
            "ValidationPath": "/Resources/A",
        }
        client = Client(
            create_change_set=[MADE],
            describe_change_set=[{"Status": "FAILED", "StatusReason": EARLY}],
            describe_events=[{"OperationEvents": [{"EventType": "STACK_EVENT"}, found]}],
        )
        made = create(client)
        assert not made.is_empty
        assert made.reason.startswith("Required property [KeySchema] not found (at /Resources/A)\n")

    def test_early_validation_that_may_not_be_asked(self):
        client = Client(
            create_change_set=[MADE],
            describe_change_set=[{"Status": "FAILED", "StatusReason": EARLY}],
            describe_events=[client_error("AccessDenied", "you may not", "DescribeEvents")],
        )
        assert create(client).reason == f"(DescribeEvents: you may not)\n{EARLY}"

    @pytest.mark.parametrize(("there", "deleted"), [(True, 0), (False, 1)])
    def test_ctrl_c_leaves_nothing_behind(self, there, deleted):
        client = Client(
            create_change_set=[MADE],
            describe_change_set=[KeyboardInterrupt()],
            delete_change_set=[{}],
            delete_stack=[{}],
        )
        with pytest.raises(KeyboardInterrupt):
            create(client, stack_was_there=there)
        given = {"ChangeSetName": "arn:change-set", "StackName": STACK_ID}
        assert client.called("delete_change_set") == [given]
        assert len(client.called("delete_stack")) == deleted


def lost(*changes, items=None):
    return losses.losses([parse(one) for one in changes], lambda table: items)


KEY = {"KeySchema": "Always", "BillingMode": "Never"}


class TestLosses:
    def test_what_is_new_or_changes_in_place_is_no_loss(self):
        assert (
            lost(change("Add"), change("Modify", replacement="False", properties={"BillingMode": "Never"}))
            == []
        )

    def test_a_resource_that_goes_must_be_asked_for(self):
        [loss] = lost(change("Remove", "UsersLogGroup", "AWS::Logs::LogGroup"))
        assert loss.must_be_asked
        assert losses.sentence(loss) == (
            "UsersLogGroup (AWS::Logs::LogGroup, workshop-UsersLogGroup-1) is deleted: "
            "your template no longer has it."
        )

    @pytest.mark.parametrize(
        ("items", "asked", "words"),
        [
            (Items(0), False, "It is empty: nothing is lost."),
            (Items(1), True, "It holds 1 item, which"),
            (Items(2), True, "It holds 2 items, which are lost."),
            (Items(100, more=True), True, "It holds at least 100 items, which are lost."),
            (None, False, "because KeySchema changes."),
        ],
    )
    def test_a_table_is_replaced(self, items, asked, words):
        [loss] = lost(change("Modify", replacement="True", properties=KEY), items=items)
        assert loss.must_be_asked is asked
        assert words in losses.sentence(loss)
        assert "is replaced by a new one, because KeySchema changes" in losses.sentence(loss)

    def test_perhaps_is_as_bad(self):
        one = change("Modify", replacement="Conditional", properties={"KeySchema": "Conditionally"})
        [loss] = lost(one, items=Items(3))
        assert loss.must_be_asked
        assert "may be replaced" in losses.sentence(loss)

    def test_an_empty_table_that_goes_is_asked_for(self):
        [loss] = lost(change("Remove"), items=Items(0))
        assert loss.must_be_asked

    def test_what_is_kept_is_no_loss_and_is_said(self):
        one = change("Remove", policy="Retain")
        assert lost(one) == []
        [words] = losses.kept([parse(one)])
        assert "workshop-UsersTable-1 stays in the account" in words
        assert losses.kept([parse(change("Modify", replacement="True", policy="ReplaceAndRetain"))])
        assert not losses.kept(
            [parse(change("Remove", policy="Delete")), parse(change("Modify", policy="Retain"))]
        )

    @pytest.mark.parametrize("kind", sorted(losses.VERSIONS))
    def test_snapshots_go_without_a_question(self, kind):
        assert lost(change("Remove", "Deployment1", kind)) == []


def removed(name, kind):
    return change("Remove", name, kind)


PERMISSION, STAGE = "AWS::Lambda::Permission", "AWS::ApiGateway::Stage"


class TestSentences:
    def test_the_lab_that_it_came_with_is_said_where_it_is_known(self):
        lost_ones = lost(removed("UsersRole", "AWS::IAM::Role"), removed("Mine", "AWS::IAM::Role"))
        first, second = losses.sentences(lost_ones, {"UsersRole": 2})
        assert first.endswith("is deleted: your template no longer has it. It came with lab 2.")
        assert second.endswith("is deleted: your template no longer has it.")

    def test_of_a_table_both_the_lab_and_its_items(self):
        [said] = losses.sentences(lost(change("Remove"), items=Items(3)), {"UsersTable": 1})
        assert said.endswith("no longer has it. It came with lab 1. It holds 3 items, which are lost.")

    def test_many_that_only_join_others_are_counted(self):
        joining = [removed(f"P{number}", PERMISSION) for number in range(3)]
        said = losses.sentences(
            lost(removed("F", "AWS::Lambda::Function"), *joining, removed("S", STAGE)), {}
        )
        assert len(said) == 2
        assert said[1] == "With them go 3 × AWS::Lambda::Permission, 1 × AWS::ApiGateway::Stage."

    @pytest.mark.parametrize(
        "changes",
        [
            [removed("F", "AWS::Lambda::Function"), removed("P1", PERMISSION), removed("S", STAGE)],
            [removed(f"P{number}", PERMISSION) for number in range(3)],
        ],
        ids=["two", "nothing else"],
    )
    def test_few_are_told_one_by_one(self, changes):
        assert len(losses.sentences(lost(*changes), {})) == 3


CAME_WITH = {"UsersRole": 2, "UsersFunction": 3}


class TestWayToKeep:
    LOST = lost(removed("UsersRole", "AWS::IAM::Role"), removed("UsersFunction", "AWS::Lambda::Function"))

    def test_a_lab_over_a_later_one(self):
        assert losses.way_to_keep(self.LOST, CAME_WITH, 1) == [
            "Lab 3 is deployed, and you deploy lab 1 over it. To keep it all: workshop deploy 3"
        ]

    @pytest.mark.parametrize(("came_with", "lab"), [(CAME_WITH, 3), (CAME_WITH, 0), ({}, 1)])
    def test_where_no_later_lab_is_known_to_be_there(self, came_with, lab):
        assert losses.way_to_keep(self.LOST, came_with, lab) == []


class TestOrigins:
    def test_what_came_first_with_which_lab(self):
        found = origins(ROOT)
        assert found["UsersTable"] == 1
        assert found.items() >= {"UsersRole": 2, "UsersLogGroup": 2}.items() or len(labs(ROOT)) < 2
        assert found.items() >= {"UsersFunction": 3, "UsersHttpApi": 4}.items() or len(labs(ROOT)) < 4

    def test_where_there_is_no_lab_nothing_is_known(self, tmp_path):
        assert origins(tmp_path) == {}


class TestPlan:
    def test_one_line_each(self):
        changes = [
            change("Add", "Logs", "AWS::Logs::LogGroup"),
            change("Modify", replacement="True", properties=KEY),
            change("Modify", "Other", replacement="False", properties={"BillingMode": "Never"}),
            change("Remove", "Old"),
        ]
        lines = [line.split() for line in plan([parse(one) for one in changes])]
        assert [line[:2] for line in lines] == [
            ["create", "Logs"],
            ["replace", "UsersTable"],
            ["change", "Other"],
            ["delete", "Old"],
        ]
        assert lines[1][2:] == [f"{TABLE}:", "KeySchema,", "BillingMode"]

    @pytest.fixture
    def refusal(self, tmp_path):
        def ask(text, *changes):
            (tmp_path / "template.yaml").write_text(text)
            template = read(tmp_path / "template.yaml")
            return custom_named(template, [parse(one) for one in changes], "workshop deploy 1")

        return ask

    def test_a_named_resource_is_not_replaced(self, refusal):
        problem = refusal(NAMED, change("Modify", physical_id="my-users", replacement="True", properties=KEY))
        assert "line 8: TableName: my-users" in problem.looked_at
        assert problem.found.startswith("KeySchema changes")
        assert problem.do_next == "remove the line with TableName. Then: workshop deploy 1"
        assert "AWS refuses" in problem.headline

    @pytest.mark.parametrize(
        ("text", "one"),
        [
            (USERS, change("Modify", replacement="True", properties=KEY)),
            (NAMED, change("Modify", physical_id="old-users", replacement="True", properties=KEY)),
            (NAMED, change("Modify", physical_id="my-users", replacement="False")),
            (NAMED, change("Remove", physical_id="my-users")),
            (NAMED, change("Modify", "X", "AWS::SSM::Parameter", physical_id="my-users", replacement="True")),
        ],
    )
    def test_all_others_are(self, refusal, text, one):
        assert refusal(text, one) is None


def way_out(status, reason=""):
    return obstacle(State(STACK_ID, "workshop", status, reason))


class TestObstacles:
    @pytest.mark.parametrize(
        ("status", "way"),
        [
            ("REVIEW_IN_PROGRESS", WayOut.CREATE),
            ("CREATE_COMPLETE", WayOut.UPDATE),
            ("UPDATE_COMPLETE", WayOut.UPDATE),
            ("UPDATE_ROLLBACK_COMPLETE", WayOut.UPDATE),
            ("UPDATE_FAILED", WayOut.UPDATE),
            ("CREATE_IN_PROGRESS", WayOut.WAIT),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", WayOut.WAIT),
            ("DELETE_IN_PROGRESS", WayOut.WAIT),
            ("ROLLBACK_COMPLETE", WayOut.DELETE),
            ("ROLLBACK_FAILED", WayOut.DELETE),
            ("CREATE_FAILED", WayOut.DELETE),
            ("DELETE_FAILED", WayOut.DELETE),
            ("UPDATE_ROLLBACK_FAILED", WayOut.ROLL_BACK),
        ],
    )
    def test_each_state_has_its_way_out(self, status, way):
        found = way_out(status)
        assert found.way_out is way
        assert bool(found.question) is (way in (WayOut.DELETE, WayOut.ROLL_BACK))
        assert (status in found.why) is (way in (WayOut.WAIT, WayOut.DELETE, WayOut.ROLL_BACK))

    def test_no_stack(self):
        assert obstacle(None).way_out is WayOut.CREATE

    def test_why_a_rollback_stopped(self):
        assert "failed too (No role.). It takes" not in way_out("UPDATE_ROLLBACK_FAILED", "No role.").why
        assert "failed too (No role). It takes" in way_out("UPDATE_ROLLBACK_FAILED", "No role.").why
