"""What calls of CloudWatch Logs ask for.

An action on a log group asks for `…:log-group:NAME:log-stream:`, with an empty stream: that is why a policy
has to end in `:*` (CloudWatch Logs User Guide, *Overview of managing access permissions*; AWS's refusals
name it so: elastic/apm-aws-lambda issue 526). Tagging alone asks for the group without anything behind it.
"""

from __future__ import annotations

from typing import Any

from sandbox.iam.actions.ask import Ask, Call
from sandbox.iam.actions.rules import Rule, ask, listed, pass_role, plain, tagging, words

LOGS = "logs.amazonaws.com"


def _bare(call: Call, name: Any) -> str:
    """The group's ARN without a suffix; an ARN may end in `:*`."""
    text = str(name or "")
    return text.removesuffix(":*") if text.startswith("arn:") else call.arn("logs", f"log-group:{text}")


def _named(call: Call) -> str:
    return call.text("logGroupName") or call.text("logGroupIdentifier")


def _group(call: Call) -> str:
    return f"{_bare(call, _named(call))}:log-stream:"


def _stream(call: Call) -> str:
    return f"{_bare(call, _named(call))}:log-stream:{call.text('logStreamName')}"


def _untold(call: Call) -> str:
    """Where no group is named (FormidableLabs/terraform-aws-serverless issue 49)."""
    return call.arn("logs", "log-group::log-stream:")


def _tagged(call: Call) -> str:
    return call.text("resourceArn").removesuffix(":*")


def _several(action: str) -> Rule:
    """One ask for each group that is searched."""

    def rule(call: Call) -> tuple[Ask, ...]:
        names = [call.parameters.get("logGroupName")]
        for parameter in ("logGroupNames", "logGroupIdentifiers"):
            names += listed(call.parameters.get(parameter))
        groups = [f"{_bare(call, name)}:log-stream:" for name in names if name]
        return tuple(ask(call, action, group) for group in groups or [_untold(call)])

    return rule


def _create_group(call: Call) -> tuple[Ask, ...]:
    """Tags at creation need TagResource as well (API Reference, *CreateLogGroup*)."""
    return (
        ask(call, "logs:CreateLogGroup", _group(call)),
        *tagging(call, "logs:TagResource", _bare(call, _named(call))),
    )


def _of(kind: str, parameter: str) -> str:
    return f"arn:aws:logs:{{region}}:{{account}}:{kind}:{{{parameter}}}"


def _subscribe(call: Call) -> tuple[Ask, ...]:
    destination = call.text("destinationArn")
    asked = [ask(call, "logs:PutSubscriptionFilter", _group(call))]
    if ":destination:" in destination:
        asked.append(ask(call, "logs:PutSubscriptionFilter", destination))
    return (*asked, *pass_role(call, call.text("roleArn"), LOGS))


def _put_destination(call: Call) -> tuple[Ask, ...]:
    resource = call.arn("logs", f"destination:{call.text('destinationName')}")
    return (ask(call, "logs:PutDestination", resource), *pass_role(call, call.text("roleArn"), LOGS))


def _create_delivery(call: Call) -> tuple[Ask, ...]:
    source = call.arn("logs", f"delivery-source:{call.text('deliverySourceName')}")
    resources = (source, call.text("deliveryDestinationArn"), call.arn("logs", "delivery:*"))
    return tuple(ask(call, "logs:CreateDelivery", resource) for resource in resources)


RULES: dict[str, Rule] = {
    **plain(
        "logs",
        {
            _group: (
                "AssociateKmsKey CreateExportTask DeleteDataProtectionPolicy DeleteLogGroup"
                " DeleteMetricFilter DeleteRetentionPolicy DeleteSubscriptionFilter DeleteTransformer"
                " DescribeLogStreams DescribeMetricFilters DescribeSubscriptionFilters DisassociateKmsKey"
                " FilterLogEvents GetDataProtectionPolicy GetLogGroupFields GetTransformer ListTagsLogGroup"
                " PutDataProtectionPolicy PutLogGroupDeletionProtection PutMetricFilter PutRetentionPolicy"
                " PutTransformer TagLogGroup UntagLogGroup"
            ),
            _stream: "CreateLogStream DeleteLogStream GetLogEvents PutLogEvents",
            _untold: "DescribeLogGroups GetLogRecord GetQueryResults",
            _tagged: "ListTagsForResource TagResource UntagResource",
            _of("destination", "destinationName"): "DeleteDestination PutDestinationPolicy",
            _of("delivery", "id"): "DeleteDelivery GetDelivery UpdateDeliveryConfiguration",
            _of("delivery-source", "name"): "DeleteDeliverySource GetDeliverySource PutDeliverySource",
            _of("delivery-destination", "name"): (
                "DeleteDeliveryDestination GetDeliveryDestination PutDeliveryDestination"
            ),
            _of("delivery-destination", "deliveryDestinationName"): (
                "DeleteDeliveryDestinationPolicy GetDeliveryDestinationPolicy PutDeliveryDestinationPolicy"
            ),
            "*": (
                "CancelExportTask DeleteAccountPolicy DeleteQueryDefinition DeleteResourcePolicy"
                " DescribeAccountPolicies DescribeConfigurationTemplates DescribeDeliveries"
                " DescribeDeliveryDestinations DescribeDeliverySources DescribeDestinations"
                " DescribeExportTasks DescribeQueries DescribeQueryDefinitions DescribeResourcePolicies"
                " ListLogGroups ListLogGroupsForQuery PutAccountPolicy PutQueryDefinition"
                " PutResourcePolicy StopQuery TestMetricFilter TestTransformer"
            ),
        },
    ),
    "CreateLogGroup": _create_group,
    "StartQuery": _several("logs:StartQuery"),
    "StartLiveTail": _several("logs:StartLiveTail"),
    "PutSubscriptionFilter": _subscribe,
    "PutDestination": _put_destination,
    "CreateDelivery": _create_delivery,
}

REFUSED = words(
    # Anomaly detection, field indexes, imports, lookup tables, scheduled queries, integrations.
    "AssociateSourceToS3TableIntegration CancelImportTask CreateImportTask CreateLogAnomalyDetector"
    " CreateLookupTable CreateScheduledQuery DeleteIndexPolicy DeleteIntegration"
    " DeleteLogAnomalyDetector DeleteLookupTable DeleteScheduledQuery DeleteSyslogConfiguration"
    " DescribeFieldIndexes DescribeImportTaskBatches DescribeImportTasks DescribeIndexPolicies"
    " DescribeLookupTables DisassociateSourceFromS3TableIntegration GetIntegration GetLogAnomalyDetector"
    " GetLogFields GetLogObject GetLookupTable GetScheduledQuery GetScheduledQueryHistory"
    " GetStorageTierPolicy ListAggregateLogGroupSummaries ListAnomalies ListIntegrations"
    " ListLogAnomalyDetectors ListScheduledQueries ListSourcesForS3TableIntegration"
    " ListSyslogConfigurations PutBearerTokenAuthentication PutIndexPolicy PutIntegration"
    " PutStorageTierPolicy PutSyslogConfiguration UpdateAnomaly UpdateLogAnomalyDetector"
    " UpdateLookupTable UpdateScheduledQuery"
)
