"""What a check of the preflight says, and how all of them are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

OK, WARN, FAIL = "ok", "warn", "FAIL"


@dataclass(frozen=True)
class Line:
    """What one check says. `remedy` is what to type, empty if `status` is ok."""

    status: str
    looked_at: str
    found: str
    expected: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def report(lines: Sequence[Line]) -> str:
    """The lines as a person reads them."""
    rows: list[str] = []
    for line in lines:
        rows.append(f"{line.status:<5} {line.looked_at}: {line.found}")
        if line.status != OK:
            rows += [f"        expected  {line.expected}", f"        type      {line.remedy}"]
    failed = sum(line.status == FAIL for line in lines)
    rows.append("")
    rows.append(f"{failed} to mend: see the lines that say FAIL." if failed else "This machine is ready.")
    return "\n".join(rows)


def judge(good: bool, line: Line, otherwise: str = FAIL) -> Line:
    """`line` as it is if `good`, without its remedy; else with the status `otherwise`."""
    status, remedy = (OK, "") if good else (otherwise, line.remedy)
    return Line(status, line.looked_at, line.found, line.expected, remedy)
