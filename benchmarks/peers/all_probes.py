"""All probes, in the order of the layers."""

from __future__ import annotations

from benchmarks.peers import deploy, dynamodb, functions, gateway, iam
from benchmarks.peers.probe import LAYERS, PROBES, Probe

MODULES = (dynamodb, iam, functions, gateway, deploy)


def all_probes() -> list[Probe]:
    """Each probe once; importing a module of MODULES has registered its own."""
    return sorted(PROBES, key=lambda probe: LAYERS.index(probe.layer))
