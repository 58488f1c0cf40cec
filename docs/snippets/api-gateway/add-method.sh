#!/usr/bin/env bash
# DELETE /orders/{orderId} for a REST API, in three steps: add-method.sh add|deploy|permit API_ID FUNCTION_ARN STAGE
set -euo pipefail
api=$2 function_arn=$3 stage=$4
account=$(cut -d: -f5 <<<"$function_arn")

add() {
# --8<-- [start:add]
prefix="arn:aws:apigateway:$AWS_REGION"
order=$(aws apigateway get-resources --rest-api-id "$api" \
    --query "items[?path=='/orders/{orderId}'].id" --output text)
aws apigateway put-method --rest-api-id "$api" --resource-id "$order" \
    --http-method DELETE --authorization-type NONE
aws apigateway put-integration --rest-api-id "$api" --resource-id "$order" \
    --http-method DELETE --type AWS_PROXY --integration-http-method POST \
    --uri "$prefix:lambda:path/2015-03-31/functions/$function_arn/invocations"
# --8<-- [end:add]
}

deploy() {
# --8<-- [start:deploy]
aws apigateway create-deployment --rest-api-id "$api" --stage-name "$stage"
# --8<-- [end:deploy]
}

permit() {
# --8<-- [start:permit]
on_behalf_of="arn:aws:execute-api:$AWS_REGION:$account"
aws lambda add-permission --function-name "$function_arn" \
    --statement-id delete-order --action lambda:InvokeFunction \
    --principal apigateway.amazonaws.com \
    --source-arn "$on_behalf_of:$api/*/DELETE/orders/*"
# --8<-- [end:permit]
}

"$1"
