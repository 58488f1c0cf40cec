"""From a request to a target: the template read, transformed and checked, its parameters filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloudformation import parameters as values
from sandbox.cloudformation import reading, requests
from sandbox.cloudformation import template as templates
from sandbox.cloudformation.graph import check_circles
from sandbox.cloudformation.intrinsics import UNKNOWN
from sandbox.cloudformation.providers.base import Invoke
from sandbox.cloudformation.scope import graph_of, ref_values, scope_of, try_out
from sandbox.cloudformation.stack import Stack, Tags, Target
from sandbox.cloudformation.template import Template
from sandbox.cloudformation.transform import expanded
from sandbox.cloudformation.wording import invalid
from sandbox.errors import AwsError

Json = dict[str, Any]


class Preparing:
    """Makes targets. invoke: an AWS call in process (templates in S3, parameters from SSM)."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke

    async def target(
        self, parameters: Mapping[str, Any], stack: Stack, tags: Tags, *, expand: bool
    ) -> Target:
        """What `stack` should become by a request.

        expand: transforms need no capability, as in change sets, where one sees what they make.
        Raises AwsError in CloudFormation's words; TransformFailed fails the stack or change set.
        """
        body = await requests.body_of(parameters, self._invoke, stack.caller, stack.region, stack)
        document = reading.read(body)
        capabilities = requests.capabilities_of(parameters)
        given, keep = requests.given_parameters(parameters)
        before = stack.current.parameters if stack.current else None
        if templates.transforms(document):
            templates.check_form(document)
            texts = values.values(document.get("Parameters") or {}, given, before, keep)
            if not expand and "CAPABILITY_AUTO_EXPAND" not in capabilities:
                raise requests.lacking("CAPABILITY_AUTO_EXPAND")
            document = await expanded(document, texts, stack.account, stack.region)
        template = templates.check(body, document)
        texts = values.values(template.parameters, given, before, keep)
        fetched = await self._fetched(template, texts, stack)
        requests.check_capabilities(document, capabilities)
        refs = ref_values(template, {**texts, **fetched})
        target = Target(template, texts, refs, tags, capabilities, fetched)
        definitions = try_out(target, stack)
        scope = scope_of(stack, target, lambda name: UNKNOWN)
        check_circles(graph_of(definitions, scope))
        return target

    async def _fetched(self, template: Template, texts: Mapping[str, str], stack: Stack) -> dict[str, str]:
        """The values of parameters that are names of SSM parameters."""
        names = {
            name: text
            for name, text in texts.items()
            if values.SSM.fullmatch(str(template.parameters[name]["Type"]))
        }
        found: dict[str, str] = {}
        for name, text in names.items():
            try:
                answer = await self._invoke("ssm", "GetParameter", {"Name": text}, stack.caller, stack.region)
            except AwsError as error:
                if error.code != "ParameterNotFound":
                    raise
                raise invalid(
                    f"Unable to fetch parameters [{text}] from parameter store for this account."
                ) from error
            found[name] = str(answer["Parameter"]["Value"])
        return found
