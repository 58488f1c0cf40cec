"""Who may import whom: the walls of the house.

The sandbox knows nothing of the workshop. Inside it, service folders meet only through the small modules
at its top, `backend`, and `iam`; the gateway may also invoke functions. Only the backend knows moto.
"""

import ast

import pytest

from tests.repository.sources import imports, python_modules

SERVICES = {"functions", "gateway", "dynamodb", "iam", "cloudformation"}
FROM_ANYWHERE = {"iam"}
ALSO = {("gateway", "functions")}


def service_of(module):
    """The service folder that a module of the sandbox lies in, or None."""
    parts = module.split(".")
    return parts[1] if parts[0] == "sandbox" and len(parts) > 1 and parts[1] in SERVICES else None


def broken_rule(module, imported):
    """Why `module` may not import `imported`; None if it may."""
    if not module.startswith("sandbox"):
        return None
    if imported.split(".")[0] == "workshop":
        return "the sandbox knows nothing of the workshop"
    if imported.split(".")[0] == "moto" and not module.startswith("sandbox.backend"):
        return "only sandbox.backend knows moto"
    here, there = service_of(module), service_of(imported)
    if not here or not there or here == there or there in FROM_ANYWHERE or (here, there) in ALSO:
        return None
    return f"{here} and {there} meet only through api_call, trace, backend and iam"


def test_the_walls_stand():
    broken = [
        f"src: {module} imports {imported}: {why}"
        for module, (path, tree) in python_modules().items()
        for imported in imports(module, path, tree)
        if (why := broken_rule(module, imported))
    ]
    assert not broken, "\n" + "\n".join(broken)


@pytest.mark.parametrize(
    ("module", "imported", "allowed"),
    [
        ("sandbox.gateway.router", "sandbox.functions.service", True),
        ("sandbox.functions.service", "sandbox.gateway.router", False),
        ("sandbox.dynamodb.replicas", "sandbox.functions.service", False),
        ("sandbox.dynamodb.replicas", "sandbox.iam.authorise", True),
        ("sandbox.iam.caller", "sandbox.dynamodb", False),
        ("sandbox.functions", "sandbox.trace.Tracer", True),
        ("sandbox.gateway.router", "moto.core", False),
        ("sandbox.backend.moto_backend", "moto.core", True),
        ("sandbox.server", "workshop.target", False),
        ("sandbox.serving", "sandbox.gateway", True),
        ("workshop.target", "sandbox.Sandbox", True),
    ],
)
def test_the_rule_itself(module, imported, allowed):
    assert (broken_rule(module, imported) is None) is allowed


def test_relative_imports_are_seen(tmp_path):
    tree = ast.parse("from ..functions import service\nfrom . import x\nfrom .y import z\nimport moto.core")
    found = list(imports("sandbox.gateway.router", tmp_path / "router.py", tree))
    expected = ["sandbox.functions.service", "sandbox.gateway.x", "sandbox.gateway.y.z", "moto.core"]
    assert found == expected
