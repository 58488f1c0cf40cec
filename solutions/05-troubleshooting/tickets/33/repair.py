"""Seed 33: the policy on the table names an ARN that lacks the last letter. It gets the table's ARN."""

import json

import boto3

(stack,) = boto3.client("cloudformation").describe_stacks(StackName="workshop")["Stacks"]
outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
role = outputs["UsersRoleArn"].rpartition("/")[2]
table = boto3.client("dynamodb").describe_table(TableName=outputs["UsersTableName"])["Table"]["TableArn"]

iam = boto3.client("iam")
policy = iam.get_role_policy(RoleName=role, PolicyName="users-table")["PolicyDocument"]
for statement in policy["Statement"]:
    statement["Resource"] = table
iam.put_role_policy(RoleName=role, PolicyName="users-table", PolicyDocument=json.dumps(policy))
