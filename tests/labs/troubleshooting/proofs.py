"""What shows each cause, and would look different if the cause were another one. Pure.

A log line shows a cause if the words that name it are in it. A call shows it if it is one that tells of the
broken setting, and the words quoted from its answer are not those of a sound stack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_POLICY = "iam:(GetRolePolicy|GetPolicyVersion|GetRoleAuthorizationDetails|GetAccountAuthorizationDetails)"
_SIMULATED = "iam:SimulatePrincipalPolicy"
_ROLE = "iam:(GetRole|ListRoles|GetAccountAuthorizationDetails)"
_SETTINGS = "lambda:(GetFunction|GetFunctionConfiguration|ListFunctions)"
_CONCURRENCY = "lambda:(GetFunctionConcurrency|GetFunction)"
_INVOKE = "lambda:GetPolicy"
_ROUTES = (
    "apigatewayv2:(GetRoutes|GetRoute|ExportApi)|apigateway:(GetResources|GetResource|GetMethod|GetExport)"
)
_SERVED = (
    "apigateway(v2)?:(GetExport|ExportApi|GetResources|GetResource|GetMethod|GetStages?|GetDeployments?)"
)
_INTEGRATIONS = (
    "apigatewayv2:(GetIntegrations?|ExportApi)|"
    "apigateway:(GetIntegration|GetMethod|GetResources|GetResource|GetExport)"
)
_TARGET = "lambda:(GetFunction|GetFunctionConfiguration|GetAlias|ListAliases|ListFunctions)"
_STAGES = "apigateway(v2)?:GetStages?"
_TABLE = "dynamodb:DescribeTable"
_DENIED = r"not authorized to perform: \S+ on resource"


@dataclass(frozen=True)
class Proof:
    """shows: in words. log: what is in a log line of it; "" where the function never comes to write one.

    ran_well: the log shows it by an invocation that ended without an error. calls: from the operations that
    tell of it to words of their answers, as regular expressions; "" where something is missing there, so
    that any words will do.
    """

    shows: str
    log: str = ""
    ran_well: bool = False
    calls: Mapping[str, str] = field(default_factory=dict)


_RESULT = Proof(
    "the failing request's own invocation, which ended without an error: so it is the result that is refused",
    log=r"START RequestId|REPORT RequestId|platform\.(?:start|report)|\"?status\"?: ?[\"']?2\d\d",
    ran_well=True,
)
_ROUTE = Proof(
    "a call that lists the API's routes, such as apigatewayv2 get-routes, with the one that differs",
    calls={_ROUTES: r"/|PUT|POST|user|proxy"},
)

PROOFS: Mapping[str, Proof] = {
    "not-deployed": Proof(
        "what the stage serves, or what is configured (apigateway get-export, get-resources)",
        calls={_SERVED: ""},
    ),
    "stage-throttles": Proof(
        "the limits that the stage sets (apigatewayv2 get-stages, apigateway get-stage)",
        calls={_STAGES: r"[Tt]hrottling(Rate|Burst)Limit"},
    ),
    "no-such-path": _ROUTE,
    "no-such-method": _ROUTE,
    "function-missing": Proof(
        "the integration's URI (apigatewayv2 get-integrations, apigateway get-integration), or that the "
        "function in it is not there (lambda get-function)",
        calls={_INTEGRATIONS: r":function:|arn:|-v1", _TARGET: "NotFound|not found"},
    ),
    "alias-missing": Proof(
        "the integration's URI (apigatewayv2 get-integrations, apigateway get-integration), or that the "
        "alias in it is not there (lambda get-alias)",
        calls={_INTEGRATIONS: r":live|arn:", _TARGET: "NotFound|not found|Cannot find"},
    ),
    "role-may-not-invoke": Proof(
        "the integration's CredentialsArn (apigatewayv2 get-integrations), or whom that role trusts (iam "
        "get-role)",
        calls={_INTEGRATIONS: r"CredentialsArn|:role/|credentials", _ROLE: ""},
    ),
    "may-not-invoke": Proof(
        "the function's policy, or that it has none (lambda get-policy)", calls={_INVOKE: ""}
    ),
    "no-concurrency": Proof(
        "the function's reserved concurrency (lambda get-function-concurrency)",
        calls={_CONCURRENCY: r"ReservedConcurrentExecutions"},
    ),
    "handler-file-missing": Proof(
        "the line that names the file which cannot be loaded, or the Handler (lambda "
        "get-function-configuration)",
        log=r"ImportModuleError|Unable to import module|Cannot find module",
        calls={_SETTINGS: r"lambda_function"},
    ),
    "handler-missing": Proof(
        "the line that says that the Handler is not in the module",
        log=r"HandlerNotFound|missing on module|undefined or not exported",
    ),
    "syntax-error": Proof("the line with the SyntaxError", log=r"SyntaxError"),
    "module-missing": Proof(
        "the line that names the module which is not there",
        log=r"No module named|Cannot find (module|package)",
    ),
    "variable-missing": Proof(
        "the line that fails for the variable, or the function's variables (lambda "
        "get-function-configuration)",
        log=r"USERS_TABLE|:table/ |tableName|TableName",
        calls={_SETTINGS: r"TABLE"},
    ),
    "timeout": Proof(
        "the line with `Task timed out`, or the Timeout (lambda get-function-configuration)",
        log=r"Task timed out|Status: timeout|\"status\":\"timeout\"",
        calls={_SETTINGS: r"Timeout\W+\d"},
    ),
    "out-of-memory": Proof(
        "the line that says that the memory was used up",
        log=r"OutOfMemory|signal: killed|heap out of memory",
    ),
    "process-exited": Proof(
        "the line that says that the runtime exited", log=r"ExitError|exit status|exited"
    ),
    "payload-format": Proof(
        "the line that fails for a member of the other format, or the integration's PayloadFormatVersion "
        "(apigatewayv2 get-integrations)",
        log=r"KeyError|TypeError|routeKey|requestContext",
        calls={_INTEGRATIONS: r"1\.0"},
    ),
    "unhandled-exception": Proof(
        "the line with the error that nothing caught, with its type",
        log=r"\[ERROR\] (?!Runtime\.)\w+|Invoke Error|Uncaught|KeyError|TypeError"
        r"|\"level\": ?\"ERROR\".*\"errorType\": ?\"(?!Import|UserCode)[A-Z]\w*Error\"",
    ),
    "no-status-code": _RESULT,
    "body-not-a-string": _RESULT,
    "trust-without-lambda": Proof(
        "whom the role trusts (iam get-role)", calls={_ROLE: r"amazonaws\.com|Principal"}
    ),
    "action-not-allowed": Proof(
        "the line with the action that is denied because no policy allows it, the policy (iam "
        "get-role-policy), or a simulation of the call",
        log=rf"{_DENIED}.*no identity-based policy|AccessDenied.*no identity-based policy",
        calls={_POLICY: "", _SIMULATED: "implicitDeny"},
    ),
    "resource-arn-differs": Proof(
        "the line with the ARN that is denied because no policy allows it, the ARN in the policy (iam "
        "get-role-policy), or a simulation of the call",
        log=rf"{_DENIED}.*no identity-based policy",
        calls={_POLICY: r"table/|arn:", _SIMULATED: "implicitDeny"},
    ),
    "explicit-deny": Proof(
        "the line that says `explicit deny`, the statement (iam get-role-policy), or a simulation",
        log=r"explicit deny",
        calls={_POLICY: r"Deny", "iam:ListRolePolicies": r"\w", _SIMULATED: "explicitDeny"},
    ),
    "boundary-or-other-policy": Proof(
        "the line that names the permissions boundary, or the role with it (iam get-role)",
        log=r"boundary",
        calls={_ROLE: r"PermissionsBoundary|policy/", _SIMULATED: r"AllowedByPermissionsBoundary"},
    ),
    "table-name-wrong": Proof(
        "the line that names the table which is asked, or the function's variables (lambda "
        "get-function-configuration)",
        log=r"table/\S+-users|ResourceNotFound",
        calls={_SETTINGS: r"-users"},
    ),
    "table-region-differs": Proof(
        "the line with the ARN of the table that is asked: its region",
        log=r"arn:aws[\w-]*:dynamodb:eu-west-1:|ResourceNotFound",
    ),
    "key-name-differs": Proof(
        "the line in which DynamoDB says which key is missing", log=r"ValidationException|Missing the key"
    ),
    "throttled": Proof(
        "the line in which DynamoDB refuses for the throughput, or the table's units (dynamodb "
        "describe-table)",
        log=r"ProvisionedThroughputExceeded|[Tt]hrottl|exceed\w* the (maximum allowed )?\w*throughput",
        calls={_TABLE: r"PROVISIONED|WriteCapacityUnits\W+1\b"},
    ),
}
"""By the id of the cause."""

ERROR = re.compile(
    r"\[ERROR\]|Invoke Error|Uncaught|\"ERROR\"|Traceback|Exception|Error\b|timed out|Status: "
    r"|\"status\":\"(?:timeout|error)\""
)
"""Signs of an invocation that went wrong, in a line of a log."""


def is_quoted(words: str, text: str) -> bool:
    """Whether the words stand in a text as whole words, whatever the blanks between.

    >>> is_quoted('"Timeout": 1', '{"Timeout": 10}'), is_quoted('Timeout":1', '{"Timeout": 1}')
    (False, True)
    """
    packed = re.sub(r"\s", "", words)
    start = r"(?<!\w)" if packed[:1].isalnum() else ""
    end = r"(?!\w)" if packed[-1:].isalnum() else ""
    return bool(re.search(f"{start}{re.escape(packed)}{end}", re.sub(r"\s", "", text)))


def calls_for(proof: Proof, operation: str) -> str | None:
    """What is to be quoted of this operation's answer; None where it shows nothing of the cause."""
    return next((words for asked, words in proof.calls.items() if re.fullmatch(asked, operation)), None)
