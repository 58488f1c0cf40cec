"""Who deploys may not do all that the template needs; on a sandbox, whose IAM denies."""

import json

import pytest

from tests.workshop.deploy.templates import USERS
from workshop.deploy import FellShort
from workshop.deploy.run import Deployment, Order
from workshop.target import Target


@pytest.fixture
def deploy_as(learner, sandbox):
    """`deploy_as("cloudformation:*")`: how the deployment ends of a user who may do only that."""

    def deploy(action):
        iam = learner.client("iam")
        iam.create_user(UserName="ada")
        allowed = {"Effect": "Allow", "Action": action, "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=document)
        key = iam.create_access_key(UserName="ada")["AccessKey"]
        keys = key["AccessKeyId"], key["SecretAccessKey"]
        target = Target("sandbox", sandbox.url, learner.account, "us-east-1", *keys)
        template = learner.write(USERS)
        order = Order(
            template, target, "workshop", "workshop deploy 1", lambda line: None, None, template.parent
        )
        with pytest.raises(FellShort) as problem:
            Deployment(order).run()
        return problem.value

    return deploy


def test_the_resources_are_made_as_whoever_deploys(deploy_as):
    problem = deploy_as("cloudformation:*")
    assert "is not authorized to perform: dynamodb:CreateTable" in problem.found
    assert "whoever deploys may not do this" in problem.found
    assert "UsersTable (AWS::DynamoDB::Table)" in problem.looked_at


def test_not_even_cloudformation(deploy_as):
    problem = deploy_as("dynamodb:*")
    assert problem.headline == "DescribeStacks was refused."
    assert "cloudformation:DescribeStacks" in problem.found
