"""The example of the guide's page on IAM: python may.py ROLE_ARN TABLE_ARN"""

import sys

import boto3

iam = boto3.client("iam")


# --8<-- [start:simulate]
def decisions(role_arn, table_arn, *actions):
    answer = iam.simulate_principal_policy(
        PolicySourceArn=role_arn, ActionNames=actions, ResourceArns=[table_arn]
    )
    for result in answer["EvaluationResults"]:
        yield result["EvalActionName"], result["EvalDecision"]


# --8<-- [end:simulate]

for action, decision in decisions(*sys.argv[1:], "dynamodb:GetItem", "dynamodb:DeleteItem"):
    print(action, decision, sep="\t")
