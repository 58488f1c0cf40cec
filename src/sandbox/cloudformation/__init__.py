"""CloudFormation: templates in, stacks of resources out, made by calls to the sandbox's own services."""

from sandbox.cloudformation.service import CloudFormation, answer

__all__ = ["CloudFormation", "answer"]
