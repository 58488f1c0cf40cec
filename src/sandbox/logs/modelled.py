"""What of CloudWatch Logs is modelled; all else is refused by its name, for moto would only seem to do it.

moto keeps metric filters that no metric comes from, subscription filters whose functions need Docker,
queries of which it reads the fields alone, and exports, deliveries, destinations and resource policies
that have no effect here.
"""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.errors import NotModelled

MOTO = frozenset(
    (
        *("CreateLogGroup", "DeleteLogGroup", "CreateLogStream", "DeleteLogStream"),
        *("PutRetentionPolicy", "DeleteRetentionPolicy"),
        *("TagLogGroup", "UntagLogGroup", "ListTagsLogGroup"),
        *("TagResource", "UntagResource", "ListTagsForResource"),
    )
)
"""Operations that moto answers."""

_GROUPS = (
    ("MetricFilter", "metric filters", "TestMetricFilter tries a pattern, FilterLogEvents searches with it."),
    ("SubscriptionFilter", "subscription filters", "Read the log group with FilterLogEvents."),
    ("LiveTail", "Live Tail", "Read what comes with `sandbox logs --follow`, or FilterLogEvents."),
    ("Quer", "CloudWatch Logs Insights", "Search the log group with FilterLogEvents."),
    ("ExportTask", "exports of log groups to S3", "Read the log group with FilterLogEvents."),
    ("KmsKey", "KMS keys of log groups", ""),
    ("DataProtection", "data protection", ""),
    ("Anomal", "anomaly detection", ""),
    ("ResourcePolic", "resource policies of CloudWatch Logs", ""),
    ("Deliver", "deliveries of logs", ""),
    ("Destination", "destinations of logs", ""),
)

_PARAMETERS: dict[str, tuple[str, ...]] = {
    "CreateLogGroup": ("kmsKeyId", "deletionProtectionEnabled"),
    "DescribeLogGroups": ("accountIdentifiers", "includeLinkedAccounts"),
    "ListLogGroups": (
        *("accountIdentifiers", "includeLinkedAccounts", "dataSources", "fieldIndexNames"),
        "logGroupTags",
    ),
    "PutLogEvents": ("entity",),
}
"""Parameters that are refused where they ask for something."""


def check(call: ApiCall, answered: frozenset[str]) -> None:
    """Pass a call whose operation is modelled. answered: those that the sandbox answers itself.

    Raises NotModelled; AwsError for an operation that CloudWatch Logs does not have.
    """
    name = call.operation
    if name not in protocols.service_model("logs").operation_names:
        raise protocols.unknown_operation("logs", name)
    if name not in answered and name not in MOTO:
        for part, what, instead in _GROUPS:
            if part in name:
                raise NotModelled(f"{what} (logs {name})", instead)
        raise NotModelled(f"logs {name}")
    for parameter in _PARAMETERS.get(name, ()):
        if call.parameters.get(parameter):
            raise NotModelled(f"{parameter} of logs {name}")
    kind = call.parameters.get("logGroupClass", "STANDARD")
    if name == "CreateLogGroup" and kind != "STANDARD":
        raise NotModelled(f"log groups of the class {kind} (logGroupClass)")
