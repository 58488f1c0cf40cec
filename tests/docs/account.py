"""An account for tests of the guide: its administrator, and whoever else is meant."""

from contextlib import suppress

from boto3 import Session

from tests.sandbox.roles import make_role


class Account:
    """The session of an account's administrator, and clients of its users and roles.

    number: twelve digits. everybody: the principal of a trust policy that lets the whole account in.
    """

    def __init__(self, sandbox, number):
        self.url = sandbox.url
        self.session = sandbox.session(number)
        self.iam = self.session.client("iam")
        self.everybody = {"AWS": f"arn:aws:iam::{number}:root"}

    def client_of(self, service, credentials):
        keys = {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials.get("SessionToken"),
        }
        return Session(region_name="us-east-1").client(service, endpoint_url=self.url, **keys)

    def role(self, name, *actions, principal=None):
        """The ARN of a role, which is made if there is none of this name."""
        with suppress(self.iam.exceptions.EntityAlreadyExistsException):
            make_role(self.iam, name, *actions, principal=principal)
        return self.iam.get_role(RoleName=name)["Role"]["Arn"]

    def under(self, role_arn, service="dynamodb"):
        """A client under a role that trusts the account."""
        sts = self.session.client("sts")
        taken = sts.assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
        return self.client_of(service, taken)
