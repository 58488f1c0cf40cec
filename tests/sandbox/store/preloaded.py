"""Imported once by the process that sandboxes are forked from: what every start of one imports anew."""

from sandbox import serving  # noqa: F401
from sandbox.backend import services
from sandbox.cloudformation import service  # noqa: F401
from sandbox.functions.runtimes import describe_runtimes

services.preload()
describe_runtimes()
