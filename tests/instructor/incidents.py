"""The page on lab 5's incidents: how many there are of each kind, and not which seed gives which.

python -m tests.instructor.incidents        writes docs/instructor/incidents.md anew
"""

from __future__ import annotations

from pathlib import Path

from tests.repository.sources import ROOT
from workshop.doctor.layers import LAYERS
from workshop.incidents.incident import HTTP, REST, Incident
from workshop.incidents.pick import INCIDENTS, MOST, pairs, pick, seed_of

PAGE = ROOT / "docs" / "instructor" / "incidents.md"
WORDS = Path(__file__).with_name("incidents.in.md")
TEAMS = 12
"""So many tickets a row of the plan has at most: one for each pair of a class."""


def table() -> str:
    """The incidents by their layer, on each kind of API, and how many show under load only."""
    lines = ["| Layer | Incidents | HTTP API | REST API | under load only |\n|---|---:|---:|---:|---:|\n"]
    for layer in LAYERS:
        mine = [one for one in INCIDENTS.values() if one.layer == layer.NAME]
        if mine:
            lines.append(_row(layer.NAME, mine))
    return "".join([*lines, _row("**all**", list(INCIDENTS.values()))])


def _row(name: str, of: list[Incident]) -> str:
    http, rest = (sum(kind in one.kinds for one in of) for kind in (HTTP, REST))
    return f"| {name} | {len(of)} | {http} | {rest} | {sum(one.load for one in of)} |\n"


def rounds() -> list[list[int]]:
    """Seeds that give every incident once, in rounds for a class; in the order of the seeds."""
    lowest = sorted(min(seed_of([one], kind) for kind in one.kinds) for one in INCIDENTS.values())
    return [lowest[start : start + TEAMS] for start in range(0, len(lowest), TEAMS)]


def covered(seeds: list[int]) -> set[str]:
    """The incidents that seeds give, by their ids."""
    return {one.id for seed in seeds for one in pick(seed)}


def twos(many: int = TEAMS) -> list[int]:
    """The first seeds that give two incidents at once, no outer one twice."""
    found: dict[str, int] = {}
    seed = 0
    while len(found) < many:
        seed += 1
        found.setdefault(pick(seed, MOST)[0].id, seed)
    return sorted(found.values())


def page() -> str:
    """The page, whole."""
    seeds = rounds()
    lines = "".join(f"| {number} | {', '.join(map(str, row))} |\n" for number, row in enumerate(seeds, 1))
    return WORDS.read_text("utf-8").format(
        count=len(INCIDENTS),
        pairs=len(pairs()),
        table=table().rstrip("\n"),
        rounds=f"| Round | Seeds |\n|---:|---|\n{lines}".rstrip("\n"),
        twos=", ".join(map(str, twos())),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
