"""What `workshop target` does: notes a choice that was seen to work, and says what is chosen and why."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from workshop.errors import Problem
from workshop.target import chosen, local
from workshop.target.account import AwsAccount, connect, introduction
from workshop.target.chosen import Chosen

_BOUNDARY = re.compile(r"arn:aws:iam::(\d{12}|aws):policy/[\w+=,.@/-]+")


@dataclass(frozen=True)
class Wish:
    """As typed; None is not said."""

    name: str | None = None
    profile: str | None = None
    region: str | None = None
    boundary: str | None = None


def choose_target(clone: Path, wish: Wish, environ: Mapping[str, str] = os.environ) -> str:
    """Notes the choice, and says what it means. Raises Problem, and notes nothing, for one that cannot be."""
    before = chosen.read(clone)
    if wish.name == "sandbox":
        _refuse_options(wish)
        chosen.write(clone, replace(before, kind="sandbox"))
        return "Chosen: the local AWS. `workshop up` starts it, if it does not run yet."
    if wish.name != "aws":
        raise Problem(
            f"workshop target {wish.name or ''}".rstrip(),
            "neither sandbox nor aws",
            "one of both",
            "workshop target aws --profile PROFILE --region REGION",
        )
    if not wish.profile:
        raise Problem(
            "workshop target aws",
            "no profile is named, and keys that lie about in the environment are never used",
            "a profile of ~/.aws/config: `aws configure sso` makes one",
            "workshop target aws --profile PROFILE --region REGION",
        )
    account = connect(wish.profile, wish.region or "", _boundary(wish.boundary))
    chosen.write(clone, Chosen("aws", wish.profile, account.region, account.boundary))
    return "\n".join([introduction(account, environ), *_means(account)])


def said(clone: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Which target verbs talk to, and why. An account is asked who the profile is. Raises Problem."""
    choice = chosen.read(clone)
    stated = environ.get("SANDBOX_URL")
    if choice.kind == "aws" and not stated:
        account = connect(choice.profile, choice.region, choice.boundary)
        why = f"Why: `workshop target aws` has chosen it, by the profile {account.profile} ({chosen.FILE})."
        return "\n".join([introduction(account, environ), why, *_means(account)])
    url = local.find_sandbox(environ, clone)
    where = f"the local AWS at {url}" if url else "the local AWS, which is not running (workshop up)"
    why = "SANDBOX_URL names it" if stated else "no AWS account is chosen"
    return f"Verbs talk to {where}.\nWhy: {why}. To choose an account: workshop target aws --help"


def _means(account: AwsAccount) -> list[str]:
    boundary = account.boundary or "none"
    return [
        f"Profile {account.profile}; permissions boundary of roles: {boundary}.",
        "What you deploy there costs money, and stays until you type: workshop clean",
        "Back to the local AWS: workshop target sandbox",
    ]


def _refuse_options(wish: Wish) -> None:
    if wish.profile or wish.region or wish.boundary:
        raise Problem(
            "workshop target sandbox",
            "an option that is about AWS accounts",
            "sandbox alone",
            "workshop target sandbox",
        )


def _boundary(arn: str | None) -> str:
    if arn and not _BOUNDARY.fullmatch(arn):
        raise Problem(
            f"--boundary {arn}",
            "it is no ARN of a policy",
            "the one your instructor gave you, such as arn:aws:iam::123456789012:policy/workshop-boundary",
            "copy it whole",
        )
    return arn or ""
