"""What CloudFormation and the services behind it answer, and what it means in plain words.

Each reason is a pattern of the answer and three sentences; `{stack}` and `{resource}`
in the last are what AWS calls them.
`places` are property names in which to look for the line, if the answer itself names no place. The first
reason that fits is taken, so the special ones stand before the general ones. Adding one is adding a
sample to tests/workshop/deploy/samples.yaml: a test demands it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """A cause of failure. means, expected, do_next: for the learner. places: where to look for the line."""

    key: str
    pattern: re.Pattern[str]
    means: str
    expected: str
    do_next: str
    places: tuple[str, ...] = ()


def _reason(key: str, pattern: str, means: str, expected: str, do_next: str, *places: str) -> Reason:
    return Reason(key, re.compile(pattern, re.S | re.I), means, expected, do_next, places)


_DYNAMODB = (
    _reason(
        "attribute-type",
        r"(?:value '(?P<name>[^']*)' at )?'?attributeDefinitions\.\d+\.member\.attributeType'? failed",
        "the type of an attribute is none that a key can have",
        "`AttributeType: S` for text, `N` for a number, or `B` for bytes",
        'write the type that your key\'s values have; an id such as "anna" is text: S',
    ),
    _reason(
        "key-type",
        r"(?:value '(?P<name>[^']*)' at )?'?\S*keySchema\.\d+\.member\.keyType'? failed",
        "a part of the key has a role that there is not",
        "`KeyType: HASH` for the partition key; `RANGE` is for a sort key",
        "write HASH at the attribute that finds an item",
    ),
    _reason(
        "billing-mode",
        r"(?:value '(?P<name>[^']*)' at )?'?billingMode'? failed",
        "the table is to be paid in a way that there is not",
        "`BillingMode: PAY_PER_REQUEST` (on-demand) or `PROVISIONED`",
        "write one of the two, in capitals",
    ),
    _reason(
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
    _reason(
        "undefined-key",
        r"Some index key attributes? (?:have no definition|are not defined)|Invalid KeySchema",
        "KeySchema names an attribute that AttributeDefinitions does not define",
        "each attribute of KeySchema in AttributeDefinitions too, with its type, spelled alike (case counts)",
        "compare the names in KeySchema and in AttributeDefinitions, letter by letter",
        "KeySchema",
    ),
    _reason(
        "throughput-missing",
        r"No provisioned throughput specified|ProvisionedThroughput cannot be empty"
        r"|ReadCapacityUnits and WriteCapacityUnits must both be specified",
        "the table is provisioned, and nothing says how much; without BillingMode a table is provisioned",
        "`BillingMode: PAY_PER_REQUEST`, or ProvisionedThroughput with its two capacity units",
        "decide for one of the two: is the traffic known?",
        "BillingMode",
    ),
    _reason(
        "throughput-on-demand",
        r"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified"
        r"|ProvisionedThroughput (?:should not|cannot) be specified",
        "the table is on-demand, and on-demand has no capacity to provision",
        "either `BillingMode: PAY_PER_REQUEST` or ProvisionedThroughput, not both",
        "remove ProvisionedThroughput with the lines below it, if on-demand is what you want",
        "ProvisionedThroughput",
    ),
    _reason(
        "deletion-protection",
        r"protected against deletion|deletion protection",
        "the table is protected against deletion, and this change deletes it",
        "a table without deletion protection: somebody has to take it off first",
        "aws dynamodb update-table --no-deletion-protection-enabled --table-name {resource}",
        "DeletionProtectionEnabled",
    ),
)

_TYPES = (
    _reason(
        "transform-missing",
        r"Unrecognized resource types: \[(?P<name>AWS::Serverless::\w+)",
        "AWS::Serverless types are SAM's, and the template does not say that it uses SAM",
        "the line `Transform: AWS::Serverless-2016-10-31` at the top, not indented",
        "add that line above `Resources:`",
    ),
    _reason(
        "unknown-type",
        r"Unrecognized resource types: \[(?P<name>[^\],]+)|typeNameList",
        "CloudFormation knows no resource of this type",
        "three parts with two colons between them, such as AWS::DynamoDB::Table; case counts",
        "correct the Type",
    ),
    _reason(
        "unknown-property",
        r"extraneous key \[(?P<name>\w+)\]"
        r"|unsupported propert(?:y|ies)(?: in \{[^}]*\})?:?\s*\[?(?P<other>\w+)",
        "a property is there that this type does not have, or has in another place",
        "the names of the documentation, letter by letter, indented under what they belong to",
        "look for a misspelled name or a wrong indentation in this line",
    ),
    _reason(
        "missing-property",
        r"required (?:key|property) \[(?:\w+)\] (?:is )?not found"
        r"|The property \{?/?(?:\w+)\}? is required"
        r"|Property (?:\w+) cannot be empty",
        "a property that this type needs is not there, or is indented under another one",
        "the property, with a value, under `Properties:`",
        "add it, or move it to its level",
    ),
    _reason(
        "wrong-kind",
        r"expected type: (?:\w+), found|must be (?:a|an) (?:list|object|string)"
        r"|Value of property (?P<name>\w+)",
        "a value has the wrong shape: a list (lines with `- `), names and values, or a single value",
        "the shape that the documentation of this property shows",
        "look at the blanks and the dashes in the lines from here on",
    ),
    _reason(
        "enum",
        r"(?:value '(?P<name>[^']*)' at )?\S+ failed to satisfy constraint: Member must satisfy enum"
        r"|not a valid enum value",
        "the value is none of those that this property can have",
        "one of the values that the answer lists, in the same letters",
        "write one of them",
    ),
)

_TEMPLATE = (
    _reason(
        "yaml",
        r"(?:YAML|JSON) not well-formed",
        "CloudFormation cannot read the file",
        "well-formed YAML: `Name: value`, indented by blanks",
        "look at the line that the answer names, and the one above",
    ),
    _reason(
        "no-value",
        r"\[?/(?:\S+?)\]? 'null' values are not allowed",
        "a name stands there without a value",
        "a value after the colon, or indented lines below it",
        "write the value, or remove the name",
    ),
    _reason(
        "unknown-reference",
        r"Unresolved resource dependencies \[(?P<name>[^\],]+)"
        r"|instance of Fn::GetAtt references undefined resource (?P<other>\w+)",
        "!Ref, !GetAtt or !Sub names something that the template does not have",
        "the name of a resource (or parameter) as it stands under `Resources:`; case counts",
        "correct the name, or add what it names",
    ),
    _reason(
        "unknown-attribute",
        r"Requested attribute (?P<name>[\w.]+) (?:does not exist|must be)"
        r"|Attribute (?P<other>\w+) does not exist"
        r"|does not support attribute (?:type )?\{?(?P<third>\w+)",
        "!GetAtt asks for an attribute that this type does not have",
        "an attribute of the documentation's *Return values*, such as Arn",
        "correct the word after the dot",
    ),
    _reason(
        "circle",
        r"Circular dependency between resources: \[(?P<name>\w+)",
        "resources need one another in a circle, so that none can be the first",
        "a way out of the circle: one of the references must go",
        "look at the !Ref, !GetAtt and DependsOn of the resources that the answer lists",
    ),
    _reason(
        "parameters",
        r"Parameters: \[(?P<name>\w+)[^\]]*\] must have values",
        "the template asks for a value that nobody gives: `workshop deploy` passes no parameters",
        "a `Default:` at each parameter",
        "add a Default, or write the value in its place",
    ),
    _reason(
        "no-type",
        r"\[/Resources/(?P<name>\w+)\].*must contain a Type member",
        "a resource has no Type, or it is indented wrongly",
        "`Type:` right under the resource's name, two blanks further in",
        "add the Type, or indent it",
    ),
    _reason(
        "misplaced-key",
        r"Invalid template (?:resource )?propert(?:y|y or properties|ies) '?\[?(?P<name>\w+)",
        "a name stands where the template has none such; often something is indented too little",
        "under a resource: Type, Properties, DependsOn and a few more; its own settings under `Properties:`",
        "indent the line, or correct the name",
    ),
    _reason(
        "no-resources",
        r"At least one Resources member must be defined",
        "the template makes nothing",
        "at least one resource under `Resources:`",
        "bring the resources back: `workshop reset` restores the template that the lab came with",
    ),
    _reason(
        "sam",
        r"(?:Transform AWS::Serverless-2016-10-31 failed|Invalid Serverless Application Specification)"
        r"(?:.*?Resource with id \[(?P<name>\w+)\])?",
        "SAM cannot turn its short forms into resources",
        "what the answer says of the resource that it names",
        "correct that resource, then deploy again",
    ),
    _reason(
        "template",
        r"Template (?:format|validation)? ?error",
        "CloudFormation refuses the template as a whole; nothing was made",
        "what the answer says",
        "correct the template where the answer points",
    ),
)

_PERMISSIONS = (
    _reason(
        "capabilities",
        r"Requires capabilities ?: ?\[(?P<capability>[^\]]*)\]",
        "the template gives an IAM resource a name of its own, which `workshop deploy` does not allow: a "
        "named role can neither be replaced nor deployed twice",
        "roles and policies without RoleName, PolicyName of a managed policy, UserName or GroupName",
        "remove the name; `!GetAtt YourRole.Arn` gives you what CloudFormation called it",
        "RoleName",
        "ManagedPolicyName",
        "UserName",
        "GroupName",
    ),
    _reason(
        "access-denied",
        r"is not authorized to perform: (?P<action>[\w:*]+)|Access ?Denied",
        "whoever deploys may not do this: CloudFormation acts with your own permissions",
        "credentials that may do what the answer names (in the sandbox: an administrator's)",
        "unset AWS_ACCESS_KEY_ID, or give the user the permission; then deploy again",
    ),
    _reason(
        "role-trust",
        r"role defined for the function cannot be assumed by Lambda",
        "the function's role does not trust Lambda",
        "in the role's AssumeRolePolicyDocument: `Service: lambda.amazonaws.com` may do sts:AssumeRole",
        "correct the role's trust policy",
        "Role",
    ),
    _reason(
        "policy-syntax",
        r"MalformedPolicy|Syntax errors? in policy|policy document (?:is|contains|should)"
        r"|has prohibited field",
        "IAM cannot read a policy",
        "Version: '2012-10-17' and statements with Effect, Action and Resource; a trust policy has Principal "
        "in the place of Resource",
        "compare the policy with the one on the guide's page",
        "PolicyDocument",
        "AssumeRolePolicyDocument",
        "Policies",
    ),
)

_STACK = (
    _reason(
        "custom-name",
        r"custom-named resource requires replacing\. Rename (?P<name>\S+)",
        "this change needs a new resource, which is made before the old one goes; both cannot have the one "
        "name that the template gives",
        "no name of your own in the template: CloudFormation then makes up one for each",
        "remove the line with the name, and deploy again",
    ),
    _reason(
        "exists",
        r"(?:identifier '(?P<name>[^']+)' )?already exists",
        "something of this name is there already, which this stack did not make",
        "a name that is free; without a name in the template CloudFormation makes one up",
        "remove the name from the template, or delete what has it",
    ),
    _reason(
        "termination-protection",
        r"TerminationProtection is enabled",
        "somebody protected the stack against its deletion",
        "a stack without termination protection",
        "aws cloudformation update-termination-protection --no-enable-termination-protection "
        "--stack-name {stack}",
    ),
    _reason(
        "not-modelled",
        r"NotImplemented|not modelled|does not model",
        "the sandbox does not have this; AWS may",
        "what the labs use; the guide's page *What it does not prove* lists the differences",
        "leave it out here",
    ),
)

REASONS = (*_STACK[:1], *_DYNAMODB, *_TYPES, *_PERMISSIONS, *_STACK[1:], *_TEMPLATE)


def find(text: str) -> tuple[Reason, re.Match[str]] | None:
    """The first reason that the answer fits, and how; None if none is known.

    >>> find("workshop-users already exists")[0].key
    'exists'
    """
    for reason in REASONS:
        match = reason.pattern.search(text)
        if match:
            return reason, match
    return None
