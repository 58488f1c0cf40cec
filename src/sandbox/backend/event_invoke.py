"""How functions are invoked asynchronously: their EventInvokeConfigs, beside moto's functions.

moto has one for a function, whatever the qualifier, and leaves it with the first that was put.
"""

from __future__ import annotations

from typing import Any

from sandbox.backend.functions import storage

Config = dict[str, Any]
"""An EventInvokeConfig as the API has it, without what was not given."""

_KEY = "sandbox_event_invoke"


def configs(account: str, region: str, name: str) -> dict[str, Config]:
    """All of a function by qualifier: `$LATEST`, a version or an alias. Empty without such a function."""
    kept = storage(account, region)
    function = None if kept is None else kept._functions.get(name)
    found: dict[str, Config] = {} if function is None else function.get(_KEY, {})
    return found


def put(account: str, region: str, name: str, qualifier: str, config: Config) -> None:
    """Keep the config of a function that is there."""
    storage(account, region)._functions[name].setdefault(_KEY, {})[qualifier] = config


def remove(account: str, region: str, name: str, qualifier: str) -> None:
    """Forget a config; one that is not there is no error."""
    configs(account, region, name).pop(qualifier, None)
