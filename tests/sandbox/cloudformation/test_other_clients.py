"""The AWS CLI and boto3 deploy the workshop's whole backend, as the SAM CLI does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.cloudformation.test_sam_cli import LANGUAGES, SOLUTION, outputs_of, walk_all_routes
from workshop.addons.sam_cli import environment
from workshop.target import Target

AWS = Path(sys.executable).with_name("aws")
FORTH_AND_BACK = [201, 200, 200, 200, 204]


class Aws:
    """The command `aws`, typed in a copy of the solution's folder."""

    def __init__(self, folder, sandbox, account):
        self.folder = folder
        self.environ = environment(Target("sandbox", sandbox.url, account, "us-east-1", account))

    def __call__(self, *arguments):
        done = subprocess.run(
            [AWS, *arguments],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def package(self, bucket):
        """The template with its code's addresses in the bucket."""
        self("cloudformation", "package", "--template-file", "template.yaml", "--s3-bucket", bucket,
             "--output-template-file", "packaged.yaml")  # fmt: skip
        return (self.folder / "packaged.yaml").read_text()


@pytest.fixture(params=LANGUAGES)
def aws(request, sandbox, account, client, tmp_path):
    left_out = shutil.ignore_patterns("__pycache__", "node_modules", ".aws-sam", ".pytest_cache")
    shutil.copytree(SOLUTION / request.param, tmp_path / "lab", ignore=left_out)
    client("s3").create_bucket(Bucket=f"mine-{account}")
    return Aws(tmp_path / "lab", sandbox, account)


def test_the_aws_cli(aws, account, client):
    aws.package(f"mine-{account}")
    deploy = ("cloudformation", "deploy", "--template-file", "packaged.yaml", "--stack-name", "workshop",
              "--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset")  # fmt: skip
    assert "Successfully created/updated stack - workshop" in aws(*deploy)
    made = outputs_of(client)
    assert walk_all_routes(made["HttpApiUrl"], "ada") == FORTH_AND_BACK
    assert walk_all_routes(made["RestApiUrl"], "ada") == FORTH_AND_BACK
    assert "No changes to deploy. Stack workshop is up to date" in aws(*deploy)
    aws("cloudformation", "delete-stack", "--stack-name", "workshop")
    aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "workshop")
    assert client("lambda").list_functions()["Functions"] == []


def test_boto3_with_its_waiters(aws, account, client):
    text = aws.package(f"mine-{account}")
    cloudformation = client("cloudformation")
    change_set = {"StackName": "workshop", "ChangeSetName": "first"}
    cloudformation.create_change_set(
        **change_set,
        ChangeSetType="CREATE",
        TemplateBody=text,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("change_set_create_complete").wait(**change_set)
    cloudformation.execute_change_set(**change_set)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="workshop")
    made = outputs_of(client)
    assert walk_all_routes(made["HttpApiUrl"], "ada") == FORTH_AND_BACK
    assert walk_all_routes(made["RestApiUrl"], "ada") == FORTH_AND_BACK
    cloudformation.delete_stack(StackName="workshop")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="workshop")
    assert client("apigateway").get_rest_apis()["items"] == []
    assert client("apigatewayv2").get_apis()["Items"] == []
