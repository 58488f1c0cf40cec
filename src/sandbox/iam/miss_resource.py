"""Why a Resource does not name what was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sandbox.iam.evaluate import Request
from sandbox.iam.letters import PARTS, Compared, alike, closeness, common_start, compare_arns
from sandbox.iam.miss import Miss, named, plain
from sandbox.iam.policy import Statement
from sandbox.iam.variables import Unresolved, fill_in

_ALIKE = 0.6
"""Names that are so much alike are taken for a slip, others for another resource."""

Shape = tuple[str, str, str]
"""shape, how they differ, what to do next."""


def explain_resource(statement: Statement, request: Request) -> Miss:
    """The miss of a statement whose Resource or NotResource does not cover the request's."""
    asked = request.resource
    if statement.not_resources is not None:
        return Miss(
            "Resource",
            "resource-excepted",
            f"its NotResource leaves out {named(statement.not_resources)}; you asked for {asked}",
            f"Write {asked} into a Resource.",
        )
    written = nearest_resource(statement, asked)
    nearest = _filled(written, request) if statement.has_variables else written
    if nearest is None:
        return Miss(
            "Resource",
            "resource-variable",
            f"on {written}, and the request has no value for that variable",
            "Give the principal the tag or name that the variable stands for, or write the name itself.",
        )
    compared = compare_arns(nearest, asked)
    shape, how, do_next = _shape(nearest, asked, compared)
    shown = None if shape in _TOLD_BY_WORDS else replace(compared, wanted=plain(nearest))
    return Miss("Resource", shape, f"on {plain(nearest)}; you asked for {asked}: {how}", f"{do_next}.", shown)


def nearest_resource(statement: Statement, asked: str) -> str:
    """The entry of the statement's Resource that is most like `asked`: by parts, then by letters."""

    def likeness(entry: str) -> tuple[int, float]:
        differing = compare_arns(entry, asked).parts if entry.startswith("arn:") else PARTS
        return -len(differing), closeness(entry, asked)

    return max(statement.resources or (), key=likeness, default="nothing")


def _filled(entry: str, request: Request) -> str | None:
    """The entry with its variables replaced, which stand behind the fifth colon; None if one has no value."""
    *head, last = entry.split(":", len(PARTS) - 1)
    try:
        return ":".join([*head, fill_in(last, request.context)])
    except Unresolved:
        return None


def _shape(nearest: str, asked: str, compared: Compared) -> Shape:
    for look in _LOOKS:
        found = look(nearest, asked, compared)
        if found is not None:
            return found
    return (
        "resource-other",
        "that is another resource",
        f"Add {asked} to the statement's Resource, if it is needed, or ask for what is allowed",
    )


def _star(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if asked != "*":
        return None
    do_next = 'Allow the action in a statement of its own with Resource "*"'
    return "resource-needs-star", "the action knows no single resource, it takes only `*`", do_next


def _not_an_arn(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if nearest.startswith("arn:"):
        return None
    if closeness(nearest, asked) and asked.endswith((f"/{nearest}", f":{nearest}")):
        return "resource-bare-name", "a Resource is an ARN, not a name", f"Write the whole ARN: {asked}"
    return "resource-no-arn", "a Resource is an ARN, or `*`", f"Write an ARN: {asked}"


def _short(nearest: str, asked: str, compared: Compared) -> Shape | None:
    count = nearest.count(":") + 1
    if count >= len(PARTS):
        return None
    how = f"an ARN has {len(PARTS)} parts between colons, this one has {count}"
    return "resource-short", how, f"Write all parts, empty ones too: {asked}"


def _index(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if asked.startswith(f"{nearest}/index/"):
        how = "an index of a table has an ARN of its own"
        return "resource-without-index", how, f"Add {nearest}/index/* to the statement's Resource"
    if nearest.startswith(f"{asked}/index/"):
        how = "that is an index, the table itself is not named"
        return "resource-index-only", how, f"Add {asked} to the statement's Resource"
    return None


def _log_group(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if ":log-group:" not in asked or not asked.startswith(f"{nearest}:log-stream:"):
        return None
    how = "the log group's ARN ends without `:*`, which stands for its log streams"
    return "resource-log-group", how, f"Write {nearest}:* into the statement's Resource"


def _object(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if asked.startswith("arn:aws:s3:::") and asked.startswith(f"{nearest}/"):
        return "resource-bucket", "that is the bucket, not its objects", f"Write {nearest}/* for its objects"
    if asked.startswith("arn:aws:s3:::") and nearest.startswith(f"{asked}/"):
        return "resource-objects", "those are the objects, not the bucket itself", f"Add {asked}"
    return None


def _version(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if ":function:" not in asked or not asked.startswith(f"{nearest}:"):
        return None
    how = "a version or an alias of a function has an ARN of its own"
    return "resource-qualifier", how, f"Add {nearest}:* to the statement's Resource"


def _case(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if nearest.casefold() != asked.casefold():
        return None
    how = "they differ in capital and small letters, which count"
    return "resource-case", how, f"Write it as it is: {asked}"


def _one_part(nearest: str, asked: str, compared: Compared) -> Shape | None:
    """All that differs is the region, or the account, or both."""
    if not compared.parts or not set(compared.parts) <= {"partition", "service", "region", "account"}:
        return None
    parts = named(compared.parts)
    shape = f"resource-{'-'.join(compared.parts)}"
    return (
        shape,
        f"the {parts} {'is' if len(compared.parts) == 1 else 'are'} not the same",
        _from_template(asked),
    )


def _letters(nearest: str, asked: str, compared: Compared) -> Shape | None:
    if "resource" not in compared.parts:
        return None
    if alike(*_own_names(nearest, asked)) < _ALIKE:
        return None
    also = [part for part in compared.parts if part != "resource"]
    how = f"the names are alike, but not the same{f', nor the {named(also)}' if also else ''}"
    return "resource-letters", how, _from_template(asked)


def _own_names(nearest: str, asked: str) -> tuple[str, str]:
    """What follows the kind of resource, and all else that both have in common up to a separator."""
    mine, other = (text.split(":", len(PARTS) - 1)[-1] for text in (nearest, asked))
    both = common_start(mine, other)
    start = max(both.rfind("/"), both.rfind(":")) + 1
    return mine[start:], other[start:]


def _from_template(asked: str) -> str:
    own = " (in a template, !GetAtt of the table's Arn cannot be misspelt)" if ":dynamodb:" in asked else ""
    return f"If the request is right, write {asked} into the statement's Resource{own}; else mend the request"


_LOOKS: tuple[Callable[[str, str, Compared], Shape | None], ...] = (
    _star,
    _not_an_arn,
    _short,
    _index,
    _log_group,
    _object,
    _version,
    _case,
    _one_part,
    _letters,
)
"""Asked one after the other; the first that knows the shape tells it."""

_TOLD_BY_WORDS = frozenset({"resource-needs-star", "resource-bare-name", "resource-no-arn", "resource-other"})
"""Shapes in which single letters are not the point."""
