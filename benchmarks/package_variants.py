"""The packages that benchmarks/packages.py measures: one function, each SDK, packaged in each way."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.functions import node_sdk, runtimes
from sandbox.functions.python_sdk import PACKAGES
from workshop.addons import bundler

SDK_V2 = "aws-sdk@2.1693.0"
ESBUILD = json.loads((Path(bundler.__file__).with_name("esbuild") / "package.json").read_text())[
    "dependencies"
]["esbuild"]

_REQUEST = '{ TableName: process.env.TABLE_NAME, Key: { userId: { S: "ada" } }, ConsistentRead: true }'
# The SDK v2 does not read that variable by itself.
V2 = f"""
const AWS = require("aws-sdk");
const client = new AWS.DynamoDB({{ endpoint: process.env.AWS_ENDPOINT_URL }});
exports.handler = async () => (await client.getItem({_REQUEST}).promise()).Item;
"""
V3_AGGREGATED = f"""
import {{ DynamoDB }} from "@aws-sdk/client-dynamodb";
const client = new DynamoDB({{}});
export const handler = async () => (await client.getItem({_REQUEST})).Item;
"""
V3_CLIENT = f"""
import {{ DynamoDBClient, GetItemCommand }} from "@aws-sdk/client-dynamodb";
const client = new DynamoDBClient({{}});
export const handler = async () => (await client.send(new GetItemCommand({_REQUEST}))).Item;
"""
BOTO3 = """
import os
import boto3
client = boto3.client("dynamodb")

def handler(event, context):
    table, key = os.environ["TABLE_NAME"], {"userId": {"S": "ada"}}
    return client.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
"""


@dataclass(frozen=True)
class Variant:
    """One package. name: the function's. unzipped: bytes of its files."""

    name: str
    language: str
    label: str
    package: bytes
    unzipped: int


def variants(sdk_v2: Path, esbuild: Path) -> list[Variant]:
    """All packages. sdk_v2: a node_modules that holds it; esbuild: its command."""
    v3 = node_sdk.install()
    v2_files, v3_files = dict(_packages(sdk_v2, "aws-sdk")), dict(_packages(v3, "@aws-sdk/client-dynamodb"))

    def bundled(code: str, ending: str, modules: Path) -> dict[str, bytes]:
        return {"index.js": _bundle(code, ending, modules, esbuild)}

    return [
        _variant("bench-v2", "nodejs", "SDK v2, whole", {"index.js": V2.encode(), **v2_files}),
        _variant("bench-v2-bundled", "nodejs", "SDK v2, bundled", bundled(V2, "cjs", sdk_v2)),
        _variant(
            "bench-v3-all", "nodejs", "v3 DynamoDB, whole", {"index.mjs": V3_AGGREGATED.encode(), **v3_files}
        ),
        _variant("bench-v3-all-bundled", "nodejs", "v3 DynamoDB, bundled", bundled(V3_AGGREGATED, "mjs", v3)),
        _variant(
            "bench-v3", "nodejs", "v3 DynamoDBClient, whole", {"index.mjs": V3_CLIENT.encode(), **v3_files}
        ),
        _variant("bench-v3-bundled", "nodejs", "v3 DynamoDBClient, bundled", bundled(V3_CLIENT, "mjs", v3)),
        _variant("bench-v3-runtime", "nodejs", "v3 of the runtime", {"index.mjs": V3_CLIENT.encode()}),
        _variant("bench-boto3", "python", "boto3, whole", {"index.py": BOTO3.encode(), **dict(_boto3())}),
        _variant("bench-boto3-runtime", "python", "boto3 of the runtime", {"index.py": BOTO3.encode()}),
    ]


def _variant(name: str, language: str, label: str, files: dict[str, bytes]) -> Variant:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return Variant(name, language, label, memory.getvalue(), sum(map(len, files.values())))


def _packages(modules: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """The files of a package of Node.js and of all that it depends on, as they go into the zip file."""
    wanted, seen = [name], set()
    while wanted:
        one = wanted.pop()
        if one in seen:
            continue
        seen.add(one)
        described = json.loads((modules / one / "package.json").read_text(encoding="utf-8"))
        wanted += described.get("dependencies", {})
        yield from _files(modules / one, f"node_modules/{one}")


def _boto3() -> Iterator[tuple[str, bytes]]:
    """The files of boto3 and of what it depends on, as `pip install --target` puts them, without bytecode."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"{name}, which boto3 needs, is not installed")
        origin = Path(spec.origin)
        if origin.name == "__init__.py":
            yield from _files(origin.parent, name)
        else:
            yield origin.name, origin.read_bytes()


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{prefix}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def _bundle(code: str, ending: str, modules: Path, esbuild: Path) -> bytes:
    """What esbuild makes of the code: one minified file of CommonJS, as `sam build` makes.

    It looks for ES modules first, where SAM's default is `main,module` (SAM Developer Guide, *Building
    Node.js Lambda functions with esbuild*): of ES modules it leaves out what nobody uses, of CommonJS it
    cannot.
    """
    with tempfile.TemporaryDirectory() as folder:
        entry, out = Path(folder, f"entry.{ending}"), Path(folder, "index.js")
        entry.write_text(code, encoding="utf-8")
        options = ["--bundle", "--minify", "--platform=node", "--target=node24", "--format=cjs"]
        options.append("--main-fields=module,main")
        command = [str(runtimes.node_binary()), str(esbuild), str(entry), *options, f"--outfile={out}"]
        environment = {**os.environ, "NODE_PATH": str(modules)}
        subprocess.run([*command, "--log-level=error"], env=environment, check=True, timeout=120)
        return out.read_bytes()
