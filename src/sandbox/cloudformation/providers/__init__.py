"""The resource types that the sandbox models."""

from __future__ import annotations

from sandbox.cloudformation.providers import (
    apigateway,
    apigateway_methods,
    apigateway_stages,
    apigatewayv2,
    function_versions,
    users,
)
from sandbox.cloudformation.providers.base import Provider
from sandbox.cloudformation.providers.cloudformation import WaitConditionHandle
from sandbox.cloudformation.providers.dynamodb import Table
from sandbox.cloudformation.providers.functions import Function, Permission
from sandbox.cloudformation.providers.iam import ManagedPolicy, Policy, Role
from sandbox.cloudformation.providers.logs import LogGroup
from sandbox.cloudformation.providers.s3 import Bucket, BucketPolicy
from sandbox.cloudformation.providers.ssm import Parameter

_ALL: tuple[Provider, ...] = (
    *(apigatewayv2.Api(), apigatewayv2.Deployment(), apigatewayv2.Integration(), apigatewayv2.Route()),
    *(apigatewayv2.Stage(), function_versions.Alias(), function_versions.EventInvokeConfig()),
    *(function_versions.Version(), users.AccessKey(), users.User()),
    *(apigateway.Account(), apigateway.GatewayResponse(), apigateway.Model(), apigateway.RequestValidator()),
    *(apigateway.RestApi(), apigateway_methods.Method(), apigateway_methods.Resource()),
    *(apigateway_stages.Deployment(), apigateway_stages.Stage()),
    *(Bucket(), BucketPolicy(), Function(), LogGroup(), ManagedPolicy(), Parameter(), Permission()),
    *(Policy(), Role(), Table(), WaitConditionHandle()),
)

PROVIDERS: dict[str, Provider] = {one.type: one for one in _ALL}
"""Resource type → its provider."""
