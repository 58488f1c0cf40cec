"""The page of symptoms: every cause has its place, commands and templates are right, messages are AWS's."""

import re
import zipfile
from importlib import import_module

import pytest
import yaml

from tests.docs.aws_cli import Reader
from tests.docs.symptoms import ENTRIES, HEADINGS, OWN, PAGE, blocks, commands
from tests.repository.sources import ROOT
from tests.sandbox.cases import all_cases
from workshop.doctor.checklist import CAUSES
from workshop.doctor.checklist import ENTRIES as CHECKLIST
from workshop.doctor.layers import LAYERS

WAY_IN = PAGE[: PAGE.index("{#layer-")]
SYMPTOMS = {
    *("who-said-it", "http-api", "rest-api", "log-lines", "sdk", "deploying", "checklist", "beyond"),
    *("event-differs", "cors", "too-large", "validation-error", "credentials", "no-such-stack"),
    *("rollback-complete", "custom-name", "capabilities", "runtime-deprecated", "policy-too-long"),
}
"""What is seen, where no layer is broken; and the ways in."""


def test_every_cause_has_its_anchor_once_in_the_order_of_the_layers():
    anchors = [anchor for _, _, anchor in HEADINGS]
    assert [anchor for anchor in anchors if anchor in CAUSES] == list(CAUSES)
    rest = [anchor for anchor in anchors if anchor not in CAUSES and not anchor.startswith("layer-")]
    assert sorted(rest) == sorted(SYMPTOMS)
    assert len(HEADINGS) == len(re.findall(r"^##+ ", PAGE, re.M))


def test_the_parts_are_the_layers():
    """`answer` has no cause of its own."""
    parts = [title.lower() for _, title, anchor in HEADINGS if anchor.startswith("layer-")]
    assert parts == [layer.NAME.lower() for layer in LAYERS if layer.NAME != "answer"]


@pytest.mark.parametrize("cause", CAUSES)
def test_an_entry_is_whole(cause):
    entry = ENTRIES[cause]
    assert entry.checklist == CAUSES[cause]
    assert entry.seen("REST API") or entry.seen("HTTP API")
    told, fixed = entry.text.split("**How to fix.**")
    assert "**How to tell.**" in told
    assert blocks(told, "bash")
    assert blocks(fixed, "yaml")
    assert blocks(fixed, "bash")


def test_the_checklist_is_the_guide_s():
    rows = dict(re.findall(r"^\| (5\.\d) \| (.*?) \|", PAGE, re.M))
    assert list(rows) == list(CHECKLIST)
    for number, entry in CHECKLIST.items():
        assert rows[number].startswith(f"**{entry.partition(':')[0]}**")


def test_links_lead_somewhere_and_every_entry_is_found_from_above():
    anchors = {anchor for _, _, anchor in HEADINGS}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors
    assert set(ENTRIES) <= set(re.findall(r"\]\(#([^)]+)\)", WAY_IN))


COMMANDS = [
    command
    for block in blocks(PAGE, "bash")
    for command in commands(block)
    if not command.startswith(("#", "sam deploy ", "curl "))
]


LINK = re.compile(r"\]\(#([^)]+)\)")
TABLES = {"HTTP API": "http-api", "REST API": "rest-api"}
OWN_BODY = re.compile(r"(\d{3}) `(\{.*?\})`")


def part(anchor):
    """What stands below a heading of the second level."""
    return re.search(rf"^## .*\{{#{anchor}\}}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


@pytest.mark.parametrize("kind", TABLES)
def test_the_tables_say_what_the_entries_say(kind):
    """Whoever follows a row finds its status and body again."""
    rows = [line for line in part(TABLES[kind]).splitlines() if OWN_BODY.search(line)]
    assert len(rows) > 5
    for row in rows:
        status, body = OWN_BODY.search(row).groups()
        for cause in set(LINK.findall(row)) & CAUSES.keys():
            line = ENTRIES[cause].seen(kind)
            said = status in line and body in line
            assert said or any(words in line for words in OWN), f"{cause}: {row}"


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("cause", CAUSES)
def test_the_entries_are_found_by_what_they_say(kind, cause):
    """In the table of the kind by status and body, or by the log."""
    by_log = {*LINK.findall(part("log-lines")), *LINK.findall(part("sdk"))}
    rows = part(TABLES[kind]).splitlines()
    for status, body in OWN_BODY.findall(ENTRIES[cause].seen(kind)):
        shown = [row for row in rows if status in row and f"`{body}`" in row]
        assert shown, f"{status} {body}"
        assert cause in by_log or any(f"(#{cause})" in row for row in shown), f"{status} {body}"


@pytest.fixture
def reader(monkeypatch, tmp_path):
    for name in ("template.yaml", "event.json"):
        (tmp_path / name).write_text("{}")
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as package:
        package.writestr("app.py", "")
    return Reader(monkeypatch, tmp_path)


def test_a_wrong_command_is_seen(reader):
    assert reader.read("aws lambda get-function-configuration --functionname F")
    assert reader.read("aws lambda get-functions")
    said = reader.read("aws lambda update-function-configuration --function-name F --memory-size 1")
    assert "MemorySize" in said


def test_every_command_is_one(reader):
    wrong = [command for command in dict.fromkeys(COMMANDS) if reader.read(command)]
    assert not wrong
    assert len(reader.calls) > len(CAUSES)


class _Loader(yaml.SafeLoader):
    """Of templates: what an intrinsic function gives stands for a string."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix} {node.value}")
TEMPLATES = blocks(PAGE, "yaml")
REGION = "us-east-1"


def _unknown(schemas, value, whole, path):
    """Paths of what a template sets and none of the schemas knows."""
    schemas = [one for schema in schemas for one in _alternatives(schema, whole)]
    if isinstance(value, list):
        items = [one["items"] for one in schemas if "items" in one]
        return [found for each in value for found in _unknown(items, each, whole, path)]
    if not isinstance(value, dict) or not any("properties" in one for one in schemas):
        return []
    found = []
    for name, each in value.items():
        inner = [one["properties"][name] for one in schemas if name in one.get("properties", {})]
        found += _unknown(inner, each, whole, f"{path}.{name}") if inner else [f"{path}.{name}"]
    return found


def _alternatives(schema, whole):
    """A schema, followed to where it is, and those that it may be instead."""
    while "$ref" in schema:
        at = whole
        for part in schema["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        schema = at
    more = [one for key in ("anyOf", "oneOf", "allOf") for one in schema.get(key, [])]
    return [schema, *(found for one in more for found in _alternatives(one, whole))]


def problems(text):
    """What is wrong with a piece of a template. Imports here what takes long to import, in one worker."""
    schemas = import_module("cfnlint.schema.manager").PROVIDER_SCHEMA_MANAGER
    found = []
    for name, resource in yaml.load(text, _Loader).items():
        if name == "Outputs":
            found += [one for one, output in resource.items() if set(output) != {"Value"}]
            continue
        schema = schemas.get_resource_schema(REGION, resource["Type"])
        schema = getattr(schema, "schema", schema)
        found += _unknown([schema], resource["Properties"], schema, resource["Type"])
    return found


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ("Type: AWS::Lambda::Function, Properties: {TimeOut: 3}", "AWS::Lambda::Function.TimeOut"),
        (
            "Type: AWS::DynamoDB::Table, Properties: {KeySchema: [{Name: a}]}",
            "AWS::DynamoDB::Table.KeySchema.Name",
        ),
    ],
)
def test_a_wrong_property_is_seen(wrong, place):
    assert problems(f"A: {{{wrong}}}") == [place]


@pytest.mark.parametrize("text", dict.fromkeys(TEMPLATES))
def test_every_property_exists(text):
    assert problems(text) == []


QUOTED = yaml.safe_load((ROOT / "tests" / "docs" / "symptoms.yaml").read_text())
RECORDED = QUOTED["recorded"]


@pytest.mark.parametrize("words", QUOTED["facts"])
def test_what_surprises_is_said(words):
    assert words in PAGE


def said(case):
    """The texts of a case, in one: those that are patterns without what only patterns have."""
    texts, pending = [], [all_cases()[case].then]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            pending += one
        else:
            texts.append(str(one))
    return "\n".join([*texts, *(re.sub(r"\\(.)", r"\1", text) for text in texts)])


@pytest.mark.parametrize("message", RECORDED)
def test_a_message_is_quoted_word_by_word(message):
    assert message in PAGE
    text = re.sub(r"\{[a-z-]+\}", "…", said(RECORDED[message]))
    pieces = re.split(r"…|\[…\]|\b[A-Z]{4,}\b", message)
    missing = [piece for piece in pieces if piece.strip(" :\"'.") and piece.strip() not in text]
    assert not missing, text
