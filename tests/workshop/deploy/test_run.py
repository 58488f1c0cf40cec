"""The walk of a deployment with CloudFormation's answers given: states that no sandbox gets into."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from tests.workshop.deploy.answers import (
    NO_STACK,
    STACK_ID,
    Client,
    change,
    client_error,
    event,
    of_stack,
    pages,
)
from tests.workshop.deploy.templates import USERS
from workshop.deploy import FellShort, NotAnswered
from workshop.deploy.run import Deployment, Interrupted, Order
from workshop.target import Target

MADE = {"Id": "arn:change-set", "StackId": STACK_ID}
READY = {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": change("Add")}]}
OLD, BEGIN, DONE = (
    of_stack(0, "CREATE_COMPLETE"),
    of_stack(1, "UPDATE_IN_PROGRESS"),
    of_stack(2, "UPDATE_COMPLETE"),
)


def stack_in(status, **more):
    return {"Stacks": [{"StackId": STACK_ID, "StackName": "workshop", "StackStatus": status, **more}]}


UPDATED = stack_in("UPDATE_COMPLETE", Outputs=[{"OutputKey": "UsersTableName", "OutputValue": "t"}])
GOOD = {
    "create_change_set": [MADE],
    "describe_change_set": [READY],
    "execute_change_set": [{}],
    "delete_change_set": [{}],
    "delete_stack": [{}],
    "continue_update_rollback": [{}],
}


@dataclass(frozen=True)
class OfClient(Target):
    """A target, all of whose clients are the one in `client_of`."""

    client_of: list[Any] = field(default_factory=list)

    def session(self):
        return SimpleNamespace(client=lambda service: self.client_of[0])


class Talk:
    """A deployment of USERS to a client, and all that was said."""

    def __init__(self, folder, answer, **answers):
        self.said, self.asked = [], []
        self.client = Client(**{**GOOD, **answers})
        (folder / "template.yaml").write_text(USERS)
        target = OfClient("sandbox", "http://127.0.0.1:4566", "123456789012", "us-east-1", "test")
        target.client_of.append(self.client)
        ask = None if answer is None else lambda question: self.asked.append(question) or answer
        self.order = Order(
            folder / "template.yaml", target, "workshop", "workshop deploy 1", self.said.append, ask, folder
        )

    def run(self):
        return Deployment(self.order).run()

    def ends(self, kind):
        with pytest.raises(kind) as ended:
            self.run()
        return ended.value


@pytest.fixture
def talk(tmp_path):
    return lambda answer=True, **answers: Talk(tmp_path, answer, **answers)


def test_one_that_is_being_changed_is_waited_for(talk):
    one = talk(
        describe_stacks=[stack_in("UPDATE_IN_PROGRESS"), UPDATED],
        describe_stack_events=[
            pages(OLD, BEGIN),
            pages(OLD, BEGIN, DONE),
            pages(OLD, BEGIN, DONE),
            pages(OLD, BEGIN, DONE, of_stack(3, "UPDATE_IN_PROGRESS"), of_stack(4, "UPDATE_COMPLETE")),
        ],
    )
    assert one.run() == {"UsersTableName": "t"}
    assert one.said[0].startswith("The stack workshop is UPDATE_IN_PROGRESS: another operation is going on.")


def test_a_rollback_that_stopped_goes_on_after_a_yes(talk):
    back = of_stack(3, "UPDATE_ROLLBACK_COMPLETE")
    one = talk(
        describe_stacks=[
            stack_in("UPDATE_ROLLBACK_FAILED", StackStatusReason="No role"),
            stack_in("UPDATE_ROLLBACK_COMPLETE"),
            UPDATED,
        ],
        describe_stack_events=[
            pages(OLD),
            pages(OLD, back),
            pages(OLD, back),
            pages(OLD, back, of_stack(4, "UPDATE_COMPLETE")),
        ],
    )
    one.run()
    assert one.asked == ["Let the rollback of the stack workshop go on?"]
    assert "failed too (No role)" in one.said[0]
    assert one.client.called("continue_update_rollback") == [{"StackName": STACK_ID}]


def test_a_rollback_that_stops_again_says_why(talk):
    one = talk(
        describe_stacks=[stack_in("UPDATE_ROLLBACK_FAILED")],
        describe_stack_events=[
            pages(OLD),
            pages(OLD, event(3, "UPDATE_FAILED", "x is not authorized to perform: dynamodb:UpdateTable"),
                  of_stack(4, "UPDATE_ROLLBACK_FAILED", "The following resource(s) failed: [UsersTable]")),
        ],
    )  # fmt: skip
    problem = one.ends(FellShort)
    assert problem.headline == "UsersTable stands in the way: the stack workshop is stuck."
    assert "you may not" not in problem.found
    assert "In plain words: whoever deploys may not do this" in problem.found


def test_a_deletion_that_fails_again_says_why_and_how_to_leave_it_behind(talk):
    one = talk(
        describe_stacks=[stack_in("DELETE_FAILED")],
        describe_stack_events=[
            pages(OLD),
            pages(OLD, event(3, "DELETE_FAILED", "it is currently protected against deletion"),
                  of_stack(4, "DELETE_FAILED", "The following resource(s) failed to delete: [UsersTable].")),
        ],
    )  # fmt: skip
    problem = one.ends(FellShort)
    assert "its deletion has begun and stopped half-way" in one.said[0]
    assert problem.headline.endswith("--stack-name workshop --retain-resources UsersTable")
    assert "--no-deletion-protection-enabled --table-name workshop-UsersTable-1. Then:" in problem.do_next


def test_a_protected_stack_is_not_deleted(talk):
    one = talk(describe_stacks=[stack_in("ROLLBACK_COMPLETE", EnableTerminationProtection=True)])
    one.client.answers["describe_stack_events"] = [pages(OLD)]
    problem = one.ends(FellShort)
    assert "--no-enable-termination-protection --stack-name workshop" in problem.do_next
    assert one.asked == []
    assert not one.client.called("delete_stack")


@pytest.mark.parametrize("answer", [None, False])
@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"])
def test_without_a_yes_nothing_is_done(talk, answer, status):
    one = talk(answer, describe_stacks=[stack_in(status)], describe_stack_events=[pages(OLD)])
    problem = one.ends(NotAnswered)
    assert not one.client.called("delete_stack")
    assert not one.client.called("continue_update_rollback")
    assert ("workshop deploy 1 --yes" in problem.do_next) is (answer is None)


def test_ctrl_c_while_cloudformation_works_says_what_goes_on(talk):
    one = talk(
        describe_stacks=[stack_in("CREATE_COMPLETE")],
        describe_stack_events=[pages(OLD), KeyboardInterrupt()],
    )
    told = str(one.ends(Interrupted))
    assert "CloudFormation goes on by itself with the stack workshop" in told
    assert "aws cloudformation describe-stack-events --stack-name workshop" in told
    assert "deploy again: workshop deploy 1" in told
    assert not one.client.called("delete_change_set")


@pytest.mark.parametrize(("there", "deleted"), [(stack_in("CREATE_COMPLETE"), 0), (NO_STACK, 1)])
def test_ctrl_c_at_a_question_leaves_nothing_behind(talk, there, deleted):
    one = talk(
        describe_stacks=[there],
        describe_change_set=[
            {"Status": "CREATE_COMPLETE", "Changes": [{"ResourceChange": change("Remove", "L", "X")}]}
        ],
    )

    def interrupted(question):
        raise KeyboardInterrupt

    object.__setattr__(one.order, "ask", interrupted)
    one.ends(KeyboardInterrupt)
    assert one.client.called("delete_change_set")
    assert len(one.client.called("delete_stack")) == deleted
    assert not one.client.called("execute_change_set")


def test_what_the_clean_up_could_not_delete_is_said(talk):
    one = talk(
        describe_stacks=[stack_in("CREATE_COMPLETE"), UPDATED],
        describe_stack_events=[
            pages(OLD),
            pages(OLD, BEGIN, event(2, "DELETE_FAILED", "protected"), of_stack(3, "UPDATE_COMPLETE")),
        ],
    )
    one.run()
    assert "workshop-UsersTable-1 could not be deleted and stays: protected" in one.said


def test_a_stack_that_fails_without_a_reason_tells_its_state(talk):
    one = talk(
        describe_stacks=[stack_in("CREATE_COMPLETE")],
        describe_stack_events=[pages(OLD), pages(OLD, of_stack(3, "UPDATE_FAILED"))],
    )
    problem = one.ends(FellShort)
    assert problem.found == "UPDATE_FAILED"
    assert problem.headline == "The deployment failed. The stack workshop is UPDATE_FAILED."


def test_a_change_set_that_fails_is_put_away(talk):
    one = talk(
        describe_stacks=[NO_STACK],
        describe_change_set=[
            {"Status": "FAILED", "StatusReason": "Transform AWS::Serverless-2016-10-31 failed with: x"}
        ],
    )
    problem = one.ends(FellShort)
    assert "SAM cannot turn its short forms into resources" in problem.found
    assert one.client.called("delete_stack") == [{"StackName": STACK_ID}]


def test_a_refused_call_is_named(talk):
    denied = client_error(
        "AccessDenied",
        "User: ada is not authorized to perform: cloudformation:CreateChangeSet",
        "CreateChangeSet",
        403,
    )
    problem = talk(describe_stacks=[NO_STACK], create_change_set=[denied]).ends(FellShort)
    assert problem.headline == "CreateChangeSet was refused."
    assert "In plain words: whoever deploys may not do this" in problem.found


def test_a_fault_of_the_service_is_not_the_learners(talk):
    broken = client_error("InternalFailure", "oh", "CreateChangeSet", 500)
    assert talk(describe_stacks=[NO_STACK], create_change_set=[broken]).ends(type(broken)) is broken


def test_a_long_template_goes_by_way_of_the_bucket(talk):
    missing = client_error("404", "Not Found", "HeadObject", 404)
    one = talk(
        describe_stacks=[stack_in("CREATE_COMPLETE"), UPDATED],
        describe_stack_events=[pages(OLD), pages(OLD, BEGIN, DONE)],
        head_object=[missing],
        create_bucket=[{}],
        put_bucket_tagging=[{}],
        put_object=[{}],
    )
    one.client.exceptions = SimpleNamespace(BucketAlreadyOwnedByYou=KeyError, BucketAlreadyExists=KeyError)
    one.order.template.write_text(USERS + "#" * 51_200)
    one.run()
    [sent] = one.client.called("create_change_set")
    [put] = one.client.called("put_object")
    assert sent["TemplateURL"].endswith(f"/workshop-artifacts-123456789012-us-east-1/{put['Key']}")
    assert "TemplateBody" not in sent
