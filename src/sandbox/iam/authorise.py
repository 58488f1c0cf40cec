"""May this caller make this call? The one door through which every room of the sandbox asks."""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.iam.caller import Caller

POLICIES_ENFORCED = False
"""Identity policies are not evaluated: whoever authenticates may call. Said when the sandbox starts."""


def authorise(caller: Caller, call: ApiCall) -> None:
    """Let `call` pass. Authentication has been done; policies are not enforced.

    Trust policies (a role that Lambda may assume) and invoke permissions are enforced where they
    are used, by `resource_policy`.
    """
