"""The package of a function, as Lambda gives it away: read, never unpacked or run."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from workshop.checking.http_call import HttpClient
from workshop.doctor.aws import Plain, Unread

MOST_DOWNLOADED = 10 * 1024 * 1024
MOST_OF_A_FILE = 256 * 1024
PYTHON = (".py",)
NODE = (".mjs", ".js", ".cjs")
_FOREIGN = re.compile(r"(^|/)(node_modules|site-packages|__pycache__|python|[\w.-]+\.dist-info)/")


@dataclass(frozen=True)
class Package:
    """files: the text of the author's own source files, by name. names: of all files."""

    names: tuple[str, ...]
    files: Mapping[str, str]

    def handler_file(self, handler: str) -> tuple[str, str]:
        """The file that a handler string names, "" where there is none; and the name of the function.

        >>> Package(("app.py",), {}).handler_file("app.handler")
        ('app.py', 'handler')
        """
        module, _, name = handler.rpartition(".")
        module = module.replace("\\\\", "/")
        paths = (module, module.replace(".", "/"))
        found = (f"{path}{end}" for path in paths for end in (*PYTHON, *NODE))
        return next((one for one in found if one in self.names), ""), name

    def exports(self, file: str) -> tuple[str, ...]:
        """The names that a source file gives to the outside, as far as its text shows."""
        text = self.files.get(file, "")
        return _python_names(text) if file.endswith(PYTHON) else _node_names(text)

    def syntax_error(self) -> tuple[str, int, str] | None:
        """File, line and message of the first of the author's Python files that does not parse."""
        for name, text in self.files.items():
            if name.endswith(PYTHON):
                try:
                    ast.parse(text)
                except SyntaxError as error:
                    return name, error.lineno or 0, error.msg
                except (ValueError, RecursionError):
                    continue
        return None

    @cached_property
    def source(self) -> str:
        """All of the author's own source, as one text."""
        return "\n".join(text for name, text in self.files.items() if "test" not in name)

    def line_with(self, pattern: str) -> str:
        """`file:line: text` of the first line of the author's source with this pattern; "" without one."""
        for name, text in self.files.items():
            if "test" not in name:
                for number, line in enumerate(text.splitlines(), 1):
                    if re.search(pattern, line):
                        return f"{name}:{number}: {line.strip()}"
        return ""


def download(http: HttpClient, answer: Plain) -> Package:
    """The package of GetFunction's answer. Raises Unread where it cannot be had."""
    import requests

    link = answer.get("Code", {}).get("Location")
    if link is None:
        raise Unread("lambda:GetFunction", "the code is a container image, and not looked into")
    if int(answer["Configuration"]["CodeSize"]) > MOST_DOWNLOADED:
        raise Unread("lambda:GetFunction", "the package has more than 10 MB, and is not looked into")
    try:
        with zipfile.ZipFile(io.BytesIO(http.request("GET", link).content)) as archive:
            return Package(*_read(archive))
    except (requests.RequestException, zipfile.BadZipFile, OSError) as error:
        raise Unread("lambda:GetFunction", f"the package cannot be read: {type(error).__name__}") from error


def _read(archive: zipfile.ZipFile) -> tuple[tuple[str, ...], dict[str, str]]:
    names = tuple(one.filename for one in archive.infolist() if not one.is_dir())
    own = [
        one
        for one in archive.infolist()
        if one.filename.endswith((*PYTHON, *NODE))
        and one.file_size <= MOST_OF_A_FILE
        and not _FOREIGN.search(one.filename)
    ]
    return names, {one.filename: archive.read(one).decode("utf-8", "replace") for one in own}


def _python_names(text: str) -> tuple[str, ...]:
    """Functions first: one of them is the likeliest to be meant."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    functions: list[str] = []
    others: list[str] = []
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                functions.append(name)
            case ast.ClassDef(name=name):
                others.append(name)
            case ast.Assign(targets=targets):
                others += [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.ImportFrom(names=names):
                others += [one.asname or one.name for one in names]
    return (*functions, *others)


_EXPORTS = (
    r"export\s+(?:default\s+)?(?:async\s+)?(?:function\*?|const|let|var|class)\s+(\w+)",
    r"(?:module\.)?exports\.(\w+)\s*=",
)


def _node_names(text: str) -> tuple[str, ...]:
    found = [name for pattern in _EXPORTS for name in re.findall(pattern, text)]
    for block in re.findall(r"(?:export|module\.exports\s*=)\s*\{([^}]*)\}", text):
        found += [part.split(" as ")[-1].split(":")[0].strip() for part in block.split(",") if part.strip()]
    return tuple(dict.fromkeys(found))
