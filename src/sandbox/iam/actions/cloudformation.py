"""What calls of CloudFormation ask for.

A stack's ARN ends in its id. Of a stack that is not there CloudFormation asks for `stack/NAME/*`, of all
stacks for `stack/*/*`. Sources: Service Authorization Reference, *AWS CloudFormation*; API Reference,
*DescribeStacks*; AWS's refusals (serverless/serverless issue 8509, jogold/cloudstructs issue 215).
"""

from __future__ import annotations

from sandbox.iam.actions.ask import Ask, Call, Keys
from sandbox.iam.actions.rules import Rule, ask, copied, pass_role, plain, words

CLOUDFORMATION = "cloudformation.amazonaws.com"

_copied = copied(
    {
        "TemplateURL": "cloudformation:templateurl",
        "StackPolicyURL": "cloudformation:stackpolicyurl",
        "RoleARN": "cloudformation:rolearn",
        "ResourceTypes": "cloudformation:resourcetypes",
    }
)


def stack(call: Call) -> str:
    """The stack's ARN; of a change set given by its ARN alone, that of its stack, if it is known."""
    name, change_set = call.text("StackName"), call.text("ChangeSetName")
    if name.startswith("arn:"):
        return name
    if name:
        known = call.lookup.stack_arn(name, call.region, call.account)
        return known or call.arn("cloudformation", f"stack/{name}/*")
    if change_set.startswith("arn:"):
        return call.lookup.stack_arn(change_set, call.region, call.account) or change_set
    return all_stacks(call)


def all_stacks(call: Call) -> str:
    """What listing asks for."""
    return call.arn("cloudformation", "stack/*/*")


def _stack_set(call: Call) -> str:
    """`stackset/NAME:ID`; the id is not in the call."""
    name = call.text("StackSetName")
    return name if name.startswith("arn:") else call.arn("cloudformation", f"stackset/{name}:*")


def _keys(call: Call) -> Keys:
    found = dict(_copied(call))
    change_set = call.text("ChangeSetName")
    if change_set:
        # arn:aws:cloudformation:REGION:ACCOUNT:changeSet/NAME/ID
        name = change_set.split("/")[1] if change_set.startswith("arn:") and "/" in change_set else change_set
        found["cloudformation:changesetname"] = (name,)
    imported = call.parameters.get("ResourcesToImport")
    if isinstance(imported, list):
        kinds = (str(each.get("ResourceType", "")) for each in imported if isinstance(each, dict))
        found["cloudformation:importresourcetypes"] = tuple(dict.fromkeys(kinds))
    return found


def _with_role(operation: str) -> Rule:
    """A role for CloudFormation is passed to it."""

    def rule(call: Call) -> tuple[Ask, ...]:
        return (
            ask(call, f"cloudformation:{operation}", stack(call), _keys),
            *pass_role(call, call.text("RoleARN"), CLOUDFORMATION),
        )

    return rule


def _describe_stacks(call: Call) -> tuple[Ask, ...]:
    """Without a name it lists: that needs ListStacks as well (API Reference, *DescribeStacks*)."""
    asked = (ask(call, "cloudformation:DescribeStacks", stack(call)),)
    if call.text("StackName"):
        return asked
    return (*asked, ask(call, "cloudformation:ListStacks", all_stacks(call)))


def _summary(call: Call) -> tuple[Ask, ...]:
    resource = _stack_set(call) if call.text("StackSetName") else "*"
    resource = stack(call) if call.text("StackName") else resource
    return (ask(call, "cloudformation:GetTemplateSummary", resource, _keys),)


_OF_STACK = (
    "CancelUpdateStack CreateStackRefactor DeleteChangeSet DescribeChangeSet DescribeChangeSetHooks"
    " DescribeEvents DescribeStackEvents DescribeStackRefactor DescribeStackResource"
    " DescribeStackResourceDrifts DescribeStackResources DetectStackDrift DetectStackResourceDrift"
    " ExecuteChangeSet GetStackPolicy GetTemplate ListChangeSets ListStackRefactorActions"
    " ListStackRefactors ListStackResources RecordHandlerProgress SetStackPolicy SignalResource"
    " UpdateTerminationProtection"
)
_WITH_ROLE = "ContinueUpdateRollback CreateChangeSet CreateStack DeleteStack RollbackStack UpdateStack"

RULES: dict[str, Rule] = {
    **plain(
        "cloudformation",
        {
            stack: _OF_STACK,
            all_stacks: "ListStacks",
            _stack_set: (
                "CreateStackInstances DeleteStackInstances DeleteStackSet DescribeStackInstance"
                " DescribeStackSet DescribeStackSetOperation DetectStackSetDrift ImportStacksToStackSet"
                " ListStackInstanceResourceDrifts ListStackInstances ListStackSetAutoDeploymentTargets"
                " ListStackSetOperationResults ListStackSetOperations StopStackSetOperation"
                " UpdateStackInstances UpdateStackSet"
            ),
            "*": (
                "CreateStackSet DescribeAccountLimits DescribeStackDriftDetectionStatus EstimateTemplateCost"
                " ListExports ListImports ListStackSets ValidateTemplate DescribeType ListTypes"
            ),
        },
        {
            **dict.fromkeys(_OF_STACK.split(), _keys),
            **dict.fromkeys(("EstimateTemplateCost", "ValidateTemplate", "CreateStackSet"), _keys),
        },
    ),
    **{operation: _with_role(operation) for operation in _WITH_ROLE.split()},
    "DescribeStacks": _describe_stacks,
    "GetTemplateSummary": _summary,
}

REFUSED = words(
    # The registry of types, hooks, generated templates, resource scans, organisations.
    "ActivateOrganizationsAccess ActivateType BatchDescribeTypeConfigurations CreateGeneratedTemplate"
    " DeactivateOrganizationsAccess DeactivateType DeleteGeneratedTemplate DeregisterType"
    " DescribeGeneratedTemplate DescribeOrganizationsAccess DescribePublisher DescribeResourceScan"
    " DescribeTypeRegistration ExecuteStackRefactor GetGeneratedTemplate GetHookResult"
    " ListGeneratedTemplates ListHookResults ListResourceScanRelatedResources"
    " ListResourceScanResources ListResourceScans ListTypeRegistrations ListTypeVersions PublishType"
    " RegisterPublisher RegisterType RemoveAlias SetAlias SetTypeConfiguration SetTypeDefaultVersion"
    " StartResourceScan TestType UpdateGeneratedTemplate"
)
