"""What the learner's resources are called: the prefix, so that thirty may share an account."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from workshop.errors import Problem

DEFAULT_PREFIX = "workshop"
TAG = "workshop"
"""The key of the tag that everything of the workshop bears; its value is the prefix."""

_PREFIX = re.compile(r"[a-z][a-z0-9-]{0,30}")


def prefix(environ: Mapping[str, str] = os.environ) -> str:
    """What the stack is called, and what names begin with that the workshop gives: WORKSHOP_PREFIX.

    >>> prefix({}), prefix({"WORKSHOP_PREFIX": "ada"})
    ('workshop', 'ada')

    Raises Problem for one that cannot stand in the names of all resources.
    """
    stated = environ.get("WORKSHOP_PREFIX") or DEFAULT_PREFIX
    if not _PREFIX.fullmatch(stated):
        raise Problem(
            f"WORKSHOP_PREFIX, which is '{stated}'",
            "a prefix that AWS would refuse in a name",
            "1 to 31 small letters, digits and hyphens, a letter first",
            "export WORKSHOP_PREFIX=workshop",
        )
    return stated
