"""What calls of Systems Manager ask for: parameters above all, and what else the sandbox answers.

Sources: Service Authorization Reference, *AWS Systems Manager*; Systems Manager User Guide, *Restricting
access to Parameter Store parameters using IAM policies*. DescribeParameters asks for `arn:aws:ssm:R:A:*`.
"""

from __future__ import annotations

from typing import Any

from sandbox.iam.actions.ask import Ask, Call, Keys
from sandbox.iam.actions.rules import Rule, ask, copied, listed, one, plain, tagging, words

_ARN = "arn:aws:ssm:{region}:{account}:"

_KINDS = {
    "Parameter": "parameter",
    "Document": "document",
    "MaintenanceWindow": "maintenancewindow",
    "ManagedInstance": "managed-instance",
    "PatchBaseline": "patchbaseline",
    "OpsItem": "opsitem",
    "OpsMetadata": "opsmetadata",
    "Automation": "automation-execution",
    "Association": "association",
}


def _parameter(call: Call, name: Any) -> str:
    """A parameter's ARN: a name's leading slash is the one of `parameter/`; a version is no part of it."""
    text = str(name or "")
    if text.startswith("arn:"):
        return ":".join(text.split(":")[:6])
    return call.arn("ssm", f"parameter/{text.split(':')[0].removeprefix('/')}")


def _named(call: Call) -> str:
    return _parameter(call, call.text("Name"))


def _path(call: Call) -> str:
    return call.arn("ssm", f"parameter/{call.text('Path').removeprefix('/')}")


def _each(action: str) -> Rule:
    """One ask for each parameter that is named."""

    def rule(call: Call) -> tuple[Ask, ...]:
        names = listed(call.parameters.get("Names"))
        return tuple(ask(call, action, _parameter(call, name)) for name in names)

    return rule


def _tagged(call: Call) -> str:
    kind = _KINDS.get(call.text("ResourceType"), call.text("ResourceType").lower())
    name = call.text("ResourceId")
    return _parameter(call, name) if kind == "parameter" else call.arn("ssm", f"{kind}/{name}")


def _put_parameter(call: Call) -> tuple[Ask, ...]:
    """Tags at creation need AddTagsToResource as well (API Reference, *PutParameter*)."""
    resource = _named(call)
    return (
        ask(call, "ssm:PutParameter", resource, _put_keys),
        *tagging(call, "ssm:AddTagsToResource", resource),
    )


def _put_keys(call: Call) -> Keys:
    overwrite = "true" if call.parameters.get("Overwrite") else "false"
    return {**copied({"Policies": "ssm:policies"})(call), "ssm:overwrite": (overwrite,)}


def _path_keys(call: Call) -> Keys:
    return {"ssm:recursive": ("true" if call.parameters.get("Recursive") else "false",)}


def _send_command(call: Call) -> tuple[Ask, ...]:
    """On the document, and on each instance that is named."""
    document = call.text("DocumentName")
    named = document if document.startswith("arn:") else call.arn("ssm", f"document/{document}")
    instances = listed(call.parameters.get("InstanceIds"))
    resources = (named, *(call.arn("ec2", f"instance/{instance}") for instance in instances))
    return tuple(ask(call, "ssm:SendCommand", resource) for resource in resources)


RULES: dict[str, Rule] = {
    **plain(
        "ssm",
        {
            _named: "DeleteParameter GetParameter GetParameterHistory LabelParameterVersion"
            " UnlabelParameterVersion",
            _tagged: "AddTagsToResource ListTagsForResource RemoveTagsFromResource",
            _ARN + "*": "DescribeParameters",
            _ARN + "document/{Name}": (
                "CreateDocument DeleteDocument DescribeDocument DescribeDocumentPermission GetDocument"
                " ListDocumentVersions ModifyDocumentPermission UpdateDocument"
                " UpdateDocumentDefaultVersion"
            ),
            _ARN + "maintenancewindow/{WindowId}": (
                "DeleteMaintenanceWindow DeregisterTargetFromMaintenanceWindow"
                " DeregisterTaskFromMaintenanceWindow DescribeMaintenanceWindowTargets"
                " DescribeMaintenanceWindowTasks GetMaintenanceWindow RegisterTargetWithMaintenanceWindow"
                " RegisterTaskWithMaintenanceWindow"
            ),
            _ARN + "patchbaseline/{BaselineId}": (
                "DeletePatchBaseline DeregisterPatchBaselineForPatchGroup RegisterPatchBaselineForPatchGroup"
            ),
            "*": (
                "CreateMaintenanceWindow CreatePatchBaseline DescribeMaintenanceWindows"
                " DescribePatchBaselines GetCommandInvocation GetPatchBaselineForPatchGroup ListCommands"
                " ListDocuments"
            ),
        },
    ),
    "GetParameters": _each("ssm:GetParameters"),
    "DeleteParameters": _each("ssm:DeleteParameters"),
    "GetParametersByPath": one("ssm:GetParametersByPath", _path, _path_keys),
    "PutParameter": _put_parameter,
    "SendCommand": _send_command,
}

REFUSED = words(
    # Instances, automation, inventory, OpsCenter and the rest: the sandbox has Parameter Store.
    "AssociateOpsItemRelatedItem CancelCommand CancelMaintenanceWindowExecution CreateActivation"
    " CreateAssociation CreateAssociationBatch CreateCloudConnector CreateOpsItem CreateOpsMetadata"
    " CreateResourceDataSync DeleteActivation DeleteAssociation DeleteCloudConnector DeleteInventory"
    " DeleteOpsItem DeleteOpsMetadata DeleteResourceDataSync DeleteResourcePolicy"
    " DeregisterDefaultHostManagementConfiguration DeregisterManagedInstance DescribeActivations"
    " DescribeAssociation DescribeAssociationExecutionTargets DescribeAssociationExecutions"
    " DescribeAutomationExecutions DescribeAutomationStepExecutions DescribeAvailablePatches"
    " DescribeEffectiveInstanceAssociations DescribeEffectivePatchesForPatchBaseline"
    " DescribeInstanceAssociationsStatus DescribeInstanceInformation DescribeInstancePatchStates"
    " DescribeInstancePatchStatesForPatchGroup DescribeInstancePatches DescribeInstanceProperties"
    " DescribeInventoryDeletions DescribeMaintenanceWindowExecutionTaskInvocations"
    " DescribeMaintenanceWindowExecutionTasks DescribeMaintenanceWindowExecutions"
    " DescribeMaintenanceWindowSchedule DescribeMaintenanceWindowsForTarget DescribeOpsItems"
    " DescribePatchGroupState DescribePatchGroups DescribePatchProperties DescribeSessions"
    " DisassociateOpsItemRelatedItem GetAccessToken GetAutomationExecution GetCalendarState"
    " GetCloudConnector GetConnectionStatus GetDefaultPatchBaseline GetDeployablePatchSnapshotForInstance"
    " GetExecutionPreview GetInventory GetInventorySchema GetMaintenanceWindowExecution"
    " GetMaintenanceWindowExecutionTask GetMaintenanceWindowExecutionTaskInvocation"
    " GetMaintenanceWindowTask GetOpsItem GetOpsMetadata GetOpsSummary GetPatchBaseline"
    " GetResourcePolicies GetServiceSetting ListAssociationVersions ListAssociations ListCloudConnectors"
    " ListCommandInvocations ListComplianceItems ListComplianceSummaries ListDocumentMetadataHistory"
    " ListInventoryEntries ListNodes ListNodesSummary ListOpsItemEvents ListOpsItemRelatedItems"
    " ListOpsMetadata ListResourceComplianceSummaries ListResourceDataSync PutComplianceItems PutInventory"
    " PutResourcePolicy RegisterDefaultHostManagementConfiguration RegisterDefaultPatchBaseline"
    " ResetServiceSetting ResumeSession SendAutomationSignal StartAccessRequest StartAssociationsOnce"
    " StartAutomationExecution StartChangeRequestExecution StartExecutionPreview StartSession"
    " StopAutomationExecution TerminateSession UpdateAssociation UpdateAssociationStatus"
    " UpdateCloudConnector UpdateDocumentMetadata UpdateMaintenanceWindow UpdateMaintenanceWindowTarget"
    " UpdateMaintenanceWindowTask UpdateManagedInstanceRole UpdateOpsItem UpdateOpsMetadata"
    " UpdatePatchBaseline UpdateResourceDataSync UpdateServiceSetting ValidateCloudConnector"
)
