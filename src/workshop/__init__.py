"""The serverless CRUD workshop.

In a notebook, `%load_ext workshop` connects plain boto3 to the sandbox; see workshop.notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by `%load_ext workshop`."""
    from workshop import notebook

    notebook.load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Called by `%unload_ext workshop`."""
    from workshop import notebook

    notebook.unload(ipython)
