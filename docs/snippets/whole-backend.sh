#!/usr/bin/env bash
# The whole backend with the AWS CLI and curl. Before it: eval "$(sandbox env)"
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
account=$(aws sts get-caller-identity --query Account --output text)

# 1. The table
aws dynamodb create-table --table-name cli-users --billing-mode PAY_PER_REQUEST \
    --key-schema AttributeName=userId,KeyType=HASH \
    --attribute-definitions AttributeName=userId,AttributeType=S >"$work/table.json"
aws dynamodb wait table-exists --table-name cli-users

# 2. The role: who may take it, and what it may do
aws iam create-role --role-name cli-users-role --assume-role-policy-document '{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                 "Action": "sts:AssumeRole"}]}' >"$work/role.json"
aws iam put-role-policy --role-name cli-users-role --policy-name users --policy-document '{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem",
                                   "dynamodb:DeleteItem", "dynamodb:Scan"],
     "Resource": "arn:aws:dynamodb:'"$AWS_REGION:$account"':table/cli-users"},
    {"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
     "Resource": "arn:aws:logs:'"$AWS_REGION:$account"':log-group:/aws/lambda/cli-users:*"}]}'

# 3. The function
cat >"$work/users.py" <<'PYTHON'
import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def reply(status, value=None):
    return {"statusCode": status, "body": "" if value is None else json.dumps(value)}


def handler(event, context):
    user_id = (event.get("pathParameters") or {}).get("userId")
    print(json.dumps({"request_id": context.aws_request_id, "route": event["routeKey"], "userId": user_id}))
    match event["routeKey"]:
        case "POST /users":
            user = json.loads(event["body"])
            table.put_item(Item=user, ConditionExpression="attribute_not_exists(userId)")
            return reply(201, user)
        case "GET /users":
            return reply(200, {"users": table.scan(ConsistentRead=True)["Items"]})
        case "GET /users/{userId}":
            user = table.get_item(Key={"userId": user_id}, ConsistentRead=True).get("Item")
            return reply(200, user) if user else reply(404, {"message": f"No user {user_id}"})
        case "PATCH /users/{userId}":
            [(name, value)] = json.loads(event["body"]).items()
            user = table.update_item(
                Key={"userId": user_id},
                UpdateExpression="SET #name = :value",
                ConditionExpression="attribute_exists(userId)",
                ExpressionAttributeNames={"#name": name},
                ExpressionAttributeValues={":value": value},
                ReturnValues="ALL_NEW",
            )["Attributes"]
            return reply(200, user)
        case "DELETE /users/{userId}":
            table.delete_item(Key={"userId": user_id}, ConditionExpression="attribute_exists(userId)")
            return reply(204)
PYTHON
(cd "$work" && python3 -m zipfile -c users.zip users.py)
function_arn=$(aws lambda create-function --function-name cli-users --runtime python3.13 \
    --role "arn:aws:iam::$account:role/cli-users-role" --handler users.handler \
    --environment 'Variables={TABLE_NAME=cli-users}' --zip-file "fileb://$work/users.zip" \
    --query FunctionArn --output text)
aws lambda wait function-active-v2 --function-name cli-users

# 4. The HTTP API, its routes, its stage, and its permission to call the function
api=$(aws apigatewayv2 create-api --name cli-users --protocol-type HTTP --query ApiId --output text)
integration=$(aws apigatewayv2 create-integration --api-id "$api" --integration-type AWS_PROXY \
    --integration-uri "$function_arn" --payload-format-version 2.0 --query IntegrationId --output text)
for route in 'POST /users' 'GET /users' 'GET /users/{userId}' 'PATCH /users/{userId}' 'DELETE /users/{userId}'; do
    aws apigatewayv2 create-route --api-id "$api" --route-key "$route" \
        --target "integrations/$integration" >"$work/route.json"
done
aws apigatewayv2 create-stage --api-id "$api" --stage-name '$default' --auto-deploy >"$work/stage.json"
aws lambda add-permission --function-name cli-users --statement-id api --action lambda:InvokeFunction \
    --principal apigateway.amazonaws.com \
    --source-arn "arn:aws:execute-api:$AWS_REGION:$account:$api/*" >"$work/permission.json"
url=$(aws apigatewayv2 get-api --api-id "$api" --query ApiEndpoint --output text)

# 5. Create, read, list, change, delete
call() { curl --silent --show-error --write-out ' %{http_code}\n' "$@"; }
call "$url/users" --json '{"userId": "ada", "name": "Ada"}'
call "$url/users/ada"
call "$url/users"
call --request PATCH "$url/users/ada" --json '{"name": "Ada Lovelace"}'
call --request DELETE "$url/users/ada"
call "$url/users/ada"
