"""What the notebooks print, a module for each: `n01_dynamodb` for 01-dynamodb.ipynb."""

import importlib


def printed_by(stem):
    """The regular expressions of a notebook, in their order. Raises ModuleNotFoundError where none are."""
    module = importlib.import_module(f"{__name__}.n{stem.replace('-', '_')}")
    return module.PRINTED
