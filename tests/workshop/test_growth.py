"""What a lab's folder is made of when it goes on from the learner's work on the lab before."""

import pytest

from workshop.errors import Problem
from workshop.growth import changed_lines, difference, grow

TABLE = """\
Description: Lab 1.

Resources:
  UsersTable:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions:
        - AttributeName: userId
          AttributeType: S
      BillingMode: PAY_PER_REQUEST

Outputs:
  UsersTableName:
    Value: !Ref UsersTable
"""
STARTER_1 = TABLE.replace(
    "          AttributeType: S\n", "          # 1. The type: a string.\n          AttributeType: TODO\n"
)
ROLE = """\
  UsersRole:
    Type: AWS::IAM::Role
    Properties:
      # TODO: who may assume it?
      AssumeRolePolicyDocument: {}

"""
STARTER_2 = TABLE.replace("Lab 1.", "Lab 2.").replace("Outputs:", f"{ROLE}Outputs:")

BEFORE = {
    "README.md": "brief 1",
    "01.ipynb": "",
    "users.py": "TODO\n",
    "capacity.yaml": "units:\n",
    "template.yaml": STARTER_1,
}
ANSWER = {
    "users.py": "ours\n",
    "capacity.yaml": "units: 5\n",
    "test_users.py": "assert\n",
    "template.yaml": TABLE,
}
STARTER = {"README.md": "brief 2", "02.ipynb": "", "users.py": "ours\n", "template.yaml": STARTER_2}


@pytest.fixture
def grown(tmp_path):
    """Writes the four folders and grows the new one; `own` is what the learner has made of the lab before."""

    def write(folder, texts):
        (tmp_path / folder).mkdir()
        for name, text in texts.items():
            (tmp_path / folder / name).write_text(text)
        return {name: tmp_path / folder / name for name in texts}

    def grown(starter=None, before=BEFORE, answer=ANSWER, **own):
        named = {name.replace("__", "."): text for name, text in own.items()}
        sources = write("own", {**before, **named}), write("before", before), write("answer", answer)
        return grow(*sources, write("starter", {**STARTER, **(starter or {})}))

    return grown


def text(made, name):
    source = made.files[name]
    return source.decode() if isinstance(source, bytes) else source.read_text()


def texts(made):
    return {name: text(made, name) for name in made.files}


@pytest.mark.parametrize(
    "own",
    [{}, {name.replace(".", "__"): said for name, said in ANSWER.items()}],
    ids=["as it came", "our answer"],
)
def test_where_nothing_is_the_learners_it_is_the_starter(grown, own):
    made = grown(**own)
    assert texts(made) == STARTER
    assert (made.yours, made.left) == ((), ())


def test_what_the_starter_leaves_as_our_answer_had_it_is_the_learners_as_it_is(grown):
    made = grown(users__py="mine\n")
    assert texts(made) == {**STARTER, "users.py": "mine\n"}
    assert (made.taken, made.merged, made.left) == (("users.py",), (), ())


def test_what_the_learner_has_added_comes_along_and_what_belongs_to_the_lab_before_does_not(grown):
    made = grown(
        helpers__py="mine\n", README__md="my notes\n", capacity__yaml="units: 7\n", test_users__py="my test\n"
    )
    assert texts(made) == {**STARTER, "helpers.py": "mine\n", "test_users.py": "my test\n"}
    assert made.taken == ("helpers.py", "test_users.py")


def test_what_both_have_changed_is_merged(grown):
    mine = TABLE.replace("      BillingMode: PAY_PER_REQUEST\n", "").replace(
        "    Properties:\n", "    Properties:\n      BillingMode: PAY_PER_REQUEST\n      # my own words\n"
    )
    made = grown(template__yaml=mine)
    assert made.merged == ("template.yaml",)
    assert text(made, "template.yaml") == mine.replace("Lab 1.", "Lab 2.").replace(
        "Outputs:", f"{ROLE}Outputs:"
    )


def test_comments_that_name_tasks_of_the_lab_before_are_left_out_of_what_is_merged(grown):
    made = grown(template__yaml=STARTER_1.replace("TODO", "S").replace("userId", "userID"))
    assert made.merged == ("template.yaml",)
    assert "# 1." not in text(made, "template.yaml")
    assert "userID" in text(made, "template.yaml")
    assert "# TODO: who may assume it?" in text(made, "template.yaml")


def test_a_file_that_differed_only_in_comments_on_tasks_is_ours(grown):
    made = grown(template__yaml=STARTER_1.replace("TODO", "S"))
    assert texts(made) == STARTER
    assert (made.yours, made.left) == ((), ())


@pytest.mark.parametrize(
    "mine",
    [
        TABLE.replace("PAY_PER_REQUEST", "PROVISIONED"),
        TABLE.replace("UsersTable", "Table"),
        TABLE.replace("  UsersTable:", "  UsersRole:\n    Type: AWS::IAM::Role\n\n  UsersTable:"),
        TABLE.replace("    Type: AWS::DynamoDB::Table\n", "    Type: AWS::DynamoDB::Table\n  # [\n").replace(
            "  UsersTable:", "  ]UsersTable:"
        ),
    ],
    ids=["the same lines", "another logical id", "a resource that both added", "no YAML"],
)
def test_what_cannot_be_merged_is_ours_and_is_named(grown, mine):
    stricter = STARTER_2.replace("PAY_PER_REQUEST\n", "PAY_PER_REQUEST\n      TableClass: STANDARD\n")
    made = grown({"template.yaml": stricter}, template__yaml=mine, users__py="mine\n")
    assert texts(made) == {**STARTER, "template.yaml": stricter, "users.py": "mine\n"}
    assert (made.taken, made.left) == (("users.py",), ("template.yaml",))


def test_lines_that_conflict_with_nothing_but_a_comment_of_ours_are_the_learners(grown):
    gap = {"users.py": "# TODO: more\nours\n"}
    made = grown(gap, users__py="mine\n")
    assert text(made, "users.py") == "mine\n"
    assert (made.taken, made.merged, made.left) == (("users.py",), (), ())


def test_a_resource_that_conflicts_with_nothing_but_a_comment_of_ours_is_the_learners(grown):
    gap = STARTER_2.replace("PAY_PER_REQUEST\n", "PAY_PER_REQUEST\n      # TODO: more\n")
    made = grown({"template.yaml": gap}, template__yaml=TABLE.replace("PAY_PER_REQUEST", "PROVISIONED"))
    assert text(made, "template.yaml") == STARTER_2.replace("PAY_PER_REQUEST", "PROVISIONED")
    assert made.merged == ("template.yaml",)


def test_a_resource_of_another_type_stays_where_the_starter_changes_nothing_in_it(grown):
    simple = TABLE.replace("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable")
    assert grown(template__yaml=simple).merged == ("template.yaml",)


def test_a_resource_of_another_type_in_which_the_starter_changes_something(grown):
    simple = TABLE.replace("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable")
    stricter = STARTER_2.replace("PAY_PER_REQUEST\n", "PAY_PER_REQUEST\n      TableClass: STANDARD\n")
    assert grown({"template.yaml": stricter}, template__yaml=simple).left == ("template.yaml",)


def test_a_file_by_the_name_of_one_that_the_lab_brings_is_ours(grown):
    made = grown({"app.py": "gaps\n"}, app__py="mine\n")
    assert text(made, "app.py") == "gaps\n"
    assert made.left == ("app.py",)


def test_bytes_that_are_no_text_cannot_be_merged(grown, tmp_path):
    made = grown(template__yaml="a\0b")
    assert made.left == ("template.yaml",)


def test_without_git_it_is_said(grown, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Problem, match="the command git") as problem:
        grown({"users.py": "gap\n"}, users__py="mine\n")
    assert "--from ours" in problem.value.do_next


def test_the_difference_goes_from_ours_to_the_learners(grown):
    made = grown(users__py="mine\nand more\n", helpers__py="mine\n")
    starter = {name: path for name, path in made.files.items() if name in STARTER}
    starter["users.py"] = starter["template.yaml"].parent / "users.py"
    assert changed_lines(made, "users.py", starter) == (2, 1)
    assert changed_lines(made, "helpers.py", starter) == (1, 0)
    assert difference(made, starter).splitlines() == [
        *("--- ours/helpers.py", "+++ yours/helpers.py", "@@ -0,0 +1 @@", "+mine"),
        *("--- ours/users.py", "+++ yours/users.py", "@@ -1 +1,2 @@", "-ours", "+mine", "+and more"),
    ]


def test_growing_writes_nothing(grown, tmp_path):
    grown(template__yaml=TABLE.replace("userId", "id"), users__py="mine\n")
    assert (tmp_path / "own" / "users.py").read_text() == "mine\n"
    assert (tmp_path / "starter" / "template.yaml").read_text() == STARTER_2
