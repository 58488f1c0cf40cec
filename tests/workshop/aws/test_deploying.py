"""Labs in an account: nothing is made without a yes, all of it is tagged, and the same checks pass."""

import json
from dataclasses import replace

import pytest
import yaml

from tests.repository.sources import ROOT
from tests.solutions.deployed import files_of
from workshop.deploy import NotAnswered, with_sam
from workshop.deploy.boundary import with_boundary
from workshop.deploy.run import Deployment, Order
from workshop.doctor import asking
from workshop.doctor.address import parse, reached_from
from workshop.doctor.asking import Wish
from workshop.doctor.verb import doctor
from workshop.errors import Problem
from workshop.explaining import decided
from workshop.incidents.stack import locate

LAB = "04-api-gateway"
ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A learner's folder with the answer of lab 4."""
    folder = tmp_path_factory.mktemp("clone")
    for name, source in files_of(LAB, "python").items():
        file = folder / "work" / LAB / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(source.read_bytes())
    return folder


@pytest.fixture(scope="module")
def bounded(account, door):
    """The account, with a permissions boundary for roles."""
    made = (
        door.sandbox.session(account.account)
        .client("iam")
        .create_policy(PolicyName="boundary", PolicyDocument=ALLOW)
    )
    return replace(account, boundary=made["Policy"]["Arn"])


@pytest.fixture(scope="module")
def order(clone, bounded):
    def make(ask=None, prefix="ada", target=bounded):
        said = []
        return Order(
            template=clone / "work" / LAB / "template.yaml", target=target, prefix=prefix,
            again="workshop deploy 4", say=said.append, ask=ask, clone=ROOT,
        )  # fmt: skip

    return make


@pytest.fixture(scope="module")
def outputs(order):
    """The outputs of lab 4 in the account, deployed with a yes."""
    return Deployment(order(lambda question: True)).run()


class TestBeforeAYes:
    @pytest.mark.parametrize("ask", [None, lambda question: False])
    @pytest.mark.parametrize("deploy", [lambda order: Deployment(order).run(), with_sam._prepare])
    def test_nothing_is_made_and_what_would_be_is_said(self, order, account, ask, deploy):
        one = order(ask, "eve", account)
        with pytest.raises(NotAnswered) as refused:
            deploy(one) if deploy is not with_sam._prepare else deploy(one, account)
        told = "\n".join([*one.say.__self__, str(refused.value)])
        assert f"AWS account {account.account}, region us-east-1, with the tag workshop=eve" in told
        assert "the stack eve; for its code the bucket eve-artifacts-" in told
        assert "UsersRestApi             AWS::Serverless::Api" in told
        session = account.session()
        assert not [b for b in session.client("s3").list_buckets()["Buckets"] if b["Name"].startswith("eve")]
        stacks = session.client("cloudformation").describe_stacks()["Stacks"]
        assert "eve" not in [stack["StackName"] for stack in stacks]

    def test_a_stack_that_is_not_the_workshops_is_not_touched(self, order, account, clone):
        client = account.session().client("cloudformation")
        client.create_stack(
            StackName="live", TemplateBody='{"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}}'
        )
        client.get_waiter("stack_create_complete").wait(StackName="live")
        for act in (
            lambda: Deployment(order(lambda question: True, "live")).run(),
            lambda: with_sam._prepare(order(lambda question: True, "live"), account),
            lambda: locate(account, "live", clone),
        ):
            with pytest.raises(Problem, match="it has no tag workshop, so the workshop has not made it"):
                act()

    def test_sam_cannot_put_the_boundary_into_roles(self, order, bounded):
        with pytest.raises(Problem, match="which `sam deploy` cannot"):
            with_sam._prepare(order(lambda question: True), bounded)


class TestWhatIsMade:
    def test_it_answers_at_addresses_of_aws(self, outputs):
        for name in ("HttpApiUrl", "RestApiUrl"):
            assert ".execute-api.us-east-1.amazonaws.com" in outputs[name]

    def test_all_of_it_bears_the_tag(self, outputs, account):
        session, number = account.session(), account.account
        table = f"arn:aws:dynamodb:us-east-1:{number}:table/{outputs['UsersTableName']}"
        function = f"arn:aws:lambda:us-east-1:{number}:function:{outputs['UsersFunctionName']}"
        role = outputs["UsersRoleArn"].rpartition("/")[2]
        logs = session.client("logs")
        group = logs.describe_log_groups(logGroupNamePrefix="ada-UsersLogGroup")["logGroups"][0]["arn"]
        found = {
            "table": session.client("dynamodb").list_tags_of_resource(ResourceArn=table)["Tags"],
            "role": session.client("iam").list_role_tags(RoleName=role)["Tags"],
            "bucket": session.client("s3").get_bucket_tagging(Bucket=f"ada-artifacts-{number}-us-east-1")[
                "TagSet"
            ],
            "stack": session.client("cloudformation").describe_stacks(StackName="ada")["Stacks"][0]["Tags"],
        }
        for what, tags in found.items():
            assert {"Key": "workshop", "Value": "ada"} in tags, what
        mappings = {
            "function": session.client("lambda").list_tags(Resource=function)["Tags"],
            "log group": logs.list_tags_for_resource(resourceArn=group.removesuffix(":*"))["tags"],
            "HTTP API": session.client("apigatewayv2").get_apis()["Items"][0]["Tags"],
            "REST API": session.client("apigateway").get_rest_apis()["items"][0]["tags"],
        }
        for what, tags in mappings.items():
            assert tags["workshop"] == "ada", what

    def test_its_role_has_the_boundary(self, outputs, bounded):
        role = outputs["UsersRoleArn"].rpartition("/")[2]
        told = bounded.session().client("iam").get_role(RoleName=role)["Role"]
        assert told["PermissionsBoundary"]["PermissionsBoundaryArn"] == bounded.boundary

    def test_the_doctor_finds_nothing(self, outputs, account):
        report = asking.diagnose(account, outputs["RestApiUrl"] + "/users", Wish())
        assert (report.verdict, report.answer.partition(" ")[0]) == ("healthy", "200")


class TestAddresses:
    HERE, THERE = (
        "https://a1.execute-api.us-east-1.amazonaws.com/p",
        "https://a1.execute-api.eu-west-1.amazonaws.com/p",
    )

    def test_one_of_the_accounts_region_is_asked_as_it_is(self):
        assert reached_from(parse(self.HERE), "", "us-east-1").send_to == self.HERE

    @pytest.mark.parametrize("url", [THERE, "http://127.0.0.1:4566/_aws/execute-api/a1/p"])
    def test_another_is_refused(self, url):
        with pytest.raises(Problem, match=r"an API (in eu-west-1|of this machine)"):
            reached_from(parse(url), "", "us-east-1")

    def test_on_the_sandbox_it_is_looked_for_there(self):
        assert reached_from(parse(self.THERE), "http://127.0.0.1:1", "us-east-1").send_to == (
            "http://127.0.0.1:1/_aws/execute-api/a1/p"
        )

    def test_a_url_of_aws_without_an_account_says_how_to_choose_one(self, door):
        with pytest.raises(Problem, match="workshop target aws --profile"):
            doctor(self.HERE, None, Wish(), None, False, print)


def test_what_an_account_does_not_record_is_said(account):
    with pytest.raises(Problem, match="labs do not set it up"):
        decided(account)


class TestBoundaries:
    def put(self, account, text):
        return yaml.safe_load(with_boundary(text, replace(account, boundary="arn:aws:iam::1:policy/b")))

    def test_block_and_flow_style_and_only_roles(self, account):
        made = self.put(
            account,
            "Resources:\n  A:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: /\n"
            "  B: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n"
            "  C: {Type: AWS::DynamoDB::Table, Properties: {TableName: t}}\n",
        )["Resources"]
        assert made["A"]["Properties"] == {"Path": "/", "PermissionsBoundary": "arn:aws:iam::1:policy/b"}
        assert made["B"]["Properties"] == {"Handler": "a.b", "PermissionsBoundary": "arn:aws:iam::1:policy/b"}
        assert made["C"]["Properties"] == {"TableName": "t"}

    def test_one_that_is_there_stays(self, account):
        text = "Resources: {A: {Type: 'AWS::IAM::Role', Properties: {PermissionsBoundary: mine}}}"
        assert self.put(account, text)["Resources"]["A"]["Properties"] == {"PermissionsBoundary": "mine"}

    def test_without_one_the_text_is_sent_as_it_is(self, account):
        assert with_boundary("Resources: {}  # mine\n", account) == "Resources: {}  # mine\n"
