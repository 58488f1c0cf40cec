"""The prefix that names the stack and the resources agreed upon."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT = "workshop"


def prefix_of(environ: Mapping[str, str]) -> str:
    """WORKSHOP_PREFIX, or `workshop`.

    >>> prefix_of({}), prefix_of({"WORKSHOP_PREFIX": "ada"})
    ('workshop', 'ada')
    """
    return environ.get("WORKSHOP_PREFIX") or DEFAULT
