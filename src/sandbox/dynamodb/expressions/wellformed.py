"""What DynamoDB refuses in an expression before it looks at names and values that stand for others.

The order of the checks, in conditions: unknown functions, functions out of place, reserved words; in
updates: reserved words, functions, sections (architect/dynalite `test/scan.js`, `test/updateItem.js`, which
were checked against AWS). The words of functions in the wrong kind of expression are those of AWS's engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sandbox.dynamodb.expressions.faults import Fault
from sandbox.dynamodb.expressions.reserved_words import RESERVED_WORDS
from sandbox.dynamodb.expressions.tree import (
    CONDITION_FUNCTIONS,
    LOGICAL,
    UPDATE_FUNCTIONS,
    Action,
    Node,
    Operation,
    Path,
    walk,
)

HIGHEST_INDEX = 2**31 - 1


def check_condition(root: Operation) -> None:
    """Pass a condition, filter or key condition that is well formed. Raises Fault."""
    nodes = list(walk(root))
    functions = [node for node in nodes if isinstance(node, Operation) and node.function]
    _check_known(functions, CONDITION_FUNCTIONS, UPDATE_FUNCTIONS, "a condition")
    if root.name == "size":
        raise _misused(root)
    for node in nodes:
        if isinstance(node, Operation):
            logical = node.name in LOGICAL and not node.function
            for inner in node.operands:
                if isinstance(inner, Operation) and inner.function and (inner.name == "size") == logical:
                    raise _misused(inner)
    check_names(node for node in nodes if isinstance(node, Path))


def check_update(actions: Sequence[Action], sections: Sequence[str]) -> None:
    """Pass an update that is well formed. sections: the words its sections begin with. Raises Fault."""
    nodes: list[Node] = []
    for action in actions:
        nodes.append(action.path)
        nodes += [] if action.operand is None else walk(action.operand)
    check_names(node for node in nodes if isinstance(node, Path))
    operations = [node for node in nodes if isinstance(node, Operation)]
    functions = [node for node in operations if node.function]
    _check_known(functions, UPDATE_FUNCTIONS, CONDITION_FUNCTIONS, "an update")
    for node in operations:
        for inner in node.operands:
            # Only if_not_exists may stand within another (scylladb test_update_expression.py).
            if isinstance(inner, Operation) and inner.name != "if_not_exists":
                raise _misused(inner)
    for place, section in enumerate(sections):
        if section in sections[:place]:
            raise Fault(f'The "{section}" section can only be used once in an update expression;')


def check_names(paths: Iterable[Path]) -> None:
    """Pass paths without reserved words and with places that a list can have. Raises Fault."""
    for path in paths:
        for element in path.elements:
            if isinstance(element, int):
                if element > HIGHEST_INDEX:
                    text = "List index is not within the allowable range; index"
                    raise Fault(f"{text}: [{element}]")
            elif element.upper() in RESERVED_WORDS:
                raise Fault(f"Attribute name is a reserved keyword; reserved keyword: {element}")


def _check_known(
    functions: Iterable[Operation], known: Mapping[str, int], elsewhere: Mapping[str, int], what: str
) -> None:
    for function in functions:
        if function.name in known:
            continue
        if function.name in elsewhere:
            text = f"The function is not allowed in {what} expression"
            raise Fault(f"{text}; function: {function.name}")
        raise Fault(f"Invalid function name; function: {function.name}")


def _misused(function: Operation) -> Fault:
    text = "The function is not allowed to be used this way in an expression"
    return Fault(f"{text}; function: {function.name}")
