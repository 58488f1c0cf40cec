"""The table of recorded facts: how many the tests cover, how many passed, which are left.

    python -m tests.sandbox.coverage        writes docs/reference/coverage.md anew

The page lists what tests claim by `@case`, found by reading them; `pytest --coverage-table FILE` gives the
same table with what passed in that run.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.sandbox.cases import Case, all_cases, out_of_scope

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "coverage.md"

Results = dict[str, bool]
"""Case id → whether all its tests passed."""

_HEAD = """# Which facts about AWS are tested

<!-- Written by `python -m tests.sandbox.coverage`; do not edit. -->

`tests/sandbox/cases.yaml` records how AWS answers, one fact a record, each with its source. A test tied to a
record by `@case` makes the situation on the sandbox and compares the answer with the record.

*Recorded* facts come from captures of AWS, its documentation or its source, and are compared strictly;
*secondary* ones come from public issues and articles, and are compared loosely. A fact that is only
*recalled* is tested by nobody. A covered fact has a test that passes, for all tests of a commit must pass;
`pytest tests/sandbox --coverage-table FILE` writes the first table with what passed in that run.

"""


def table(results: Results | None = None) -> str:
    """The Markdown table, layer by layer. results: of a run; without it, what tests claim."""
    claimed = claimed_ids()
    covered = set(results) if results is not None else claimed
    columns = ["layer", "recorded", "covered", *(["passed"] if results is not None else [])]
    columns += ["out of scope", "to do", "secondary", "covered (secondary)"]
    lines = ["| " + " | ".join(columns) + " |", "|---" + "|---:" * (len(columns) - 1) + "|"]
    layers = sorted({case.layer for case in all_cases().values()})
    sums: Counter[str] = Counter()
    for layer in layers:
        row = _row([c for c in all_cases().values() if c.layer == layer], covered, results or {})
        sums.update(row)
        lines.append("| " + " | ".join([layer, *(str(row[name]) for name in columns[1:])]) + " |")
    lines.append("| " + " | ".join(["**all**", *(f"**{sums[name]}**" for name in columns[1:])]) + " |")
    return "\n".join(lines) + "\n"


def _row(cases: list[Case], covered: set[str], results: Results) -> Counter[str]:
    recorded = {case.id for case in cases if case.confidence == "recorded"}
    secondary = {case.id for case in cases if case.confidence == "secondary"}
    apart = recorded & set(out_of_scope())
    return Counter(
        {
            "recorded": len(recorded),
            "covered": len(recorded & covered),
            "passed": sum(results.get(case_id, False) for case_id in recorded),
            "out of scope": len(apart),
            "to do": len(recorded - covered - apart),
            "secondary": len(secondary),
            "covered (secondary)": len(secondary & covered),
        }
    )


def claimed_ids() -> set[str]:
    """The ids in every `@case("…")` under tests/, found without importing the tests."""
    found: set[str] = set()
    for file in sorted(TESTS.rglob("test_*.py")):
        source = file.read_text(encoding="utf-8")
        if "@case(" in source:
            found.update(ids_in(ast.parse(source)))
    return found


def ids_in(module: ast.Module) -> set[str]:
    """The ids in `@case("a", "b")`, and in `@case(*TABLE)` of a table at the top of the module."""
    tables = {
        target.id: statement.value
        for statement in module.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    found: set[str] = set()
    for node in ast.walk(module):
        for decorator in getattr(node, "decorator_list", ()):
            if not isinstance(decorator, ast.Call) or getattr(decorator.func, "id", "") != "case":
                continue
            for argument in decorator.args:
                found |= _texts_in(argument, tables)
    return found


def _texts_in(argument: ast.expr, tables: dict[str, ast.expr]) -> set[str]:
    if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Name):
        table = tables.get(argument.value.id)
        items = table.keys if isinstance(table, ast.Dict) else getattr(table, "elts", ())
    else:
        items = [argument]
    return {item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}


def page() -> str:
    """The whole page for the guide."""
    claimed, apart = claimed_ids(), out_of_scope()
    left = [c for c in all_cases().values() if c.id not in claimed and c.id not in apart]
    parts = [_HEAD, table(), "\n## Covered\n\n"]
    parts += _by_layer([c for c in all_cases().values() if c.id in claimed])
    parts += ["## Not covered yet\n\n"]
    parts += _by_layer([c for c in left if c.confidence != "recalled"])
    parts += ["## Out of scope\n\n", *(f"- `{case_id}`: {reason}\n" for case_id, reason in apart.items())]
    recalled = ", ".join(f"`{c.id}`" for c in all_cases().values() if c.confidence == "recalled")
    parts += [f"\n## Only recalled\n\n{recalled}\n"]
    return "".join(parts)


def _by_layer(cases: list[Case]) -> list[str]:
    lines = []
    for layer in sorted({case.layer for case in cases}):
        ids = ", ".join(f"`{case.id}`" for case in cases if case.layer == layer)
        lines.append(f"**{layer}**: {ids}\n\n")
    return lines


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE}: {len(claimed_ids())} cases covered")
