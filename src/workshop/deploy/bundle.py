"""Bundles a Node.js function as `sam build` does, where its template asks for it.

    Metadata:
      BuildMethod: esbuild
      BuildProperties: {EntryPoints: [app.mjs], Format: esm, OutExtension: [.js=.mjs]}

Names and defaults are SAM's (SAM Developer Guide, *Building Node.js Lambda functions with esbuild*;
aws-lambda-builders, nodejs_npm_esbuild): CommonJS, minified, for ES2020, without source map. Packages
that are not in the function's own node_modules are taken from those that Lambda's runtime brings.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

from sandbox.functions import node_sdk
from sandbox.functions.runtimes import node_binary
from workshop.deploy import FellShort

METHOD = "esbuild"

_DEFAULTS = {"Target": "es2020", "Format": "cjs", "Minify": True}
_NOT_ESBUILDS = frozenset({"EntryPoints", "UseNpmCi", "Bundle", "Platform", "Outdir"})
_SECONDS = 120
_SAID = 1500


def bundle(source: Path, properties: dict[str, Any], esbuild: Path, into: Path) -> None:
    """Writes the bundle of the function in the folder `source` into the folder `into`.

    properties: the template's BuildProperties. Raises FellShort with esbuild's words if it fails.
    """
    entries = properties.get("EntryPoints")
    if not isinstance(entries, list) or not entries:
        raise FellShort(
            f"the BuildProperties of the function in {source}",
            f"EntryPoints: {entries}",
            "a list of the files that hold handlers, such as [app.mjs]",
            "write EntryPoints below BuildProperties, in the function's Metadata",
        )
    options = [
        option
        for name, value in {**_DEFAULTS, **properties}.items()
        if name not in _NOT_ESBUILDS
        for option in _options(name, value)
    ]
    command = [
        *_runner(esbuild),
        *(_entry(source, str(name)) for name in entries),
        *options,
        "--bundle",
        "--platform=node",
        f"--outdir={into}",
        "--log-level=warning",
    ]
    done = subprocess.run(
        command,
        cwd=source,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        raise FellShort(
            f"the function in {source}",
            f"esbuild says:\n{done.stderr.strip()[-_SAID:]}",
            "code that can be bundled",
            f"if a package is missing: npm install, in {source}; else mend the line it names",
        )


def _options(name: str, value: Any) -> list[str]:
    """A build property as esbuild's options: MainFields becomes --main-fields."""
    option = "--" + re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()
    if isinstance(value, list):
        return [f"{option}:{one}" for one in value]
    if isinstance(value, bool):
        return [option] if value else []
    return [f"{option}={value}"]


def _entry(source: Path, name: str) -> str:
    """The entry point's path; one without an ending is a .ts or a .js file."""
    candidates = [name] if Path(name).suffix else [f"{name}.ts", f"{name}.js"]
    found = next((one for one in candidates if (source / one).is_file()), None)
    if found is None:
        raise FellShort(
            f"the entry point {name}",
            f"no file {' or '.join(candidates)} in {source}",
            "the file that holds the handler",
            f"ls {source}",
        )
    return f"./{found}"


def _runner(esbuild: Path) -> list[str]:
    node = node_binary()
    return [str(node), str(esbuild)] if node else [str(esbuild)]


def _environment() -> dict[str, str]:
    modules = node_sdk.installed()
    return {**os.environ, **({"NODE_PATH": str(modules)} if modules else {})}
