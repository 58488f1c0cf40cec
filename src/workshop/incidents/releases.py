"""A release of the function: the workshop's own answer of lab 4, with a change, as a package.

It is packaged so that the function's Handler still finds it, whatever the learner's own code looks like.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from workshop.doctor.aws import Plain
from workshop.errors import Problem
from workshop.incidents.stack import Stack

SOLUTION = "04-api-gateway"
MAIN = "app"
BESIDE = ("proxy", "routes", "users")
ENDINGS = {"python": ".py", "nodejs": ".mjs"}
_EPOCH = (1980, 1, 1, 0, 0, 0)

Change = Mapping[str, tuple[str, str]]
"""By language: a text of the answer's source, and what takes its place."""


def language_of(configuration: Plain) -> str:
    """`python` or `nodejs`. Raises Problem for a function in another language, or in an image.

    >>> language_of({"Runtime": "nodejs24.x"})
    'nodejs'
    """
    runtime = str(configuration.get("Runtime", "a container image"))
    for language in ENDINGS:
        if runtime.startswith(language):
            return language
    raise Problem(
        f"the function {configuration.get('FunctionName', '')}",
        f"it runs on {runtime}",
        "Python or Node.js, in a zip package",
        "another seed: workshop break --seed 8",
    )


def package(sources: Mapping[str, str], handler: str, variable: str, table: str, ending: str) -> bytes:
    """The zip of an answer's modules, by their names without ending.

    handler: the function's. variable: the environment variable that names the table; "" if none does.
    """
    module, _, name = handler.rpartition(".")
    place = PurePosixPath(module.replace(".", "/") if ending == ".py" else module)
    files = {one: _with_table(text, variable, table) for one, text in sources.items()}
    files[MAIN] = _exported(files[MAIN], name)
    if place.name in BESIDE:
        files = {_apart(one, place.name): _imports(text, place.name) for one, text in files.items()}
    # Python looks for modules at the top of the package, Node.js beside the file that names them.
    beside = PurePosixPath() if ending == ".py" else place.parent
    named = {str(place if one == MAIN else beside / one) + ending: text for one, text in files.items()}
    return _zipped(named)


def sources(clone: Path, language: str, change: Change) -> dict[str, str]:
    """The modules of the workshop's answer, with the change. Raises Problem where they are not there."""
    folder = clone / "solutions" / SOLUTION / language
    old, new = change[language]
    try:
        texts = {
            one: (folder / f"{one}{ENDINGS[language]}").read_text(encoding="utf-8") for one in (MAIN, *BESIDE)
        }
    except OSError as error:
        raise _not_ours(folder, error.strerror or str(error)) from error
    if not any(old in text for text in texts.values()):
        raise _not_ours(folder, "files that are not as the workshop came with them")
    return {one: text.replace(old, new) for one, text in texts.items()}


def release(stack: Stack, change: Change) -> None:
    """Deploys the answer with the change to the function of the stack."""
    client = stack.client("lambda")
    told = client.get_function_configuration(FunctionName=stack.function)
    language = language_of(told)
    texts = sources(stack.clone, language, change)
    content = package(
        texts, told["Handler"], table_variable(told, stack.table), stack.table, ENDINGS[language]
    )
    client.update_function_code(FunctionName=stack.function, ZipFile=content)
    client.get_waiter("function_updated_v2").wait(FunctionName=stack.function)


def table_variable(configuration: Plain, table: str) -> str:
    """The environment variable that names the table, or ""."""
    known = configuration.get("Environment", {}).get("Variables", {})
    return next((key for key, value in known.items() if str(value).rpartition("/")[2] == table), "")


def _with_table(text: str, variable: str, table: str) -> str:
    """The source, with the table where this function has it."""
    if variable:
        return text.replace("TABLE_NAME", variable)
    return text.replace('os.environ["TABLE_NAME"]', f'"{table}"').replace(
        "process.env.TABLE_NAME", f'"{table}"'
    )


def _exported(text: str, name: str) -> str:
    return re.sub(r"\b(def|function) handler\(", rf"\1 {name}(", text)


def _apart(module: str, taken: str) -> str:
    """Another name for the module whose file the handler's takes."""
    return f"{module}_of_api" if module == taken else module


def _imports(text: str, taken: str) -> str:
    text = re.sub(rf"^from {taken} import", f"from {taken}_of_api import", text, flags=re.MULTILINE)
    text = re.sub(rf"^import {taken}$", f"import {taken}_of_api as {taken}", text, flags=re.MULTILINE)
    return text.replace(f'"./{taken}.mjs"', f'"./{taken}_of_api.mjs"')


def _zipped(files: Mapping[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return content.getvalue()


def _not_ours(folder: Path, found: str) -> Problem:
    return Problem(
        f"the folder {folder}",
        found,
        "the workshop's answer of lab 4, of which the release is made",
        "git checkout solutions",
    )
