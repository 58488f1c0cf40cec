"""What calls of Lambda ask for.

Sources: Service Authorization Reference, *Actions, resources, and condition keys for AWS Lambda*; Lambda
Developer Guide, *Resources and conditions for Lambda actions* (which actions know versions and aliases).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.iam.actions.ask import Ask, Call, Keys
from sandbox.iam.actions.rules import (
    Rule,
    ask,
    copied,
    listed,
    one,
    pass_role,
    plain,
    tagging,
    template,
    values_of,
    words,
)

LAMBDA = "lambda.amazonaws.com"

_ARN = "arn:aws:lambda:{region}:{account}:"
_LAYER = _ARN + "layer:{LayerName}"


def function(call: Call) -> str:
    """The function's ARN without version or alias: most actions know just the function."""
    return _function_arn(call, call.text("FunctionName"), qualified=False)


def qualified(call: Call) -> str:
    """The function's ARN as the call names it, with its version or alias.

    A policy that names the plain function does not allow a qualified call, nor the other way round.
    """
    named = _function_arn(call, call.text("FunctionName"), qualified=True)
    qualifier = call.text("Qualifier")
    return f"{named}:{qualifier}" if qualifier and named.count(":") == 6 else named


def _function_arn(call: Call, name: str, qualified: bool) -> str:
    """Name formats (API Reference, *Invoke*): a name, a partial ARN, an ARN, each with a qualifier or not."""
    parts = name.split(":")
    if name.startswith("arn:"):
        return name if qualified else ":".join(parts[:7])
    account = call.account
    if len(parts) >= 3 and parts[1] == "function":
        account, parts = parts[0], parts[2:]
    elif len(parts) >= 2 and parts[0] == "function":
        parts = parts[1:]
    kept = ":".join(parts if qualified else parts[:1])
    return f"arn:aws:lambda:{call.region}:{account}:function:{kept}"


def _mapping(call: Call) -> str:
    return call.arn("lambda", f"event-source-mapping:{call.text('UUID')}")


def _layer_version(call: Call) -> str:
    """A layer may be named by its ARN."""
    layer = call.text("LayerName")
    named = layer if layer.startswith("arn:") else call.arn("lambda", f"layer:{layer}")
    return f"{named}:{call.text('VersionNumber')}"


def _mapping_keys(call: Call) -> Keys:
    """`lambda:FunctionArn`: of the function in the call, else of the one that the mapping has."""
    if call.text("FunctionName"):
        return {"lambda:functionarn": (_function_arn(call, call.text("FunctionName"), qualified=True),)}
    known = call.lookup.function_of(_mapping(call))
    return {"lambda:functionarn": (known,) if known else ()}


def _create_mapping(call: Call) -> tuple[Ask, ...]:
    return (ask(call, "lambda:CreateEventSourceMapping", "*", _mapping_keys),)


def _list_mappings(call: Call) -> tuple[Ask, ...]:
    return (ask(call, "lambda:ListEventSourceMappings", "*"),)


def _configuration_keys(call: Call) -> Keys:
    keys: dict[str, tuple[str, ...]] = {}
    if call.parameters.get("Layers"):
        keys["lambda:layer"] = values_of(call.parameters["Layers"])
    network = call.parameters.get("VpcConfig")
    if isinstance(network, Mapping):
        keys["lambda:subnetids"] = values_of(network.get("SubnetIds") or ())
        keys["lambda:securitygroupids"] = values_of(network.get("SecurityGroupIds") or ())
    if call.text("CodeSigningConfigArn"):
        keys["lambda:codesigningconfigarn"] = (call.text("CodeSigningConfigArn"),)
    return keys


def _create_function(call: Call) -> tuple[Ask, ...]:
    """Besides the function itself: its role is passed to Lambda, its layers and its package are read.

    Source: Lambda Developer Guide, *Lambda execution role*; *Adding layers to functions*.
    """
    resource = function(call)
    return (
        ask(call, "lambda:CreateFunction", resource, _configuration_keys),
        *pass_role(call, call.text("Role"), LAMBDA),
        *_reads_layers(call),
        *_reads_package(call, call.parameters.get("Code")),
        *tagging(call, "lambda:TagResource", resource),
    )


def _update_configuration(call: Call) -> tuple[Ask, ...]:
    return (
        ask(call, "lambda:UpdateFunctionConfiguration", function(call), _configuration_keys),
        *pass_role(call, call.text("Role"), LAMBDA),
        *_reads_layers(call),
    )


def _update_code(call: Call) -> tuple[Ask, ...]:
    return (
        ask(call, "lambda:UpdateFunctionCode", function(call)),
        *_reads_package(call, call.parameters),
    )


def _publish_layer(call: Call) -> tuple[Ask, ...]:
    return (
        ask(call, "lambda:PublishLayerVersion", template(_LAYER)(call)),
        *_reads_package(call, call.parameters.get("Content")),
    )


def _reads_layers(call: Call) -> tuple[Ask, ...]:
    layers = listed(call.parameters.get("Layers"))
    return tuple(ask(call, "lambda:GetLayerVersion", str(layer)) for layer in layers)


def _reads_package(call: Call, place: Any) -> tuple[Ask, ...]:
    """Lambda reads a package in S3 with the permissions of whoever calls."""
    if not isinstance(place, Mapping) or not place.get("S3Bucket"):
        return ()
    action = "s3:GetObjectVersion" if place.get("S3ObjectVersion") else "s3:GetObject"
    return (ask(call, action, f"arn:aws:s3:::{place['S3Bucket']}/{place.get('S3Key', '')}"),)


def _url_keys(call: Call) -> Keys:
    keys = copied({"AuthType": "lambda:functionurlauthtype"})(call)
    return {**keys, "lambda:functionarn": (function(call),)}


_PERMISSION = copied({"Principal": "lambda:principal", "FunctionUrlAuthType": "lambda:functionurlauthtype"})

RULES: dict[str, Rule] = {
    **plain(
        "lambda",
        {
            function: (
                "CreateAlias DeleteAlias GetAlias ListAliases UpdateAlias DeleteFunction GetFunction"
                " GetFunctionConfiguration GetFunctionConcurrency PutFunctionConcurrency"
                " DeleteFunctionConcurrency GetPolicy ListVersionsByFunction PublishVersion"
                " GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig"
                " DeleteFunctionEventInvokeConfig ListFunctionEventInvokeConfigs GetFunctionRecursionConfig"
                " PutFunctionRecursionConfig GetFunctionCodeSigningConfig DeleteFunctionCodeSigningConfig"
                " GetRuntimeManagementConfig PutRuntimeManagementConfig ListProvisionedConcurrencyConfigs"
                " CreateFunctionUrlConfig DeleteFunctionUrlConfig GetFunctionUrlConfig"
                " UpdateFunctionUrlConfig ListFunctionUrlConfigs"
            ),
            qualified: (
                "AddPermission RemovePermission GetProvisionedConcurrencyConfig"
                " PutProvisionedConcurrencyConfig DeleteProvisionedConcurrencyConfig"
            ),
            _mapping: "DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping",
            _layer_version: (
                "GetLayerVersion GetLayerVersionPolicy DeleteLayerVersion AddLayerVersionPermission"
                " RemoveLayerVersionPermission"
            ),
            "{Resource}": "ListTags TagResource UntagResource",
            "*": "GetAccountSettings ListFunctions ListLayers ListLayerVersions ListCodeSigningConfigs",
        },
        {
            "AddPermission": _PERMISSION,
            "RemovePermission": _PERMISSION,
            **{f"{verb}EventSourceMapping": _mapping_keys for verb in ("Delete", "Get", "Update")},
            **{f"{verb}FunctionUrlConfig": _url_keys for verb in ("Create", "Delete", "Get", "Update")},
        },
    ),
    "CreateFunction": _create_function,
    "UpdateFunctionConfiguration": _update_configuration,
    "UpdateFunctionCode": _update_code,
    "PublishLayerVersion": _publish_layer,
    "CreateEventSourceMapping": _create_mapping,
    "ListEventSourceMappings": _list_mappings,
    # The permission has another name than the operation.
    "Invoke": one("lambda:InvokeFunction", qualified),
    "InvokeAsync": one("lambda:InvokeFunction", qualified),
    "InvokeWithResponseStream": one("lambda:InvokeFunction", qualified),
    "GetLayerVersionByArn": one("lambda:GetLayerVersion", template("{Arn}")),
}

REFUSED = words(
    # Durable executions, capacity providers and code signing are not modelled.
    "CheckpointDurableExecution DeleteDurableExecution GetDurableExecution GetDurableExecutionHistory"
    " GetDurableExecutionState ListDurableExecutionsByFunction PauseDurableExecution"
    " ResumeDurableExecution SendDurableExecutionCallbackFailure SendDurableExecutionCallbackHeartbeat"
    " SendDurableExecutionCallbackSuccess StopDurableExecution CreateCapacityProvider"
    " DeleteCapacityProvider GetCapacityProvider ListCapacityProviders UpdateCapacityProvider"
    " ListFunctionVersionsByCapacityProvider GetFunctionScalingConfig PutFunctionScalingConfig"
    " CreateCodeSigningConfig DeleteCodeSigningConfig GetCodeSigningConfig UpdateCodeSigningConfig"
    " ListFunctionsByCodeSigningConfig PutFunctionCodeSigningConfig"
    " DeleteResourcePolicy GetResourcePolicy PutResourcePolicy"
)
