#!/usr/bin/env bash
# A function made, called and read by hand: bash by-hand.sh ROLE_ARN, in a folder that holds orders.py
set -euo pipefail
role_arn=$1

# --8<-- [start:create]
python3 -m zipfile -c package.zip orders.py
aws lambda create-function --function-name orders \
    --runtime python3.13 --handler orders.handler --timeout 10 \
    --zip-file fileb://package.zip --role "$role_arn" \
    --environment 'Variables={TABLE_NAME=orders}' --query State --output text
aws lambda wait function-active-v2 --function-name orders
# --8<-- [end:create]

# --8<-- [start:invoke]
echo '{"body": "{\"orderId\": \"o-1\"}"}' > event.json
aws lambda invoke --function-name orders --payload fileb://event.json \
    --query '[StatusCode, FunctionError]' --output text answer.json
cat answer.json
# --8<-- [end:invoke]

# --8<-- [start:logs]
aws logs filter-log-events --log-group-name /aws/lambda/orders \
    --query 'events[].message' --output text
# --8<-- [end:logs]
