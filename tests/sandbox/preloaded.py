"""Imported once by the process that sandboxes are forked from: what every start of one imports anew."""

import gc

from sandbox import embedded  # noqa: F401
from sandbox.backend import services
from sandbox.cloudformation import service  # noqa: F401
from sandbox.functions.runtimes import describe_runtimes

services.preload()
describe_runtimes()
gc.freeze()  # nothing of it is garbage in those that are forked
