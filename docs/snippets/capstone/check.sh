#!/usr/bin/env bash
# Calls each route of the deployed API once, and ends at the first answer that is not the one expected.
set -euo pipefail
url=$(aws cloudformation describe-stacks --stack-name users-api --output text \
    --query "Stacks[0].Outputs[?OutputKey=='HttpApiUrl'].OutputValue")
user="check-$RANDOM"

expect() { # STATUS METHOD PATH [BODY]
    answer=$(curl --silent --show-error --request "$2" "$url$3" --write-out '\n%{http_code}' \
        ${4:+--header 'content-type: application/json' --data "$4"})
    echo "$2 $3: ${answer##*$'\n'} ${answer%$'\n'*}"
    [ "${answer##*$'\n'}" = "$1" ] || { echo "Expected: $1"; exit 1; }
}

expect 201 POST /users "{\"userId\": \"$user\", \"name\": \"Ada\"}"
expect 409 POST /users "{\"userId\": \"$user\", \"name\": \"Another\"}"
expect 200 GET "/users/$user"
expect 200 GET /users
expect 200 PATCH "/users/$user" '{"name": "Ada Lovelace"}'
expect 204 DELETE "/users/$user"
expect 404 GET "/users/$user"
