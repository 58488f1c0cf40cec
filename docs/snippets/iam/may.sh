#!/usr/bin/env bash
# The examples of the guide's page on IAM, with the AWS CLI: bash may.sh ROLE_ARN TABLE_ARN
set -e
role_arn=$1
table_arn=$2

# --8<-- [start:simulate]
aws iam simulate-principal-policy \
  --policy-source-arn "$role_arn" \
  --action-names dynamodb:GetItem dynamodb:DeleteItem \
  --resource-arns "$table_arn" \
  --query 'EvaluationResults[].[EvalActionName, EvalDecision]' --output text
# --8<-- [end:simulate]

# --8<-- [start:trusts]
aws iam get-role --role-name "${role_arn##*/}" \
  --query Role.AssumeRolePolicyDocument.Statement
# --8<-- [end:trusts]
