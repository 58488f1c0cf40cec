"""What the guide's blocks tell to type is typed, page by page, and ends as the page says.

Each page in PAGES is followed in a clone and an account of its own. A command of any other page has to be one
that is typed there, or to have a reason in blocks.yaml, beside this file: another test that runs it, or why
nobody does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.docs.shell import Shell
from tests.docs.typed import blocks, first_word, texts
from tests.graders.submission import copy_of
from tests.repository.sources import ROOT
from tests.solutions.deployed import fresh_account
from workshop.target import sandbox_at

REASONS = Path(__file__).with_name("blocks.yaml")
ANYWHERE = "anywhere"
FIRST_PAGE = "docs/getting-started.md"
FIRST_GREEN = "1 passed, 2 failed"
"""What the first check of a learner says: one is right, the next is not."""
MACHINE = (0, 1)
"""Exit codes of what depends on the machine."""


def solved(number):
    """Begins a lab and puts the solution in place: what a learner has once the tasks are done."""
    return lambda shell: (
        did(shell, f"workshop begin {number}"),
        did(shell, f"workshop solve {number} --anyway"),
    )


def did(shell, command, codes=(0,)):
    code, said = shell.run(command)
    assert code in codes, f"{command}\nended with exit code {code}, not {codes}:\n{said}"
    return said


def mend_the_type(shell):
    """What the first page tells to edit: the one word that is wrong in lab 1's template."""
    wrong, right = re.search(r"`(AttributeType: TODO)`.*?write `(\w+)`", texts()[FIRST_PAGE], re.S).groups()
    template = shell.clone / "work" / "01-dynamodb" / "template.yaml"
    assert wrong in template.read_text()
    template.write_text(template.read_text().replace(wrong, f"AttributeType: {right}"))


def take_health_out(shell):
    """Of the REST API: the page makes it by hand."""
    template = shell.clone / "work" / "04-api-gateway" / "template.yaml"
    text, times = re.subn(r"^ +RestHealth:\n.*\n.*\n", "", template.read_text(), flags=re.M)
    assert times == 1
    template.write_text(text)


def outputs(shell):
    session = sandbox_at(shell.url, shell.account).session()
    (stack,) = session.client("cloudformation").describe_stacks(StackName="workshop")["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def name_outputs(shell):
    """What stands on a page for what the learner's own stack gives."""
    found = outputs(shell)
    session = sandbox_at(shell.url, shell.account).session()
    group = session.client("logs").describe_log_groups()["logGroups"][:1]
    table = found["UsersTableName"]
    shell.places |= {
        "ROLE_ARN": found.get("UsersRoleArn", ""),
        "TABLE_ARN": f"arn:aws:dynamodb:us-east-1:{shell.account}:table/{table}",
        "NAME-OF-THE-GROUP": group[0]["logGroupName"] if group else "",
        "API-ID": found.get("HttpApiUrl", "").partition("execute-api/")[2].strip("/"),
        "URL/users": f"{found.get('HttpApiUrl', '').rstrip('/')}/users",
    }
    rest = found.get("RestApiUrl", "").rstrip("/")
    shell.variables |= {"URL": rest, "API": rest.rpartition("/")[0].rpartition("/")[2]}
    shell.variables["FUNCTION"] = found.get("UsersFunctionName", "")


def hand_in(shell):
    copy_of(ROOT / "solutions" / "01-dynamodb", shell.clone / "handed-in" / "01-dynamodb", "python")


def deploy_all(shell):
    """The backend of lab 4 with its log, and a request to it, for the verbs that look at one."""
    solved(4)(shell)
    did(shell, "workshop deploy 4 --yes")
    name_outputs(shell)
    did(shell, f"curl -s {shell.places['URL/users']}")


def diagnose(shell):
    """Writes the diagnosis of the ticket of seed 17."""
    found = ROOT / "solutions/05-troubleshooting/tickets/17/diagnosis.yaml"
    (shell.clone / "work/05-troubleshooting/diagnosis.yaml").write_text(found.read_text())


@dataclass(frozen=True)
class Way:
    """How a page is followed. first: what is done before it; before: what, before one of its commands.

    codes: the exit codes of commands that do not end with 0. said: words of what a command says, each time.
    """

    first: Callable = lambda shell: None
    before: dict = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    said: dict = field(default_factory=dict)


FIRST_LAB = Way(
    before={"workshop deploy 1": mend_the_type},
    codes={"workshop check 1": (1,), "workshop preflight": MACHINE},
    said={"workshop check 1": [FIRST_GREEN]},
)
PAGES = {
    "README.md": FIRST_LAB,
    FIRST_PAGE: FIRST_LAB,
    "docs/sandbox/by-hand.md": Way(),
    "docs/instructor/index.md": Way(hand_in, codes={".venv/bin/workshop preflight": MACHINE}),
    "docs/reference/cli.md": Way(
        before={
            "workshop deploy 1": mend_the_type,
            "workshop trace last": deploy_all,
            "workshop seal": lambda shell: did(shell, "workshop begin 5"),
        },
        codes={
            "workshop preflight": MACHINE,
            "workshop check 1": (1,),
            "workshop reset 1": (2,),  # nobody is there to be asked
            "workshop seal": (2,),  # there is no ticket: seed 7 is not opened here
        },
    ),
    "labs/01-dynamodb/README.md": Way(solved(1)),
    "labs/02-iam/README.md": Way(solved(2), {"aws iam": name_outputs}),
    "labs/03-lambda/README.md": Way(solved(3), {"aws logs": name_outputs}),
    "labs/04-api-gateway/README.md": Way(
        solved(4),
        {"workshop deploy 4": take_health_out, "API=": name_outputs},
        said={"curl -i $URL/health": ["HTTP/1.1 403", "HTTP/1.1 200"]},
    ),
    "labs/05-troubleshooting/README.md": Way(
        lambda shell: did(shell, "workshop begin 5"),
        {"workshop seal": diagnose, "FUNCTION=": name_outputs},
    ),
}


@cache
def reasons():
    return yaml.safe_load(REASONS.read_text("utf-8"))


def reason(page, command):
    """Why a command is not run here; None if it has to be."""
    own = reasons().get(page, {})
    return own if isinstance(own, str) else own.get(command) or reasons()[ANYWHERE].get(command)


@cache
def commands():
    """Each page's commands, in its order."""
    found = {}
    for block in blocks():
        if block.is_shell and not block.included:
            found.setdefault(block.page, []).extend(block.commands())
    return found


@pytest.fixture
def shell(monkeypatch, tmp_path, sandbox, capfd):
    return Shell(monkeypatch, tmp_path, sandbox.url, fresh_account(), capfd)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_followed(page, shell):
    way, left = PAGES[page], dict(PAGES[page].before)
    said = {command: iter(heard) for command, heard in way.said.items()}
    way.first(shell)
    for command in commands()[page]:
        if reason(page, command):
            continue
        for begins in [one for one in left if command.startswith(one)]:
            left.pop(begins)(shell)
        heard = did(shell, command, way.codes.get(command, (0,)))
        assert next(said.get(command, iter(())), "") in heard
    assert not left, f"{page} has no command any more that begins with {[*left]}"


def test_every_command_of_a_block_is_run_or_has_its_reason():
    assert PAGES.keys() <= commands().keys()
    run = {one for page in PAGES for one in commands()[page] if not reason(page, one)}
    bare = [
        f"{page}: {command}"
        for page, found in commands().items()
        for command in found
        if command not in run and not reason(page, command)
    ]
    assert not bare, (
        "these are in a block and nothing runs them. Either follow the page: an entry in PAGES of tests/docs/"
        "test_blocks_run.py. Or give the reason, or the test that runs them, in tests/docs/blocks.yaml, as "
        "`PAGE: {COMMAND: reason}` or `PAGE: tests/docs/test_PAGE.py`:\n" + "\n".join(bare)
    )


def test_no_reason_is_left_over():
    for page, told in reasons().items():
        there = (
            {one for found in commands().values() for one in found} if page == ANYWHERE else commands()[page]
        )
        gone = [one for one in told if one not in there] if isinstance(told, dict) else []
        assert not gone, f"blocks.yaml, {page}: not in a block any more: {gone}"


@pytest.mark.parametrize(
    ("page", "command", "why"),
    [
        (page, command, why)
        for page, told in yaml.safe_load(REASONS.read_text("utf-8")).items()
        for command, why in (told.items() if isinstance(told, dict) else [(page, told)])
    ],
)
def test_a_test_that_is_named_as_a_reason_is_about_it(page, command, why):
    if not why.startswith("tests/"):
        assert len(why.split()) > 4, "say why, in words"
        return
    text = (ROOT / why).read_text("utf-8")
    about = Path(page).stem if command == page else _verb(command)
    assert re.search(rf"\b{re.escape(about)}\b", text), f"{why} does not say {about}"


def _verb(command):
    """The word by which a test tells what it is about: a verb, a target."""
    name, *rest = command.split()
    return next((one for one in rest if re.fullmatch(r"[a-z]+", one)), first_word(name))


class TestTheShell:
    def test_an_unknown_command_is_no_success(self, shell):
        with pytest.raises(NotImplementedError, match=r"cannot run 'docker ps'.*blocks\.yaml"):
            shell.run("docker ps")

    def test_exit_codes_are_those_of_the_terminal(self, shell):
        assert shell.run("workshop chekc")[0] == 2
        assert shell.run("workshop solve 1")[0] == 2
        assert shell.run("aws dynamodb describe-table --table-name none")[0] != 0
        assert shell.run("curl -s http://127.0.0.1:1")[0] != 0

    def test_what_a_command_says_is_kept(self, shell):
        assert shell.run("WHO=$(aws sts get-caller-identity --query Account --output text)")[0] == 0
        assert shell.variables["WHO"] == shell.account
        assert shell._filled("a $WHO '$WHO' ${WHO}b") == f"a {shell.account} '$WHO' {shell.account}b"
