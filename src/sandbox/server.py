"""The four doors of the sandbox: one ASGI application on one port.

`/_runtime/…` execution environments · `/_aws/execute-api/{api-id}/…` deployed APIs ·
`/_sandbox/…` the sandbox's own · all else is an AWS API request.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.api_call import ApiCall, parse, protocol_hint
from sandbox.backend.identities import find_user_key
from sandbox.backend.moto_backend import MotoBackend
from sandbox.backend.services import MODELLED
from sandbox.errors import AwsError, NotModelled, error_reply
from sandbox.functions.service import FunctionService
from sandbox.gateway import Gateway
from sandbox.iam import Caller, authorise
from sandbox.iam.authenticate import Authenticator
from sandbox.iam.caller import Caller as _Caller
from sandbox.iam.sessions import Sessions
from sandbox.iam.sts import Sts
from sandbox.messages import HttpRequest, Reply
from sandbox.settings import Settings
from sandbox.trace import Tracer, root_of

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Operation = Callable[[ApiCall, Caller], Awaitable[Reply]]

EXECUTE_API = "/_aws/execute-api/"
RUNTIME = "/_runtime/"
OWN = "/_sandbox/"

_MEGABYTE = 1024 * 1024
MOST_AWS_BODY = 256 * _MEGABYTE
"""Bytes of a request to an AWS API; above any limit of the services modelled."""
MOST_API_BODY = 10 * _MEGABYTE
"""API Gateway's payload limit, for both kinds of API."""

_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\]|(?:[\w-]+\.)+localhost)(?::\d+)?", re.I)
_API_HOST = re.compile(r"([\w-]+)\.execute-api\.(?:[\w-]+\.)?localhost(?::\d+)?", re.I)
