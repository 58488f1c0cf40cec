"""Local code in a template: which it is, and the template as CloudFormation takes it.

SAM and `aws cloudformation package` put addresses in S3 in the place of local paths; so does this, in
the template's text, so that everything else, each line number too, stays as it was written.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import ScalarNode

from workshop.deploy import FellShort
from workshop.deploy.archive import zipped
from workshop.deploy.bundle import METHOD, bundle
from workshop.deploy.template import Steps, Template

_GLOBALS: Steps = ("Globals", "Function", "CodeUri")
_SERVERLESS, _LAMBDA = "AWS::Serverless::Function", "AWS::Lambda::Function"
_ELSEWHERE = ("s3://", "https://", "http://")


@dataclass(frozen=True)
class LocalCode:
    """A path in the template that means a folder or file of this machine.

    whole: whether the place takes an S3 address as one text (SAM), or as bucket and key (Lambda).
    bundled: the BuildProperties of a function that esbuild is to bundle, else None.
    """

    steps: Steps
    node: ScalarNode
    path: Path
    whole: bool
    bundled: dict[str, Any] | None = None


@dataclass(frozen=True)
class Package:
    """An archive to upload. key: of the object, by its content."""

    code: LocalCode
    content: bytes
    key: str


def local_code(template: Template) -> list[LocalCode]:
    """Every local path of the template's functions, in the template's order."""
    return [_code(template, steps, whole) for steps, whole in _places(template)]


def _places(template: Template) -> Iterator[tuple[Steps, bool]]:
    candidates: list[tuple[Steps, bool]] = [(_GLOBALS, True)]
    for name, kind in template.resources().items():
        if kind == _SERVERLESS:
            candidates.append((("Resources", name, "Properties", "CodeUri"), True))
        elif kind == _LAMBDA:
            candidates.append((("Resources", name, "Properties", "Code"), False))
    for steps, whole in candidates:
        literal = template.literal(*steps)
        if literal and not literal.startswith(_ELSEWHERE):
            yield steps, whole


def _code(template: Template, steps: Steps, whole: bool) -> LocalCode:
    node = template.node(steps)
    assert isinstance(node, ScalarNode)  # _places yields no others
    path = (template.file.parent / node.value).resolve()
    if not path.exists():
        raise FellShort(
            str(template.line(steps)),
            f"no folder and no file {path}",
            f"the function's code, by a path that starts in {template.file.parent}",
            f"ls {template.file.parent}",
        )
    if not path.is_relative_to(template.file.parent.resolve()):
        raise FellShort(
            str(template.line(steps)),
            f"{path}, which lies outside of the lab's folder",
            f"code in {template.file.parent}: that folder is what is deployed and graded",
            f"cp -r {path} {template.file.parent}/",
        )
    return LocalCode(steps, node, path, whole, _bundled(template, steps))


def _bundled(template: Template, steps: Steps) -> dict[str, Any] | None:
    """The function's own code only: what Globals say holds for many, and Metadata for one."""
    metadata = (*steps[:2], "Metadata")
    if steps[0] != "Resources" or template.literal(*metadata, "BuildMethod") != METHOD:
        return None
    return template.value(*metadata, "BuildProperties") or {}


def packages(template: Template, esbuild: Callable[[], Path]) -> list[Package]:
    """An archive for each local path. Raises FellShort where one cannot be packed.

    The template itself is left out: a new line in it is no new code. esbuild: gives the command,
    asked only where the template wants a bundle.
    """
    but = frozenset({template.file, template.file.resolve()})
    return [_package(code, but, esbuild) for code in local_code(template)]


def _package(code: LocalCode, but: frozenset[Path], esbuild: Callable[[], Path]) -> Package:
    content = _content(code, but, esbuild)
    return Package(code, content, f"{hashlib.sha256(content).hexdigest()}.zip")


def _content(code: LocalCode, but: frozenset[Path], esbuild: Callable[[], Path]) -> bytes:
    if code.path.is_file() and code.path.suffix == ".zip":
        return code.path.read_bytes()
    if code.bundled is None:
        return zipped(code.path, but)
    with tempfile.TemporaryDirectory() as folder:
        bundle(code.path, code.bundled, esbuild(), Path(folder))
        return zipped(Path(folder))


def packaged_text(template: Template, made: list[Package], bucket: str) -> str:
    """The template's text with the archives' addresses in `bucket` in the place of local paths."""
    text = template.text
    for package in sorted(made, key=lambda one: -one.code.node.start_mark.index):  # from the end, so that
        start = package.code.node.start_mark.index  # positions before stay what they were
        end = package.code.node.end_mark.index
        if package.code.whole:
            address = f"s3://{bucket}/{package.key}"
        else:
            address = f"{{S3Bucket: {bucket}, S3Key: {package.key}}}"
        text = text[:start] + address + text[end:]
    return text
