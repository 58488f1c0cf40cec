"""`--target`, and what is talked to where nothing is said."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from workshop.errors import NotRunning, Problem
from workshop.target import account, chosen, local
from workshop.target.model import Target


def choose(
    text: str | None,
    environ: Mapping[str, str] = os.environ,
    clone: Path | None = None,
    default_url: str = local.DEFAULT_URL,
    say: Callable[[str], object] = lambda line: print(line, file=sys.stderr),
) -> Target:
    """The target that `--target` names: `sandbox`, `aws` or a URL; None means the clone's choice.

    Without a choice it is what runs on this machine. An account is introduced by one line, given to `say`.
    Raises NotRunning if nothing is there to talk to, Problem for what is no target, or cannot be reached.
    """
    if text == "aws" or (text is None and prefers_aws(environ, clone)):
        found = _account(chosen.read(clone) if clone else chosen.Chosen())
        say(account.introduction(found, environ))
        return found
    if text is None or text == "sandbox":
        target = local.discover(environ, default_url, clone)
        if target is None:
            raise NotRunning(
                ", ".join(f"{url}/_sandbox/health" for url in local.places(environ, default_url, clone))
            )
        return target
    url = text.rstrip("/")
    if "://" not in url:
        raise Problem(
            f"--target {text}", "neither a name nor a URL", "`sandbox`, `aws` or a URL", "leave --target out"
        )
    return local.at(url, environ)


def prefers_aws(environ: Mapping[str, str], clone: Path | None) -> bool:
    """Whether the clone has chosen an account, and SANDBOX_URL does not name a sandbox all the same."""
    return clone is not None and not environ.get("SANDBOX_URL") and chosen.read(clone).kind == "aws"


def _account(choice: chosen.Chosen) -> account.AwsAccount:
    if not choice.profile:
        raise Problem(
            "the target of this clone",
            "no AWS account was chosen yet, and keys that lie about in the environment are not used",
            "a profile of ~/.aws and a region, chosen once",
            "workshop target aws --profile PROFILE --region REGION",
        )
    return account.connect(choice.profile, choice.region, choice.boundary)
