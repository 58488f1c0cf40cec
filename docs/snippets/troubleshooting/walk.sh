# The commands of the guide's page on troubleshooting, for a REST API with the stage `live`.

# --8<-- [start:send]
curl -i $URL/orders/o-1
# --8<-- [end:send]

# --8<-- [start:gateway]
aws apigateway get-stages --rest-api-id $API
aws apigateway get-resources --rest-api-id $API --embed methods
aws apigateway get-export --rest-api-id $API --stage-name live \
    --export-type oas30 live.json
# --8<-- [end:gateway]

# --8<-- [start:http]
aws apigatewayv2 get-stages --api-id $HTTP_API
aws apigatewayv2 get-routes --api-id $HTTP_API
aws apigatewayv2 get-integrations --api-id $HTTP_API
# --8<-- [end:http]

# --8<-- [start:invoke]
aws lambda get-policy --function-name $FUNCTION
aws lambda get-function-configuration --function-name $FUNCTION
aws lambda get-function-concurrency --function-name $FUNCTION
aws iam get-role --role-name $ROLE --query Role.AssumeRolePolicyDocument
# --8<-- [end:invoke]

# --8<-- [start:role]
aws iam simulate-principal-policy --policy-source-arn $ROLE_ARN \
    --action-names dynamodb:PutItem --resource-arns $TABLE_ARN
# --8<-- [end:role]

# --8<-- [start:table]
aws dynamodb describe-table --table-name orders \
    --query 'Table.[TableStatus, KeySchema, BillingModeSummary]'
# --8<-- [end:table]

# --8<-- [start:request]
aws logs filter-log-events --log-group-name $LOGS \
    --filter-pattern "\"$ID\"" --query 'events[].[logStreamName, message]'
# --8<-- [end:request]

# --8<-- [start:stream]
aws logs get-log-events --log-group-name $LOGS --log-stream-name $STREAM \
    --start-from-head --query 'events[].message'
# --8<-- [end:stream]
