"""A clone and a bundle as small as they can be: real wheels, a real uv, and nothing from a network."""

import base64
import hashlib
import json
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

from tests.repository.sources import ROOT
from unbundle import ESBUILD, FOLDER, FORMAT, MANIFEST, NODE, SUMS, WHEELS, digest_of, locks_of, platform_name

OWN = "{}.{}".format(*sys.version_info[:2])

# The project: the command `sandbox`, the module `workshop.addons`, and the backend that installs them.
BACKEND = """
import pathlib, zipfile
FILES = {
    "sandbox.py": "def main():\\n    import tiny\\n    print('sandbox setup, with tiny', tiny.VERSION)\\n",
    "workshop/__init__.py": "",
    "workshop/addons.py": "import os\\nprint('addons, offline', os.environ['UV_OFFLINE'])\\n",
    "project-1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: project\\nVersion: 1\\n",
    "project-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "project-1.dist-info/entry_points.txt": "[console_scripts]\\nsandbox = sandbox:main\\n",
    "project-1.dist-info/RECORD": "",
}
def build_editable(folder, settings=None, metadata=None):
    name = "project-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        for file, text in FILES.items():
            wheel.writestr(file, text)
    return name
build_wheel = build_editable
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "project"
version = "1"
"""


def wheel(folder, name, files, about="Version: 1.0\nLicense-Expression: MIT\n"):
    """A wheel `name` 1.0 with these files, in `folder`; its path."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    told, tag = f"Metadata-Version: 2.1\nName: {name}\n{about}", "py3-none-any"
    parts = {**files, f"{info}/METADATA": told, f"{info}/WHEEL": f"Wheel-Version: 1.0\nTag: {tag}\n"}
    lines = []
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in parts.items():
            content = text if isinstance(text, bytes) else text.encode()
            archive.writestr(file, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            lines.append(f"{file},sha256={digest},{len(content)}\n")
        archive.writestr(f"{info}/RECORD", "".join(lines) + f"{info}/RECORD,,\n")
    return path


def tar_of(path, files):
    """A tar of files, given by name and text."""
    folder = path.with_suffix("")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    with tarfile.open(path, "w") as tar:
        tar.add(folder, ".")
    shutil.rmtree(folder)


def write_sums(bundle):
    """SHA256SUMS, as the bundle is now."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{digest_of(path)}  {path.relative_to(bundle)}\n" for path in files]
    (bundle / SUMS).write_text("".join(lines))


def write_manifest(clone, **changes):
    """manifest.json of the bundle in `clone`, and the sums anew."""
    manifest = {"format": FORMAT, "platform": platform_name(), "pythons": [OWN], "commit": "c" * 40}
    manifest |= {"locks": locks_of(clone)} | changes
    (clone / FOLDER / MANIFEST).write_text(json.dumps(manifest))
    write_sums(clone / FOLDER)


def small_clone(folder: Path, with_uv: bool = False) -> Path:
    """A clone with a bundle in it. with_uv: its uv is the one of this environment, else some bytes."""
    bundle = folder / FOLDER
    (bundle / WHEELS).mkdir(parents=True)
    (folder / "tools").mkdir()
    (folder / "src").mkdir()
    for name in ("bootstrap.py", "pythons.py", "unbundle.py"):
        shutil.copy(ROOT / "tools" / name, folder / "tools")
    uv = Path(sys.executable).with_name("uv").read_bytes() if with_uv else b"uv"
    wheel(bundle / WHEELS, "uv", {"uv-1.0.data/scripts/uv": uv})
    tiny = wheel(bundle / WHEELS, "tiny", {"tiny.py": "VERSION = 'one'\n"})
    (folder / "requirements.txt").write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest_of(tiny)}\n")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    tar_of(bundle / NODE, {"node_modules/sdk/index.js": "1", "installed": "x"})
    tar_of(bundle / ESBUILD, {"environment/node_modules/esbuild/bin": "2", "installed": "y"})
    write_manifest(folder)
    return folder
