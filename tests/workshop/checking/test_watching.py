"""What `--watch` notices."""

import os
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from workshop.checking.watching import Watch, stack_of


def watch(folder, *stacks):
    """A watch whose stack is as `stacks` say, one after the other, the last for ever."""
    left = list(stacks or [("s",)])
    return Watch([folder], lambda: left.pop(0) if len(left) > 1 else left[0], look=10, quiet=10)


def test_files_that_change_come_and_go(tmp_path):
    file, other = tmp_path / "users.py", tmp_path / "template.yaml"
    other.write_text("x")
    watched = watch(tmp_path)
    changes = watched.changes()
    file.write_text("x")
    assert next(changes) == "users.py changed"
    file.write_text("longer")
    other.unlink()
    assert next(changes) == "template.yaml, users.py changed"


def test_what_is_written_before_it_is_asked_is_noticed(tmp_path):
    file = tmp_path / "users.py"
    file.write_text("x")
    watched = watch(tmp_path)
    os.utime(file, ns=(1, 1))
    assert next(watched.changes()) == "users.py changed"


def test_notebooks_and_what_tools_leave_are_not_waited_for(tmp_path):
    watched = watch(tmp_path, ("a",), ("b",))
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "users.pyc").touch()
    (tmp_path / "01-dynamodb.ipynb").touch()
    assert next(watched.changes()) == "the stack changed"


def test_a_stack_counts_once_its_update_is_over(tmp_path):
    before, after = ("id", "CREATE_COMPLETE"), ("id", "UPDATE_COMPLETE")
    watched = watch(tmp_path, before, None, before, None, after)
    assert next(watched.changes()) == "the stack changed"


def test_a_stack_as_it_is(clone):
    look = stack_of(clone.target, "workshop")
    absent = look()
    assert absent == ("not there",)
    clone.target.session().client("cloudformation").create_stack(
        StackName="workshop", TemplateBody="Resources: {B: {Type: 'AWS::S3::Bucket'}}"
    )
    assert look() not in (None, absent)
    assert look() == look()


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ({"StackId": "i", "StackStatus": "UPDATE_IN_PROGRESS"}, None),
        (
            {"StackId": "i", "StackStatus": "UPDATE_COMPLETE", "LastUpdatedTime": 1},
            ("i", "UPDATE_COMPLETE", "1"),
        ),
        (EndpointConnectionError(endpoint_url="x"), None),
        (ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks"), ("not there",)),
    ],
)
def test_what_is_not_known_is_no_change(answer, seen):
    def describe_stacks(StackName):
        if isinstance(answer, Exception):
            raise answer
        return {"Stacks": [answer]}

    client = SimpleNamespace(describe_stacks=describe_stacks)
    session = SimpleNamespace(client=lambda service, config: client)
    assert stack_of(SimpleNamespace(session=lambda: session), "workshop")() == seen
