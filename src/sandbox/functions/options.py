"""How functions and their environments behave where AWS does not say it, or takes longer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class FunctionOptions:
    """Changed while the sandbox runs, through `/_sandbox/settings`.

    state_seconds: how long a function is Pending or being updated. idle_seconds: after so long without a
    request an environment is ended. (AWS does not say how long it keeps one; it is some minutes.)
    """

    state_seconds: float = 0.05
    idle_seconds: float = 300.0
