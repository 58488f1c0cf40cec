"""The truth table of IAM: every row of truth_table.yaml is decided as AWS says it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.iam.evaluate import Policies, Request, evaluate
from sandbox.iam.policy import VARIABLES_SINCE, Policy, parse
from sandbox.iam.principal import Principal
from tests.sandbox.cases import all_cases

HERE = Path(__file__).parent
CASES = (
    "iam-deny-index",
    "iam-deny-explicit",
    "iam-deny-session",
    "iam-deny-resource-policy",
    "iam-eval-boundary",
    "iam-eval-session",
    "iam-eval-resource-same-account",
    "iam-eval-trust-explicit",
    "iam-eval-order",
    "iam-action-case",
    "iam-action-wildcards",
    "iam-resource-wildcards",
    "iam-variables",
    "iam-variable-unresolved",
    "iam-arn-table",
    "iam-attributes",
    "iam-trust-lambda",
    "iam-assumerole-denied",
)


class _NoDuplicates(yaml.CSafeLoader):
    """YAML keeps the last of two equal keys and says nothing; a row would be lost."""


def _mapping(loader: _NoDuplicates, node: yaml.MappingNode) -> dict[Any, Any]:
    pairs = [
        (loader.construct_object(k, deep=True), loader.construct_object(v, deep=True)) for k, v in node.value
    ]
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    assert not twice, f"{twice} is there twice, at {node.start_mark}"
    return dict(pairs)


_NoDuplicates.add_constructor("tag:yaml.org,2002:map", _mapping)

TABLE = yaml.load((HERE / "truth_table.yaml").read_text(encoding="utf-8"), _NoDuplicates)
ROWS = [(id_, group, row) for group in TABLE["tables"] for id_, row in group["rows"].items()]


def principal(name: str) -> Principal:
    """Who a name of the table is."""
    kind, *account_and_names = TABLE["who"][name]
    if kind == "service":
        return Principal(kind, *account_and_names)
    account, *names = account_and_names
    if kind == "session":
        arn = f"arn:aws:sts::{account}:assumed-role/{'/'.join(names)}"
        return Principal(kind, arn, account, f"arn:aws:iam::{account}:role/{names[0]}")
    return Principal(kind, f"arn:aws:iam::{account}:{'/'.join([kind, *names])}", account)


def policy(written: Any) -> Policy:
    """A policy of the table: a document, or statements of one with today's Version."""
    if isinstance(written, dict) and "Statement" in written:
        return parse(written)
    return parse({"Version": VARIABLES_SINCE, "Statement": written})


def policies(group: dict[str, Any]) -> Policies:
    one = {kind: policy(group[kind]) for kind in ("boundary", "resource", "trust") if kind in group}
    session = tuple(policy(p) for p in group["session"]) if "session" in group else None
    return Policies(identity=tuple(policy(p) for p in group.get("identity", ())), session=session, **one)


def request(group: dict[str, Any], question: str, context: dict[str, Any]) -> Request:
    who, action, resource = question.split()
    known = {key.lower(): tuple(v) if isinstance(v, list) else (v,) for key, v in context.items()}
    return Request(principal(who), action, resource, known, group.get("owner", ""))


@pytest.mark.parametrize(("group", "row"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_row(group, row):
    text, context = (row, {}) if isinstance(row, str) else row
    question, _, expected = text.partition(" -> ")
    decision = evaluate(request(group, question, context), policies(group))
    sid = decision.by.statement.sid if decision.by else ""
    said = f"{decision.verdict} {decision.kind}"
    assert expected in (said, f"{said} {sid}"), f"said {said} {sid}; {group['source']}"
    assert decision.allowed == expected.startswith("allowed")
    assert decision.by is None or decision.by in decision.matched
    nobody_says = decision.verdict == "implicitDeny" or (
        question.startswith("root ") and said.endswith("identity")
    )
    assert (decision.by is None) == nobody_says


def test_ids_are_unique():
    twice = [id_ for id_, count in Counter(id_ for id_, _, _ in ROWS).items() if count > 1]
    assert not twice


def test_every_row_has_a_source():
    assert {group["source"].partition(": ")[0] for group in TABLE["tables"]} == {"aws", "rule"}


def test_the_table_is_as_large_as_it_should_be():
    documented = [id_ for id_, group, _ in ROWS if group["source"].startswith("aws: ")]
    assert len(ROWS) >= 300
    assert len(documented) >= 200


@pytest.mark.parametrize("case", CASES)
def test_case_has_rows(case):
    """The cases of evaluation are in the table, by their ids."""
    assert case in all_cases()
    assert any(id_ == case or id_.startswith(f"{case}-") for id_, _, _ in ROWS)
