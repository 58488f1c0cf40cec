"""API Gateway: serves HTTP APIs and REST APIs as they were deployed."""

from sandbox.gateway.gateway import Gateway

__all__ = ["Gateway"]
