"""What to say where AWS refuses a call that breaking, sealing or mending needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from workshop.errors import Problem


@contextmanager
def told(do_next: str) -> Iterator[None]:
    """Makes a Problem of a call that AWS refuses, or that another server does not know."""
    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {})
        raise Problem(
            f"the call {error.operation_name}",
            f"refused with {said.get('Code', 'no code')}: {said.get('Message', '')}",
            "an AWS that knows it, and a caller who may do it",
            do_next,
        ) from error
    except (ResponseParserError, KeyError) as error:
        raise Problem(
            "an answer to a call",
            f"not in AWS's form: {type(error).__name__}: {error}",
            "an AWS, or the sandbox",
            do_next,
        ) from error
