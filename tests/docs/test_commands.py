"""Every command that the guide, a brief, a notebook or a hint tells to type is one.

Commands of `workshop` and `sandbox` are parsed by their own parsers, those of `aws` by the AWS CLI's and
against the services' models; make's targets, modules and files have to be there. In a line, `workshop begin`
may stand for the verb; in a block a command has to be whole.
"""

import importlib.util
import json
import re

import botocore.session
import pytest
import typer
import yaml
from botocore import xform_name

from tests.docs.aws_cli import Reader
from tests.docs.typed import COMMANDS, Block, blocks, first_word, inline, pieces, texts, typed, words
from tests.reference.commands import verbs
from tests.reference.settings import make_targets
from tests.repository.sources import ROOT
from workshop.catalogue import labs
from workshop.doctor.checklist import CAUSES
from workshop.incidents import INCIDENTS

VERBS = verbs()
USAGE_ERROR = typer.BadParameter.__mro__[1]
"""What all errors of what was typed are: typer brings a parser of its own along."""
PLACE = re.compile(r"[A-Z][A-Z0-9-]*|…|\$\w+")
"""What stands for a value of one's own: URL, REQUEST-ID, $API."""
ELSEWHERE = ("docs/troubleshooting/symptoms.md", "docs/snippets/")
"""Whose aws commands tests/docs/test_symptoms.py reads, and other tests run."""
ARN = "arn:aws:iam::123456789012:role/name"
CURL = set("iXHdsoSfw")
SAM = {"build", "deploy", "validate", "local", "logs", "delete", "sync"}
AWS_ITSELF = {"s3", "sso", "configure", "help"}
"""What only the AWS CLI knows: no operation of a service, or one that asks the person."""


def problem(command, whole):
    """What is wrong with a command of ours; "" if it can be typed. whole: with all its arguments."""
    name, *rest = words(command)
    name = name.rpartition("/")[2]
    if not rest or rest[0].startswith("-"):
        return "" if rest in ([], ["--help"]) else f"{name} has no option of its own"
    verb = next(
        (VERBS[one] for one in sorted(VERBS, reverse=True) if f"{command} ".startswith(f"{one} ")), None
    )
    verb = verb or VERBS.get(f"{name} {rest[0]}")
    if verb is None:
        return f"no verb: there are {', '.join(one for one in VERBS if one.startswith(name))}"
    try:
        verb.command.make_context(verb.name, rest[len(verb.name.split()) - 1 :])
    except typer.Exit:
        return ""  # --help
    except USAGE_ERROR as error:
        return "" if _is_left_open(error, rest, whole) else error.format_message()
    return ""


def _is_left_open(error, given, whole):
    """Whether what is wrong is only that a value is left to the reader."""
    if type(error).__name__ in ("MissingParameter", "BadOptionUsage"):
        return not whole
    return isinstance(error, typer.BadParameter) and any(PLACE.fullmatch(word) for word in given)


OURS = [(page, command, True) for page, command in typed("workshop", "sandbox")]
OURS += [(page, one, False) for page, one in inline() if first_word(one) in ("workshop", "sandbox")]


def told(found):
    return "\n".join(f"{page}: `{command}`: {what}" for page, command, what in found)


def test_commands_of_the_workshop_are_understood():
    wrong = [(page, one, what) for page, one, whole in OURS if (what := problem(one, whole))]
    assert not wrong, f"the command, or its verb, has to change:\n{told(wrong)}"
    assert {first_word(one) for _, one, _ in OURS} == {"workshop", "sandbox"}


@pytest.mark.parametrize(
    ("command", "whole", "wrong"),
    [
        ("workshop chekc 1", True, "no verb"),
        ("workshop check 1 --jason x", True, "No such option"),
        ("workshop begin", True, "Missing argument"),
        ("workshop begin", False, ""),
        ("workshop up --port high", True, "high"),
        ("workshop up --port PORT", False, ""),
        ("workshop begin 1 --language rust", True, "rust"),
        ("workshop --jobs 2", True, "no option of its own"),
        ("sandbox serve --replication-lag", False, ""),
        (".venv/bin/workshop preflight", True, ""),
        ("workshop", True, ""),
    ],
)
def test_a_wrong_one_is_seen(command, whole, wrong):
    found = problem(command, whole)
    assert wrong in found
    assert bool(found) == bool(wrong)


def test_every_verb_is_in_the_guide_beside_the_reference():
    pages = {page for page in texts() if not page.startswith("docs/reference/")}
    said = {
        verb for verb in VERBS for page, one, _ in OURS if page in pages and f"{one} ".startswith(f"{verb} ")
    }
    generated = {verb for verb in VERBS if verb.startswith("sandbox")}
    missing = sorted(VERBS.keys() - said - generated)
    assert not missing, f"no page but the reference tells of {missing}: say where a learner meets it"


def test_make_has_the_targets():
    found = [*typed("make"), *((page, one) for page, one in inline() if first_word(one) == "make")]
    assert len(found) > 10
    variables = set(re.findall(r"\b([A-Z]+)=", (ROOT / "docs/reference/settings.md").read_text("utf-8")))
    wrong = []
    for page, command in found:
        given = words(re.sub(r"^(?:[A-Z]+=\S+ )*(?:\$ )?make ?", "", command))
        targets = [one for one in given if "=" not in one]
        unknown = [one for one in targets if one not in make_targets()]
        unknown += [one for one in given if "=" in one and one.partition("=")[0] not in variables]
        wrong += [(page, command, f"the Makefile has no {one}") for one in unknown]
    assert not wrong, told(wrong)


def test_modules_and_files_that_python_runs_are_there():
    found = [*typed("python", "python3", "pytest"), *inline()]
    wrong = []
    for page, command in found:
        module = re.search(r"python3? -m ([\w.]+)", command)
        files = re.findall(r"(?:python3?|pytest) ([\w/.-]+)", command) if not module else []
        if module and importlib.util.find_spec(module[1]) is None:
            wrong.append((page, command, f"no module {module[1]}"))
        wrong += [(page, command, f"no file {name}") for name in files if not _is_there(name, page)]
    assert not wrong, told(wrong)


def _is_there(name, page):
    lab = next((one for one in labs(ROOT) if one.key in page), None)
    folders = [ROOT, *([lab.folder] if lab else [])]
    return any((folder / name.replace("work/", "labs/")).exists() for folder in folders)


@pytest.fixture
def reader(monkeypatch, tmp_path):
    (tmp_path / "work").mkdir()
    for name in ("template.yaml", "event.json", "trust.json", "policy.json", "code.zip"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    return Reader(monkeypatch, tmp_path)


def test_commands_of_aws_are_understood(reader):
    found = [(page, one) for page, one in typed("aws") if not page.startswith(ELSEWHERE)]
    found = [(page, one) for page, one in found if "fileb://" not in one and "file://" not in one]
    itself = {*AWS_ITSELF, "cloudformation deploy"}  # the last makes its calls by itself
    found = [one for one in found if not itself & {words(one[1])[1], " ".join(words(one[1])[1:3])}]
    assert len(found) > 10
    named = [(page, one, re.sub(r"\$?\b[A-Z]+_ARN\b", ARN, one)) for page, one in found]
    filled = [(page, one, re.sub(r"\$\{?\w+\}?|(?<= )…", "name", full)) for page, one, full in named]
    wrong = [(page, one, what) for page, one, full in filled if (what := reader.read(full))]
    assert not wrong, told(wrong)


@pytest.fixture(scope="module")
def services():
    session = botocore.session.get_session()
    return session, set(session.get_available_services())


def test_operations_of_aws_that_a_line_names_exist(services):
    session, known = services
    wrong = []
    for page, command in inline():
        if first_word(command) != "aws" or len(words(command)) < 3:
            continue
        _, service, operation, *_ = words(command)
        if service in AWS_ITSELF or not re.fullmatch(r"[a-z0-9-]+", operation):
            continue
        if service not in known:
            wrong.append((page, command, f"no service {service}"))
            continue
        names = {xform_name(one, "-") for one in session.get_service_model(service).operation_names}
        if operation not in names | {"wait", "tail", "deploy"}:
            wrong.append((page, command, f"{service} has no operation {operation}"))
    assert not wrong, told(wrong)


def test_curl_is_told_options_that_everybody_has():
    found = [one for one in [*typed("curl"), *inline()] if first_word(one[1]) == "curl"]
    wrong = [
        (page, command, option)
        for page, command in found
        for option in re.findall(r"(?<=\s)-(\w+)", command)
        if not {*option} <= CURL
    ]
    assert found
    assert not wrong, told(wrong)


def test_sam_is_told_what_it_knows():
    found = [one for one in [*typed("sam"), *inline()] if first_word(one[1]) == "sam"]
    wrong = [(page, one, "no command of SAM's") for page, one in found if not {*words(one)[1:2]} <= SAM]
    assert not wrong, told(wrong)


def test_blocks_of_data_and_code_can_be_read():
    readers = {"json": json.loads, "yaml": _yaml, "python": _python, "py": _python}
    read = 0
    for block in blocks():
        if block.language in readers and not block.included:
            readers[block.language](block.text)
            read += 1
    assert read > 50


def _python(text):
    compile(text, "a block", "exec")


class _Loader(yaml.SafeLoader):
    """Of templates, whose tags are CloudFormation's."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


def _yaml(text):
    yaml.load(text, _Loader)


def test_files_that_a_page_shows_are_tested():
    """What a page shows of a program, a template or a workflow is run by a test that names it."""
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    shown = {name for block in blocks() for name in block.included if not name.endswith((".txt", ".md"))}
    assert len(shown) > 10
    untested = [name for name in shown if not _named(name, tests)]
    assert not untested, f"no test runs what is in {untested}"


def _named(name, tests):
    folder, file = name.split("/")[-2:]
    return any(f"{end}{name}{end}" in tests for name in (folder, file, f"snippets/{folder}") for end in "\"'")


def test_every_cause_of_an_incident_is_in_the_symptom_index():
    page = texts()["docs/troubleshooting/symptoms.md"]
    named = {cause for incident in INCIDENTS.values() for cause in incident.causes}
    assert len(INCIDENTS) > 30
    assert named <= CAUSES.keys()
    assert not [cause for cause in {*named, *CAUSES} if f"{{#{cause}}}" not in page]


class TestHowItIsRead:
    def test_commands_of_a_line(self):
        line = 'ID=$(aws a b --name "$(c d)" --query x) && curl -i $URL | jq . > file; workshop up'
        assert [*pieces(line)] == [
            "c d",
            "aws a b --name 0 --query x",
            "curl -i $URL",
            "jq .",
            "workshop up",
        ] or [*pieces(line)][-3:] == ["curl -i $URL", "jq .", "workshop up"]

    def test_a_block_without_a_language_is_a_shell_s_if_a_line_is_a_command(self):
        assert Block("a.md", "", "workshop up  # now\n").commands() == ["workshop up"]
        assert Block("a.md", "", "docker run x\n").is_shell
        assert not Block("a.md", "", '{"a": 1}\n').is_shell
        assert not Block("a.md", "yaml", "make: 1\n").is_shell
        assert "docker" in COMMANDS

    def test_continued_lines_and_quotes_are_one_command(self):
        block = Block("a.md", "bash", "aws a b \\\n    --c 1 # no\ncurl -d '{\n\"a\": 1}' x\n")
        assert block.commands() == ["aws a b --c 1", "curl -d '{\n\"a\": 1}' x"]
