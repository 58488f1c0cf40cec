"""Why a Principal does not mean whoever asked."""

from __future__ import annotations

from sandbox.iam.letters import Compared, alike, compare, compare_arns
from sandbox.iam.miss import Miss, named, subject
from sandbox.iam.policy import Principals, Statement
from sandbox.iam.principal import Principal

_ALIKE = 0.8


def explain_principal(statement: Statement, who: Principal) -> Miss:
    """The miss of a statement of a role's trust policy, or of a resource's policy."""
    if statement.not_principals is not None:
        return Miss(
            "Principal",
            "principal-excepted",
            f"its NotPrincipal leaves out {_all_of(statement.not_principals)}",
            f"Name whom you mean in a Principal: {_as_written(who)}.",
        )
    meant = statement.principals or Principals()
    if who.kind == "service":
        return _of_service(meant, who)
    if who.kind == "anonymous":
        return Miss(
            "Principal",
            "principal-anonymous",
            f"it means {_all_of(meant)}, and the request is not signed",
            "Let the method ask for a signature (AuthorizationType AWS_IAM), or write the Principal as "
            f"{_as_written(who)}.",
        )
    if meant.services and not meant.aws:
        return Miss(
            "Principal",
            "principal-service-only",
            f"it trusts the service {named(meant.services)}, and {subject(who)} is none",
            f"Leave it to the service, or add a Principal for people: {_as_written(who)}.",
        )
    return Miss(
        "Principal",
        "principal-other",
        f"it means {named(meant.aws)}, and the request comes from {who.arn}",
        f"Name the one that asks in its Principal: {_as_written(who)}.",
        _nearest_arn(meant.aws, who),
    )


def _of_service(meant: Principals, who: Principal) -> Miss:
    write = f"Write its Principal as {_as_written(who)}."
    if not meant.services:
        return Miss(
            "Principal",
            "principal-no-service",
            f"it trusts {_all_of(meant)}, and the request comes from the service {who.arn}",
            write,
        )
    nearest = max(meant.services, key=lambda name: alike(name, who.arn))
    if alike(nearest, who.arn) >= _ALIKE and not nearest.endswith(".amazonaws.com"):
        return Miss(
            "Principal",
            "principal-misspelt",
            f"it trusts {nearest}, and the service is called {who.arn}",
            write,
            compare(nearest, who.arn),
        )
    return Miss(
        "Principal",
        "principal-other-service",
        f"it trusts {named(meant.services)}, and the request comes from {who.arn}",
        write,
    )


def _all_of(principals: Principals) -> str:
    return "everyone" if principals.everyone else named((*principals.services, *principals.aws))


def _as_written(who: Principal) -> str:
    if who.kind == "service":
        return f'{{"Service": "{who.arn}"}}'
    if who.kind == "anonymous":
        return '"*"'
    return f'{{"AWS": "{who.role_arn or who.arn}"}}'


def _nearest_arn(names: tuple[str, ...], who: Principal) -> Compared | None:
    own = who.role_arn or who.arn
    arns = [name for name in names if name.startswith("arn:")]
    return compare_arns(max(arns, key=lambda name: alike(name, own)), own) if arns else None
