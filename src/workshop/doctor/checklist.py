"""Every cause the doctor can name, and its entry in the guide's troubleshooting checklist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Entry = Literal["5.1", "5.2", "5.3"]

ENTRIES: Mapping[Entry, str] = {
    "5.1": "502 Bad Gateway / 500 Internal Server Error: usually an incorrect Lambda response format",
    "5.2": "AccessDeniedException: the role lacks permissions for the action or the resource ARN",
    "5.3": "404 Not Found: the URL is correct, but path or method does not match",
}
"""The guide's checklist, an entry each."""

CAUSES: Mapping[str, Entry] = {
    "no-answer": "5.3",
    "no-such-api": "5.3",
    "no-such-stage": "5.3",
    "stage-in-path": "5.3",
    "nothing-deployed": "5.3",
    "stage-throttles": "5.1",
    "not-deployed": "5.3",
    "deployed-other-target": "5.1",
    "no-such-path": "5.3",
    "no-such-method": "5.3",
    "route-closed": "5.2",
    "request-refused": "5.3",
    "no-integration": "5.1",
    "integration-not-proxy": "5.1",
    "integration-method": "5.1",
    "integration-elsewhere": "5.1",
    "function-missing": "5.1",
    "alias-missing": "5.1",
    "may-not-invoke": "5.2",
    "role-may-not-invoke": "5.2",
    "function-not-active": "5.1",
    "no-concurrency": "5.1",
    "handler-file-missing": "5.1",
    "handler-missing": "5.1",
    "syntax-error": "5.1",
    "module-missing": "5.1",
    "timeout": "5.1",
    "integration-timeout": "5.1",
    "out-of-memory": "5.1",
    "process-exited": "5.1",
    "payload-format": "5.1",
    "variable-missing": "5.1",
    "unhandled-exception": "5.1",
    "handled-error": "5.1",
    "no-status-code": "5.1",
    "body-not-a-string": "5.1",
    "malformed-result": "5.1",
    "role-missing": "5.2",
    "trust-without-lambda": "5.2",
    "action-not-allowed": "5.2",
    "resource-arn-differs": "5.2",
    "explicit-deny": "5.2",
    "boundary-or-other-policy": "5.2",
    "log-not-allowed": "5.2",
    "table-name-wrong": "5.2",
    "table-region-differs": "5.2",
    "table-missing": "5.1",
    "key-name-differs": "5.1",
    "key-type-differs": "5.1",
    "throttled": "5.1",
    "table-not-active": "5.1",
}
"""By its id, which is its anchor in the docs."""
