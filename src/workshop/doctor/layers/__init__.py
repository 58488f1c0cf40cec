"""The layers that a request meets, from the outside in; each is one module.

examine(context)   what is broken here: the causes, none if it is sound. Raises Unread.
sound(context)     what was found to be in order, in one line
NAME               what the layer is called
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.layers import (
    address,
    answer,
    api,
    deployment,
    function,
    integration,
    logs,
    permission,
    result,
    role,
    route,
    stage,
    table,
)


class Layer(Protocol):
    """A module of this package."""

    NAME: str

    def examine(self, context: Context) -> list[Cause]: ...

    def sound(self, context: Context) -> str: ...


LAYERS = cast(
    Sequence[Layer],
    (
        *(address, api, stage, deployment, route, integration, permission, function),
        *(logs, result, role, table, answer),
    ),
)
"""In the order in which a request meets them."""

TO_THE_FUNCTION = 6
"""So many of them lead to the integration; the others need a function behind it."""
