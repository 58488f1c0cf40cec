"""A real AWS account: reached by a named profile only, and introduced before anything is done to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from workshop.errors import Problem
from workshop.keys import UserKeys
from workshop.target import refusals
from workshop.target.model import Target
from workshop.target.naming import prefix
from workshop.target.profile_session import core_of, credentials_of, session_of

PARTITION = "aws"
DNS = "amazonaws.com"
ANSWER = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})


@dataclass(frozen=True)
class AwsAccount(Target):
    """An account. profile: of the person's AWS configuration. alias: of the account, "" where there is none.

    boundary: the ARN of the permissions boundary that every role gets, "" for none.
    """

    profile: str = ""
    alias: str = ""
    boundary: str = ""
    credentials: Any = field(default=None, repr=False, compare=False)

    @property
    def where(self) -> str:
        alias = f" ({self.alias})" if self.alias else ""
        return f"AWS account {self.account}{alias}, region {self.region}"

    def session(self) -> Any:
        return session_of(self.profile, self.region, self.credentials)

    def keys(self) -> UserKeys:
        """The keys of now: those of a role or of SSO end after some time."""
        now = self.credentials.get_frozen_credentials()
        return UserKeys(now.access_key, now.secret_key, now.token or "")

    def answers(self) -> bool:
        try:
            self.session().client("sts", config=ANSWER).get_caller_identity()
        except (BotoCoreError, ClientError):
            return False
        return True

    def rest_api_url(self, api_id: str, stage: str) -> str:
        return f"https://{api_id}.execute-api.{self.region}.{DNS}/{stage}"

    def object_url(self, bucket: str, key: str) -> str:
        return f"https://{bucket}.s3.{self.region}.{DNS}/{key}"


def introduction(account: AwsAccount, environ: Mapping[str, str] = os.environ) -> str:
    """The first line of whatever talks to an account."""
    return f"Talking to {account.where}, prefix {prefix(environ)}, as {account.arn}"


def connect(profile: str, region: str = "", boundary: str = "") -> AwsAccount:
    """The account of a profile. region: the profile's own, unless said. This is a read-only operation.

    Raises Problem where profile, region, credentials or network are not as needed, and for the root user.
    """
    try:
        core = core_of(profile, region or None)
        wanted = _region(core, profile)
        credentials = credentials_of(core)
        if credentials is None:
            raise refusals.no_credentials(profile)
        session = session_of(profile, wanted, credentials)
        told = session.client("sts", config=ANSWER).get_caller_identity()
    except (BotoCoreError, ClientError, EOFError) as error:
        raise refusals.worded(profile, error) from error
    if str(told["Arn"]).endswith(":root"):
        raise refusals.root_user(profile, told["Account"])
    key = credentials.get_frozen_credentials().access_key
    return AwsAccount(
        "aws",
        "",
        str(told["Account"]),
        wanted,
        key,
        secret="",  # it stays with the credentials, which renew it
        arn=str(told["Arn"]),
        profile=profile,
        alias=_alias(session),
        boundary=boundary,
        credentials=credentials,
    )


def _region(core: Any, profile: str) -> str:
    """The region that is asked for, else the profile's own; AWS_REGION is not looked at. Raises Problem."""
    region = core.instance_variables().get("region") or core.get_scoped_config().get("region", "")
    known = core.get_available_regions("lambda", PARTITION, allow_non_regional=False)
    if region in known:
        return str(region)
    raise Problem(
        f"the region of the profile {profile}",
        f"'{region}', which is no region of AWS that is known here" if region else "none",
        f"one of {', '.join(known[:3])} … in the partition aws (China and GovCloud were never tried)",
        f"workshop target aws --profile {profile} --region us-east-1",
    )


def _alias(session: Any) -> str:
    try:
        return str(
            next(iter(session.client("iam", config=ANSWER).list_account_aliases()["AccountAliases"]), "")
        )
    except (BotoCoreError, ClientError):  # it may not be read: an account has its number, too
        return ""
