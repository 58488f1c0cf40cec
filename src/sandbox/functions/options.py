"""What can be set about Lambda while the sandbox runs, in one place."""

from __future__ import annotations

from dataclasses import dataclass

ACCOUNT_CONCURRENCY = 1000
"""Invocations at once in an account and region (Lambda quotas). A new account often has 10."""

EVENT_RETRY_SECONDS = 1.0
"""How long a failed asynchronous invocation waits for its first retry: a minute on AWS."""


@dataclass
class FunctionOptions:
    """Settings that all functions share; each may be changed at any time.

    account_concurrency: how many invocations may run at once in an account and region.
    event_retry_seconds: from a function's error in an asynchronous invocation to its first retry; twice as
    long to the second. state_seconds: how long a function is Pending or being updated. idle_seconds: after so
    long without a request an environment is ended. (AWS does not say how long; it is some minutes.)
    """

    account_concurrency: int = ACCOUNT_CONCURRENCY
    event_retry_seconds: float = EVENT_RETRY_SECONDS
    state_seconds: float = 0.05
    idle_seconds: float = 300.0
