"""What DynamoDB answers to a table that it does not make."""

from __future__ import annotations

from workshop.deploy.reason import reason

TABLES = (
    reason(
        "attribute-type",
        r"(?:value '(?P<name>[^']*)' at )?'?attributeDefinitions\.\d+\.member\.attributeType'? failed",
        "the type of an attribute is none that a key can have",
        "`AttributeType: S` for text, `N` for a number, or `B` for bytes",
        'write the type that your key\'s values have; an id such as "anna" is text: S',
    ),
    reason(
        "key-type",
        r"(?:value '(?P<name>[^']*)' at )?'?\S*keySchema\.\d+\.member\.keyType'? failed",
        "a part of the key has a role that there is not",
        "`KeyType: HASH` for the partition key; `RANGE` is for a sort key",
        "write HASH at the attribute that finds an item",
    ),
    reason(
        "billing-mode",
        r"(?:value '(?P<name>[^']*)' at )?'?billingMode'? failed",
        "the table is to be paid in a way that there is not",
        "`BillingMode: PAY_PER_REQUEST` (on-demand) or `PROVISIONED`",
        "write one of the two, in capitals",
    ),
    reason(
        "unused-attributes",
        r"AttributeDefinitions are not used|Number of attributes in KeySchema does not exactly match"
        r"|number of attributes in key schema must match"
        r"|AttributeDefinitions is inconsistent with the KeySchema",
        "AttributeDefinitions and KeySchema do not name the same attributes",
        "in AttributeDefinitions only the attributes of keys: a table does not declare the others, "
        "each item brings its own",
        "take every attribute out of AttributeDefinitions that is in no KeySchema, and give each one that is "
        "in a KeySchema its definition, spelled alike",
        "AttributeDefinitions",
    ),
    reason(
        "undefined-key",
        r"Some index key attributes? (?:have no definition|are not defined)|Invalid KeySchema",
        "KeySchema names an attribute that AttributeDefinitions does not define",
        "each attribute of KeySchema in AttributeDefinitions too, with its type, spelled alike (case counts)",
        "compare the names in KeySchema and in AttributeDefinitions, letter by letter",
        "KeySchema",
    ),
    reason(
        "throughput-missing",
        r"No provisioned throughput specified|ProvisionedThroughput cannot be empty"
        r"|ReadCapacityUnits and WriteCapacityUnits must both be specified",
        "the table is provisioned, and nothing says how much; without BillingMode a table is provisioned",
        "`BillingMode: PAY_PER_REQUEST`, or ProvisionedThroughput with its two capacity units",
        "decide for one of the two: is the traffic known?",
        "BillingMode",
    ),
    reason(
        "throughput-on-demand",
        r"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified"
        r"|ProvisionedThroughput (?:should not|cannot) be specified",
        "the table is on-demand, and on-demand has no capacity to provision",
        "either `BillingMode: PAY_PER_REQUEST` or ProvisionedThroughput, not both",
        "remove ProvisionedThroughput with the lines below it, if on-demand is what you want",
        "ProvisionedThroughput",
    ),
    reason(
        "deletion-protection",
        r"protected against deletion|deletion protection",
        "the table is protected against deletion, and this change deletes it",
        "a table without deletion protection: somebody has to take it off first",
        "aws dynamodb update-table --no-deletion-protection-enabled --table-name {resource}",
        "DeletionProtectionEnabled",
    ),
)
