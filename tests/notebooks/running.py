"""Runs notebooks headless, with hard time limits, and says what is wrong with what came out."""

import copy
import time

import nbformat

from executed_notebooks import all_notebooks, execute

__all__ = ["all_notebooks"]

MUST_FAIL = "raises-exception"


def read(path):
    return nbformat.read(path, as_version=4)


def first_part(notebook, cells):
    """The notebook with its first so many cells only."""
    part = copy.deepcopy(notebook)
    part.cells = part.cells[:cells]
    return part


def run(notebook, sandbox_url, folder):
    """Executes the notebook as for the guide, errors and all: its copy with outputs, and the seconds it took.

    folder: takes the place of the home folder and of the temporary one.
    """
    started = time.monotonic()
    return execute(notebook, sandbox_url, folder, allow_errors=True), time.monotonic() - started


def problems(notebook):
    """What is wrong with an executed notebook, a line for each; nothing if all went as it should."""
    return [
        f"cell {cell.id} ({cell.source.splitlines()[0]}): {problem}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for problem in _problems_of(cell)
    ]


def _problems_of(cell):
    errors = [output for output in cell.outputs if output.output_type == "error"]
    must_fail = MUST_FAIL in cell.metadata.get("tags", [])
    if must_fail and not errors:
        yield f"is tagged {MUST_FAIL} and did not fail"
    if not must_fail:
        yield from (f"failed: {error.ename}: {error.evalue}" for error in errors)
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            yield f"wrote to stderr: {output.text}"
    if cell.source.rstrip().endswith("picture()"):
        yield from _problems_of_picture(cell)


def _problems_of_picture(cell):
    shown = [output.data for output in cell.outputs if output.output_type == "execute_result"]
    if len(shown) != 1:
        yield "shows no picture"
        return
    if "<svg" not in shown[0].get("text/html", ""):
        yield "its picture has no drawing"
    if "What exists" not in shown[0].get("text/plain", ""):
        yield "its picture has no text form"


def printed(notebook):
    """All that the cells printed or gave as their result, as text, in order."""
    return "".join(
        text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        for text in _text_of(output)
    )


def _text_of(output):
    if output.output_type == "stream" and output.name == "stdout":
        yield output.text
    if output.output_type == "execute_result":
        yield f"{output.data['text/plain']}\n"


def with_predictions(notebook, letter):
    """The notebook with each question but the first asked twice, the second time with this letter.

    So the card says: write a letter, and run this cell again.
    """
    answered = copy.deepcopy(notebook)
    asking = [cell for cell in answered.cells if cell.cell_type == "code" and 'yours=""' in cell.source]
    for cell in asking[1:]:
        again = copy.deepcopy(cell)
        again.id = f"{cell.id}-again"
        again.source = cell.source.replace('yours=""', f'yours="{letter}"')
        answered.cells.insert(answered.cells.index(cell) + 1, again)
    return answered


def left_over(session, prefix="nb-"):
    """The names of everything with the prefix that still exists in the account, by kind."""
    logs = session.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{prefix}")
    names = {
        "table": session.client("dynamodb").list_tables()["TableNames"],
        "role": [role["RoleName"] for role in session.client("iam").list_roles()["Roles"]],
        "function": [f["FunctionName"] for f in session.client("lambda").list_functions()["Functions"]],
        "HTTP API": [api["Name"] for api in session.client("apigatewayv2").get_apis()["Items"]],
        "REST API": [api["name"] for api in session.client("apigateway").get_rest_apis()["items"]],
        "log group": [group["logGroupName"].removeprefix("/aws/lambda/") for group in logs["logGroups"]],
    }
    return [f"{kind} {name}" for kind, found in names.items() for name in found if name.startswith(prefix)]
