"""The condition keys that a policy document asks for, in its Condition blocks and in its variables.

Source: IAM API Reference, *GetContextKeysForCustomPolicy*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from sandbox.iam.policy import VARIABLES_SINCE, listed

_VARIABLE = re.compile(r"\$\{([^},]*)")
_LITERALS = ("*", "?", "$")


def keys_of(documents: Iterable[str]) -> list[str]:
    """The keys as they are written, each once whatever its letter case."""
    found: dict[str, str] = {}
    for document in documents:
        for key in _keys(json.loads(document)):
            found.setdefault(key.lower(), key)
    return list(found.values())


def _keys(document: dict[str, Any]) -> Iterator[str]:
    variables = document.get("Version") == VARIABLES_SINCE
    for statement in listed(document.get("Statement")):
        texts = [*listed(statement.get("Resource")), *listed(statement.get("NotResource"))]
        for tests in (statement.get("Condition") or {}).values():
            yield from tests
            texts += [value for values in tests.values() for value in listed(values)]
        if variables:
            yield from _named_by(texts)


def _named_by(texts: list[Any]) -> Iterator[str]:
    for text in texts:
        names = (name.strip() for name in _VARIABLE.findall(str(text)))
        yield from (name for name in names if name and name not in _LITERALS)
