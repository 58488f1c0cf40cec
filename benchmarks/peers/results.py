"""What a run found: kept as JSON beside the page, and written into it as tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.peers.probe import LAYERS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "comparison.md"
RESULTS = ROOT / "docs" / "comparison" / "results.json"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LAYER_NAMES = dict(
    zip(
        LAYERS,
        ("DynamoDB", "IAM", "Lambda and its logs", "API Gateway", "CloudFormation and SAM"),
        strict=True,
    )
)
_OWN = re.compile(r"peer-[0-9a-f]{10}|/tmp/\S+|\b[a-z0-9]{8}(?=\.execute-api)|\d{12}")


def tidy(seen: str | None) -> str | None:
    """What was seen, without the names of one run."""
    return None if seen is None else _OWN.sub("…", seen)[:160]


def block(results: dict[str, Any]) -> str:
    """The tables of the page, from the results of a run."""
    return "\n".join([BEGIN, "", *_costs(results), "", *_scores(results), "", *_facts(results), "", END])


def with_block(page: str, text: str) -> str:
    """The page with this text in place of the block it holds."""
    before, _, rest = page.partition(BEGIN)
    return before + text + rest.partition(END)[2]


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _head(*cells: str) -> list[str]:
    return [_row(*cells), _row(*("---" for _ in cells))]


def _names(results: dict[str, Any]) -> list[str]:
    return [peer["name"] for peer in results["peers"]]


def _costs(results: dict[str, Any]) -> list[str]:
    """One row for each measurement."""
    rows = {
        "version": "version",
        "on disk": "disk",
        "start to ready": "ready",
        "memory, after these calls": "memory",
        "call of a Python function behind an HTTP API, warm": "warm",
        "the same, first call of a new function": "cold",
    }
    units = {"disk": " MB", "ready": " s", "memory": " MB", "warm": " ms", "cold": " ms"}

    def cell(peer: dict[str, Any], key: str) -> str:
        return "runs none" if peer[key] is None else f"{peer[key]}{units.get(key, '')}"

    when = f"Measured {results['measured']}, {results['machine']}; medians."
    table = [_row(title, *(cell(peer, key) for peer in results["peers"])) for title, key in rows.items()]
    return [when, "", *_head("", *_names(results)), *table]


def _scores(results: dict[str, Any]) -> list[str]:
    """How many facts of each layer are so."""
    lines = _head("Answers as AWS does", *_names(results))
    for title, layers in [*((name, [key]) for key, name in LAYER_NAMES.items()), ("**all**", list(LAYERS))]:
        probes = [probe for probe in results["probes"] if probe["layer"] in layers]
        right = (sum(probe["seen"][name] is None for probe in probes) for name in _names(results))
        lines.append(_row(title, *(f"{number} of {len(probes)}" for number in right)))
    return lines


def _facts(results: dict[str, Any]) -> list[str]:
    """Each fact, folded."""
    lines = []
    for layer, title in LAYER_NAMES.items():
        rows = [
            _row(
                f"{probe['says']} `{probe['case']}`",
                *("yes" if probe["seen"][name] is None else "no" for name in _names(results)),
            )
            for probe in results["probes"]
            if probe["layer"] == layer
        ]
        table = [f"    {line}" for line in [*_head("On AWS", *_names(results)), *rows]]
        lines += [f'??? note "{title}: each fact"', "", *table, ""]
    return lines[:-1]


def save(results: dict[str, Any]) -> None:
    """Writes the results, and the page's block anew."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    PAGE.write_text(with_block(PAGE.read_text(), block(results)))
