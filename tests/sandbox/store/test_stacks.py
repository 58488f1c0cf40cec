"""Stacks that were in the middle of something when the sandbox was killed, and what the next one makes of it.

Tables take their time here, so that every stack is where it should be at the moment of the kill.
"""

import json

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.store.durable import Durable
from tests.workshop.waiting import wait_until

DIED = "The sandbox ended in the middle of it."
SLOW = 30_000
"""Milliseconds that a table takes for each change of its state, before the kill."""


def template(*, key="id", days=1, stream=False, table=True, group=True, depends=True):
    keys = {
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if stream:
        keys["StreamSpecification"] = {"StreamViewType": "KEYS_ONLY"}
    resources = {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": keys}} if table else {}
    if group:
        resources["Group"] = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": days}}
    if table and group and depends:
        resources["Table"]["DependsOn"] = "Group"
    return json.dumps({"Resources": resources})


class Scene:
    """Stacks of one sandbox: made, then in the middle of something, then looked at after a restart."""

    def __init__(self, folder):
        self.durable = Durable(folder)
        self.ids = {}

    @property
    def api(self):
        return self.durable.client("cloudformation")

    def make(self, name):
        self.ids[name] = self.api.create_stack(StackName=name, TemplateBody=template())["StackId"]
        self.api.get_waiter("stack_create_complete").wait(StackName=name)

    def create(self, name, **options):
        made = self.api.create_stack(StackName=name, TemplateBody=template(), **options)
        self.ids[name] = made["StackId"]

    def update(self, name, **given):
        self.api.update_stack(StackName=name, TemplateBody=template(**given))

    def status(self, name):
        # DescribeStacks would wait for a status that is final.
        found = self.api.list_stacks()["StackSummaries"]
        return next(one["StackStatus"] for one in found if one["StackId"] == self.ids[name])

    def physical(self, name, logical_id):
        found = self.api.describe_stack_resource(StackName=name, LogicalResourceId=logical_id)
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def awaits(self, name, logical_id, status):
        """Until a resource has a status, which it keeps for as long as tables are slow."""

        def there():
            events = self.events(name)
            return any((one[0], one[1]) == (logical_id, status) for one in events)

        wait_until(there, f"{logical_id} of {name} {status}")

    def events(self, name):
        """(logical id, status, reason), the oldest first."""
        found = self.api.describe_stack_events(StackName=self.ids[name])["StackEvents"][::-1]
        return [(e["LogicalResourceId"], e["ResourceStatus"], e.get("ResourceStatusReason")) for e in found]

    def after(self, name):
        """The events from the restart on."""
        events = self.events(name)
        return events[self.before[name] :]

    def tables(self):
        return self.durable.client("dynamodb").list_tables()["TableNames"]

    def groups(self):
        found = self.durable.client("logs").describe_log_groups()["logGroups"]
        return {group["logGroupName"]: group.get("retentionInDays") for group in found}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """All stacks, after the restart, once nothing is in progress any more."""
    scene = Scene(tmp_path_factory.mktemp("stacks") / "state")
    for name in ("changed", "replaced", "dropped", "deleted", "left"):
        scene.make(name)
    scene.old = {name: scene.physical(name, "Table") for name in ("changed", "replaced", "dropped")}
    scene.group = {name: scene.physical(name, "Group") for name in ("changed", "left", "dropped")}
    old = scene.old["replaced"]
    scene.durable.client("dynamodb").put_item(TableName=old, Item={"id": {"S": "ada"}})
    scene.durable.sandbox.settings(table_state_ms=SLOW)
    scene.create("created")
    scene.create("kept", DisableRollback=True)
    scene.create("undone", OnFailure="DELETE")
    scene.update("changed", days=3, stream=True)
    scene.update("replaced", key="other")
    scene.update("dropped", table=False, days=5)
    scene.api.delete_stack(StackName="deleted")
    for name in ("created", "kept", "undone"):
        scene.awaits(name, "Table", "CREATE_IN_PROGRESS")
    scene.awaits("changed", "Table", "UPDATE_IN_PROGRESS")
    scene.awaits("replaced", "Table", "UPDATE_IN_PROGRESS")
    scene.awaits("dropped", "Table", "DELETE_IN_PROGRESS")
    scene.awaits("deleted", "Table", "DELETE_IN_PROGRESS")
    wait_until(lambda: len(scene.tables()) == 9, "the tables that are being made")
    scene.was = {name: scene.status(name) for name in scene.ids}
    scene.before = {name: len(scene.events(name)) for name in scene.ids}
    scene.durable.again()
    wait_until(
        lambda: not any(scene.status(name).endswith("_IN_PROGRESS") for name in scene.ids),
        "an end of what was in progress",
        60,
    )
    yield scene
    scene.durable.sandbox.stop()


def test_each_was_in_the_middle_of_it(scene):
    assert scene.was == {
        "changed": "UPDATE_IN_PROGRESS",
        "replaced": "UPDATE_IN_PROGRESS",
        "dropped": "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "deleted": "DELETE_IN_PROGRESS",
        "left": "CREATE_COMPLETE",
        "created": "CREATE_IN_PROGRESS",
        "kept": "CREATE_IN_PROGRESS",
        "undone": "CREATE_IN_PROGRESS",
    }


def test_a_creation_is_rolled_back(scene):
    assert scene.after("created") == [
        ("Table", "CREATE_FAILED", "Resource creation cancelled"),
        ("created", "ROLLBACK_IN_PROGRESS", DIED),
        ("Table", "DELETE_IN_PROGRESS", None),
        ("Table", "DELETE_COMPLETE", None),
        ("Group", "DELETE_IN_PROGRESS", None),
        ("Group", "DELETE_COMPLETE", None),
        ("created", "ROLLBACK_COMPLETE", None),
    ]


def test_a_creation_that_is_not_to_be_rolled_back_is_left_as_it_is(scene):
    assert scene.after("kept") == [
        ("Table", "CREATE_FAILED", "Resource creation cancelled"),
        ("kept", "CREATE_FAILED", DIED),
    ]
    assert scene.physical("kept", "Table") in scene.tables()


def test_a_creation_that_is_to_be_deleted_on_failure_is(scene):
    told = scene.after("undone")
    assert told[1] == ("undone", "DELETE_IN_PROGRESS", DIED)
    assert told[-1] == ("undone", "DELETE_COMPLETE", None)
    with pytest.raises(ClientError, match="does not exist"):
        scene.api.describe_stacks(StackName="undone")


def test_an_update_is_rolled_back(scene):
    told = scene.after("changed")
    assert told[0] == ("Table", "UPDATE_FAILED", "Resource update cancelled")
    assert told[1] == ("changed", "UPDATE_ROLLBACK_IN_PROGRESS", DIED)
    assert told[-1] == ("changed", "UPDATE_ROLLBACK_COMPLETE", None)
    assert scene.groups()[scene.group["changed"]] == 1
    table = scene.durable.client("dynamodb").describe_table(TableName=scene.old["changed"])["Table"]
    assert "StreamSpecification" not in table


def test_a_replacement_is_taken_back_and_the_old_table_has_its_items(scene):
    assert scene.status("replaced") == "UPDATE_ROLLBACK_COMPLETE"
    assert scene.physical("replaced", "Table") == scene.old["replaced"]
    found = scene.durable.client("dynamodb").scan(TableName=scene.old["replaced"])
    assert found["Items"] == [{"id": {"S": "ada"}}]


def test_a_clean_up_goes_on(scene):
    assert scene.after("dropped")[-1] == ("dropped", "UPDATE_COMPLETE", None)
    assert scene.old["dropped"] not in scene.tables()
    assert scene.groups()[scene.group["dropped"]] == 5


def test_a_deletion_goes_on(scene):
    assert scene.after("deleted")[-1] == ("deleted", "DELETE_COMPLETE", None)


def test_a_stack_that_was_done_is_left_alone_and_nothing_else_is_left_over(scene):
    assert scene.after("left") == []
    whole = ("changed", "replaced", "left", "kept")
    assert sorted(scene.tables()) == sorted(scene.physical(name, "Table") for name in whole)
    assert scene.groups().keys() == {scene.physical(name, "Group") for name in (*whole, "dropped")}


def test_what_was_rolled_back_can_be_updated(scene):
    scene.update("changed", days=7)
    scene.api.get_waiter("stack_update_complete").wait(StackName="changed")
    assert scene.groups()[scene.group["changed"]] == 7
