"""What Lambda's Python runtimes bring besides the standard library: boto3, and no more.

A folder of links into the sandbox's own packages, so that a handler sees boto3 and its dependencies, but
not moto, requests or whatever else the sandbox is made of.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")


def link(folder: Path) -> Path:
    """Make the folder if need be, and give it back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        target = folder / source.name
        if target.resolve() != source.resolve():
            target.unlink(missing_ok=True)
            target.symlink_to(source)
    return folder
