"""Reading projections: paths with commas between."""

from __future__ import annotations

from functools import lru_cache

from sandbox.dynamodb.expressions.operands import Reader
from sandbox.dynamodb.expressions.tree import Path
from sandbox.dynamodb.expressions.wellformed import check_names


@lru_cache(maxsize=2048)
def read_projection(text: str) -> tuple[Path, ...]:
    """The paths of a projection. Raises Fault."""
    reader = Reader(text)
    paths = [reader.path()]
    while reader.tokens.passes(","):
        paths.append(reader.path())
    reader.finish()
    check_names(paths)
    return tuple(paths)
