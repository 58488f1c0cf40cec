"""What may be said where the template says something else than what runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.labs.dynamodb import messages
from tests.labs.saved import saved_template
from tests.labs.standing import TEMPLATE


def fail_if_only_saved(lab: Any, table: str, what: str, deployed: str, wanted: str) -> None:
    """End the check where the template already says what is wanted, and the table does not.

    what: `HASH` for the name of the partition key, or `BillingMode`.
    """
    saved = _saved(lab.folder / TEMPLATE)
    key = next((one for one in saved.get("KeySchema", []) if one.get("KeyType") == what), {})
    if wanted in (key.get("AttributeName"), saved.get(what)):
        messages.SAVED_NOT_DEPLOYED.fail(table=table, deployed=f"`{deployed}`", saved=f"`{wanted}`")


def _saved(file: Path) -> dict[str, Any]:
    """The properties of the table in a template; empty if there is no template, or no single table in it."""
    try:
        resources = saved_template(file)["Resources"].values()
        tables = [one for one in resources if one["Type"] == "AWS::DynamoDB::Table"]
        return tables[0]["Properties"] if len(tables) == 1 else {}
    except (LookupError, TypeError, AttributeError):
        return {}  # what the template says is of help, and nothing more, where a table is judged
