"""A local AWS for the serverless CRUD workshop.

with Sandbox(port=0) as sandbox:
    sandbox.session().client("dynamodb").list_tables()
"""

from __future__ import annotations

__version__ = "0.1.0"

from sandbox.child import Sandbox, SandboxError

__all__ = ["Sandbox", "SandboxError", "__version__"]
