"""Where the workshop runs: which AWS it talks to, as whom, and how that is found out.

health.py           whether a sandbox answers at an address of this machine
model.py            one AWS to talk to
local.py            the sandbox, and other emulators of this machine
account.py          an AWS account, by a named profile (profile_session.py; refusals.py: why it cannot be)
chosen.py           what the clone has chosen; choosing.py: `--target`
naming.py           the prefix of names
"""

from workshop.target.account import AwsAccount
from workshop.target.choosing import choose, prefers_aws
from workshop.target.health import LOOPBACK, health, is_sandbox
from workshop.target.local import (
    DEFAULT_URL,
    REGION,
    access_key,
    discover,
    find_sandbox,
    sandbox_at,
)
from workshop.target.model import Target
from workshop.target.naming import DEFAULT_PREFIX, TAG, prefix

__all__ = [
    "DEFAULT_PREFIX",
    "DEFAULT_URL",
    "LOOPBACK",
    "REGION",
    "TAG",
    "AwsAccount",
    "Target",
    "access_key",
    "choose",
    "discover",
    "find_sandbox",
    "health",
    "is_sandbox",
    "prefers_aws",
    "prefix",
    "sandbox_at",
]
