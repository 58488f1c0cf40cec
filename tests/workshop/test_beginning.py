"""What `workshop begin 2` goes on from, what is asked about it, and what is deployed with it."""

import itertools
import secrets

import pytest

from tests.workshop.small_clone import SECOND as SECOND_LAB
from tests.workshop.small_clone import in_clone, make_clone, names_in, type_into_clone, workshop
from workshop import progress
from workshop.errors import Problem

FIRST, SECOND = "01-dynamodb", "02-iam"
NUMBERS = itertools.count()
ACCOUNT = f"{secrets.randbelow(9 * 10**11) + 10**11}"
NOWHERE = "http://127.0.0.1:1"
GAP = "  # TODO: who may assume the role?\n"
TABLE = """\
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: userId, AttributeType: S}]
      KeySchema: [{AttributeName: userId, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST

Outputs:
  UsersTableName: {Value: !Ref Users}
"""
GROWS = {
    "solutions/01-dynamodb/template.yaml": TABLE,
    "labs/02-iam/template.yaml": TABLE + GAP,
    "labs/02-iam/python/users.py": "DONE = 'python'\n",
    "labs/02-iam/nodejs/users.mjs": "DONE = 'nodejs'\n",
    "solutions/02-iam/template.yaml": f"{TABLE}  UsersRoleArn: {{Value: role}}\n",
    "labs/03-lambda/lab.toml": SECOND_LAB,
    "labs/03-lambda/template.yaml": TABLE,
}
DIFFERENCE = "diff labs/02-iam/python/users.py work/02-iam/users.py"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A small clone whose labs grow, where no sandbox is found."""
    made = make_clone(tmp_path, **GROWS)
    in_clone(made, monkeypatch)
    monkeypatch.setenv("SANDBOX_URL", NOWHERE)
    return made


@pytest.fixture
def mine(clone):
    """The learner's lab 1: the template solved, the code their own."""
    workshop("begin", "1")
    folder = clone / "work" / FIRST
    (folder / "template.yaml").write_text(TABLE.replace("Users:", "Users: # mine"))
    (folder / "users.py").write_text("mine = 1\nmore = 2\n")
    (folder / "helpers.py").write_text("help = 1\n")
    return folder


def passes(clone, *but):
    outcomes = {check: "passed" for check in ("table-active", "partition-key") if check not in but}
    progress.record_check(clone / "work", FIRST, outcomes, progress.now())


@pytest.fixture
def grown(clone):
    return lambda name: (clone / "work" / SECOND / name).read_text()


class TestWhatItGoesOnFrom:
    def test_once_the_lab_before_has_passed_the_learners_own_where_nobody_can_be_asked(
        self, clone, mine, grown
    ):
        passes(clone)
        said, code = workshop("begin", "2")
        assert code == 0
        assert said.splitlines()[:6] == [
            "Your own lab 1 has passed all of its checks.",
            "  helpers.py  yours alone",
            "  template.yaml  +1 -1 lines against ours",
            "  users.py  +2 -1 lines against ours",
            "",
            "From your own work, as nobody is there to ask; from our answer: --from ours",
        ]
        assert "\n  template.yaml  yours, and what lab 2 changes in it\n" in said
        assert "\n  users.py       yours\n" in said
        assert DIFFERENCE in said
        assert said.count("Do next") == 1
        assert grown("users.py") == "mine = 1\nmore = 2\n"
        assert grown("helpers.py") == "help = 1\n"
        assert grown("template.yaml") == TABLE.replace("Users:", "Users: # mine") + GAP
        assert (mine / "users.py").read_text() == "mine = 1\nmore = 2\n"

    def test_before_it_has_passed_ours(self, clone, mine, grown):
        passes(clone, "partition-key")
        said, _ = workshop("begin", "2")
        assert said.startswith("Your own lab 1 has passed 1 of its 2 checks; we recommend our answer.\n")
        assert "From our answer, as nobody is there to ask; from your own work: --from own" in said
        assert "Yours stays in work/01-dynamodb. How it differs from ours:" in said
        assert "  diff work/02-iam/users.py work/01-dynamodb/users.py\n" in said
        assert names_in(clone / "work" / SECOND) == ["template.yaml", "users.py"]
        assert grown("users.py") == "DONE = 'python'\n"

    @pytest.mark.parametrize(
        ("source", "code"), [("own", "mine = 1\nmore = 2\n"), ("ours", "DONE = 'python'\n")]
    )
    def test_an_option_is_an_answer(self, mine, grown, source, code):
        said, _ = workshop("begin", "2", "--from", source)
        assert "nobody is there" not in said
        assert grown("users.py") == code

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("\n", "DONE = 'python'\n"),
            ("own\n", "mine = 1\nmore = 2\n"),
            ("mine\nOURS\n", "DONE = 'python'\n"),
        ],
        ids=["enter", "own", "until it is an answer"],
    )
    def test_it_asks(self, clone, mine, grown, typed, code):
        ended, shown = type_into_clone(clone, typed, "begin", "2")
        assert ended == 0, shown
        assert "we recommend our answer" in shown
        question = (
            "Go on from your own work, or from our answer? (own, ours; diff shows how they differ) [ours]:"
        )
        assert shown.count(question) == typed.count("\n")
        assert grown("users.py") == code

    def test_it_shows_the_difference_and_asks_again(self, clone, mine, grown):
        passes(clone)
        ended, shown = type_into_clone(clone, "diff\n\n", "begin", "2")
        assert ended == 0, shown
        assert (
            "\n--- ours/users.py\n+++ yours/users.py\n@@ -1 +1,2 @@\n-DONE = 'python'\n+mine = 1\n" in shown
        )
        assert shown.count("[own]:") == 2
        assert grown("users.py") == "mine = 1\nmore = 2\n"

    def test_work_in_another_language_cannot_be_taken(self, clone, mine):
        passes(clone)
        said, _ = workshop("begin", "2", "--language", "nodejs")
        assert said.startswith(
            "Your lab 1 is in Python and cannot go on in Node.js. Lab 2 goes on from our answer to lab 1.\n"
        )
        assert names_in(clone / "work" / SECOND) == ["template.yaml", "users.mjs"]
        assert progress.load(clone / "work").labs[SECOND].language == "nodejs"

    def test_a_folder_in_which_nothing_is_the_learners(self, clone):
        workshop("begin", "1")
        workshop("solve", "1", "--anyway")
        said, _ = workshop("begin", "2")
        assert said.startswith("work/01-dynamodb holds nothing of your own that lab 2 needs.")

    def test_a_lab_before_that_has_not_begun(self, clone):
        said, _ = workshop("begin", "2")
        assert said.splitlines()[2] == "You have not begun lab 1. Lab 2 goes on from our answer to lab 1."

    def test_what_does_not_fit_is_named_with_where_it_stays(self, clone, mine, grown):
        (mine / "template.yaml").write_text(TABLE.replace("Users", "People"))
        (mine / "node_modules").mkdir()
        said, _ = workshop("begin", "2", "--from", "own")
        assert "\n  template.yaml  ours\n" in said
        assert "Your template.yaml does not fit: lab 2 changes or brings the same.\n" in said
        assert "Ours is in its place; yours stays as work/01-dynamodb/template.yaml.\n" in said
        assert "diff work/01-dynamodb/template.yaml work/02-iam/template.yaml\n" in said
        assert "node_modules is not copied: npm install, in work/02-iam, brings it back." in said
        assert grown("template.yaml") == TABLE + GAP

    def test_where_nothing_fits_nothing_is_asked(self, clone):
        workshop("begin", "1")
        (clone / "work" / FIRST / "template.yaml").write_text(TABLE.replace("Users", "People"))
        said, _ = workshop("begin", "2")
        assert "nobody is there" not in said
        assert "Your template.yaml does not fit" in said

    @pytest.mark.parametrize(
        ("lab", "why"), [("1", "the first lab, which goes on from none"), ("2", "You have not begun lab 1")]
    )
    def test_own_work_that_is_not_there_is_a_problem(self, clone, lab, why):
        with pytest.raises(Problem, match=why) as problem:
            workshop("begin", lab, "--from", "own")
        assert problem.value.do_next == "the same command without --from own"
        assert not (clone / "work").exists()

    def test_a_lab_that_has_begun_stays_as_it_is(self, clone, mine, grown):
        workshop("begin", "2", "--from", "own")
        (clone / "work" / SECOND / "users.py").write_text("newer\n")
        with pytest.raises(Problem, match="lab 2 has begun") as problem:
            workshop("begin", "2", "--from", "ours")
        assert problem.value.do_next.endswith("mv work/02-iam work/02-iam.old, then the same command")
        with pytest.raises(Problem, match="never overwritten"):
            workshop("begin", "2")
        assert grown("users.py") == "newer\n"

    def test_a_lab_that_goes_on_from_own_work_can_be_reset_and_solved(self, clone, mine, grown):
        workshop("begin", "2", "--from", "own")
        assert "users.py  your changes go" in workshop("reset", "2", "--yes")[0]
        assert grown("users.py") == "DONE = 'python'\n"
        workshop("solve", "2", "--anyway")
        assert "UsersRoleArn" in grown("template.yaml")


class TestWhatRuns:
    """Latecomers: what the labs before make is deployed with the starter, which holds it."""

    MISSING = "What lab 1 makes does not all run: the stack {} has no output UsersTableName."

    @pytest.fixture
    def prefix(self, clone, sandbox, monkeypatch):
        name = f"t{next(NUMBERS)}"
        monkeypatch.setenv("WORKSHOP_PREFIX", name)
        monkeypatch.setenv("SANDBOX_URL", sandbox.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
        return name

    @pytest.fixture
    def outputs(self, sandbox, prefix):
        def outputs():
            stacks = sandbox.session(ACCOUNT).client("cloudformation").describe_stacks()["Stacks"]
            found = [stack["Outputs"] for stack in stacks if stack["StackName"] == prefix]
            return [output["OutputKey"] for output in found[0]] if found else None

        return outputs

    def test_without_a_sandbox_it_says_what_to_type(self, clone):
        said, code = workshop("begin", "3")
        assert code == 0
        assert (
            "Whether what labs 1 to 2 make is deployed is not known: the local AWS is not running.\n" in said
        )
        assert "Once it runs, this makes what is missing: workshop deploy 3\n" in said
        assert said.splitlines()[-1] == "Do next: workshop up"

    def test_where_nobody_can_be_asked_it_is_not_deployed(self, prefix, outputs):
        said, _ = workshop("begin", "2")
        assert self.MISSING.format(prefix) in said
        assert "Your copy makes it as it is, without any edit of yours: workshop deploy 2\n" in said
        assert outputs() is None

    @pytest.mark.parametrize("option", [["--deploy"], ["--deploy", "--target", "sandbox"]])
    def test_deploy_does_it_unasked(self, clone, prefix, outputs, option):
        said, code = workshop("begin", "2", *option)
        assert code == 0
        assert outputs() == ["UsersTableName"]
        assert said.splitlines()[-1] == "Do next: workshop check 2"
        assert said.count("Do next") == 1
        assert progress.load(clone / "work").labs[SECOND].deployed_at

    def test_no_deploy_says_nothing_of_it(self, prefix, outputs):
        said, _ = workshop("begin", "2", "--no-deploy")
        assert "does not all run" not in said
        assert outputs() is None

    @pytest.mark.parametrize(
        ("typed", "made"), [("\n\n", ["UsersTableName"]), ("\nn\n", None)], ids=["enter", "n"]
    )
    def test_it_asks(self, clone, prefix, outputs, typed, made):
        ended, shown = type_into_clone(clone, typed, "begin", "2")
        assert ended == 0, shown
        assert self.MISSING.format(prefix) in shown
        assert "Your copy makes it as it is. Deploy it now? [Y/n]:" in shown
        assert outputs() == made

    def test_where_it_stands_or_has_passed_nothing_is_asked(self, clone, prefix, mine, outputs):
        passes(clone)
        assert "does not all run" not in workshop("begin", "2")[0], (
            "it has passed, by whatever name it stands"
        )
        passes(clone, "table-active")
        (clone / "work" / SECOND).rename(clone / "work" / "old")
        assert "does not all run" in workshop("begin", "2")[0]
        workshop("deploy", "2")
        assert outputs() == ["UsersTableName"]
        (clone / "work" / SECOND).rename(clone / "work" / "older")
        assert "does not all run" not in workshop("begin", "2")[0]
        said, _ = workshop("begin", "3")
        assert (
            f"What labs 1 to 2 make does not all run: the stack {prefix} has no output UsersRoleArn." in said
        )

    def test_a_deployment_that_fails_is_the_end_of_it(self, clone, prefix, outputs):
        (clone / "labs" / SECOND / "template.yaml").write_text("Resources: [")
        _, code = workshop("begin", "2", "--deploy")
        assert code == 1
        assert (clone / "work" / SECOND / "template.yaml").exists()
        assert outputs() is None
