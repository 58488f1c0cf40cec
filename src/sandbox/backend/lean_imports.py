"""Put off imports that the sandbox seldom uses, or never.

moto.apigateway takes 3.4 s to import, of which 2.5 s is a regular-expression grammar that only the
validator behind ImportRestApi uses (`python -X importtime -c "import moto.apigateway.models"`, Python
3.11 on 2 cores). With a stand-in for the validator it takes 0.2 s. SAM's translator takes 2.3 s for the same
reason, and 0.6 s without the grammar.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_VALIDATOR = "openapi_spec_validator"
_GRAMMAR = "rfc3987_syntax"
_ERRORS = f"{_VALIDATOR}.validation.exceptions"


class OpenAPIValidationError(Exception):
    """Stands in for the validator's own error, so that moto's `except` clause names a class."""


def _validate(document: Any) -> None:
    """Validate an OpenAPI document with the real validator, imported now."""
    real = importlib.import_module(_VALIDATOR)
    errors = importlib.import_module(_ERRORS)
    try:
        real.validate(document)
    except errors.OpenAPIValidationError as error:
        raise OpenAPIValidationError(str(error)) from error


@contextmanager
def without_grammar() -> Iterator[None]:
    """Within this, jsonschema is imported as if the grammar of IRIs were not installed.

    jsonschema then checks no `iri` formats (its `_format.py` takes the package only if it is there); SAM's
    translator and the validators of REST APIs ask for none.
    """
    before = sys.modules.get(_GRAMMAR)
    if before is not None:
        yield
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[_GRAMMAR]


def import_apigateway() -> None:
    """Import moto.apigateway without its OpenAPI validator."""
    if "moto.apigateway.models" in sys.modules or _VALIDATOR in sys.modules:
        importlib.import_module("moto.apigateway.models")
        return
    stand_ins = {name: ModuleType(name) for name in (_VALIDATOR, f"{_VALIDATOR}.validation", _ERRORS)}
    stand_ins[_VALIDATOR].validate = _validate  # type: ignore[attr-defined]
    stand_ins[_ERRORS].OpenAPIValidationError = OpenAPIValidationError  # type: ignore[attr-defined]
    sys.modules.update(stand_ins)
    try:
        importlib.import_module("moto.apigateway.models")
    finally:
        for name in stand_ins:
            del sys.modules[name]
