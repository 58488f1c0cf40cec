"""Reading a template: what is said, on which line, and what is told where it is no YAML."""

import pytest

from tests.workshop.deploy.templates import USERS
from workshop.deploy import FellShort
from workshop.deploy.template import read


@pytest.fixture
def template(tmp_path):
    """`template(text)`: the text, written and read."""

    def write(text):
        file = tmp_path / "template.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read(file)

    return write


def test_resources_and_lines(template):
    made = template(USERS)
    assert made.resources() == {"UsersTable": "AWS::DynamoDB::Table"}
    line = made.line(("Resources", "UsersTable", "Properties", "KeySchema"))
    assert (line.number, line.text) == (11, "KeySchema:")
    member = made.line(("Resources", "UsersTable", "Properties", "AttributeDefinitions", 0, "AttributeType"))
    assert str(member).endswith("template.yaml, line 10: AttributeType: S")
    assert made.line(("Resources", "UsersTable", "Properties", "Nothing")) is None
    assert made.line(("Resources", "UsersTable", "Properties", "KeySchema", 7)) is None


def test_a_list_member_is_where_its_dash_is(template):
    line = template(USERS).line(("Resources", "UsersTable", "Properties", "KeySchema", 0))
    assert line.text == "- AttributeName: userId"


def test_functions_are_no_plain_values(template):
    made = template(
        "Resources:\n  A:\n    Type: X\n    Properties:\n      Name: !Sub '${AWS::StackName}-a'\n"
    )
    assert made.literal("Resources", "A", "Properties", "Name") is None
    assert made.literal("Resources", "A", "Type") == "X"


def test_values_that_are_still_to_do_but_no_comments(template):
    made = template(
        "# TODO: nothing\nResources:\n  A:\n    Type: TODO\n    TODONT: x\n    List: [a, 'a TODO here']\n"
    )
    assert [line.number for line in made.todos()] == [4, 6]


def test_an_alias_that_holds_itself_ends(template):
    made = template("Resources: &all\n  A:\n    Type: TODO\n    Loop: *all\n")
    assert [line.number for line in made.todos()] == [3]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("Resources:\n  A:\n\tType: X\n", "line 3", ["`Type: X`", "there is a tab in this line"]),
        ("Resources:\n  A: [1, 2\nOutputs:\n", "line 3", ["`Outputs:`", "blank after each colon"]),
        ("Resources:\n  A:\n    Type: X\n   Properties: {}\n", "line 4", ["Properties", "indented alike"]),
        ("Resources:\n  A: *nowhere\n", "line 2", ["undefined alias"]),
        ("Resources:\n  A: \x07\n", "line 2", ["a character that is not allowed"]),
    ],
)
def test_broken_yaml_is_told_with_its_line(template, text, place, words):
    with pytest.raises(FellShort) as problem:
        template(text)
    told = str(problem.value)
    for word in [f"template.yaml, {place}", "Nothing was sent", *words]:
        assert word in told


def test_the_line_above_that_began_the_block_is_named(template):
    with pytest.raises(FellShort) as problem:
        template(USERS.replace("      KeySchema:", "    KeySchema:"))
    assert "template.yaml, line 14" in problem.value.looked_at
    assert "compare its indentation with" in problem.value.do_next
    assert "template.yaml, line 11: KeySchema:" in problem.value.do_next


@pytest.mark.parametrize(
    ("text", "found"), [("", "an empty file"), ("just words\n", "no template"), ("- a\n", "no template")]
)
def test_what_is_no_template(template, text, found):
    with pytest.raises(FellShort, match=found):
        template(text)


def test_not_utf_8(template):
    with pytest.raises(FellShort, match="UTF-8"):
        template(b"Description: \xff\xfe\n")


def test_no_file(tmp_path):
    with pytest.raises(FellShort, match="no such file"):
        read(tmp_path / "template.yaml")
