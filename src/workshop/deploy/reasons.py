"""What CloudFormation and the services behind it answer, and what it means in plain words.

Each reason is a pattern of the answer and three sentences; `{stack}` and `{resource}`
in the last are what AWS calls them.
`places` are property names in which to look for the line, if the answer itself names no place. The first
reason that fits is taken, so the special ones stand before the general ones. Adding one is adding a
sample to tests/workshop/deploy/samples.yaml: a test demands it.
"""

from __future__ import annotations

import re

from workshop.deploy.reason import Reason, reason
from workshop.deploy.table_reasons import TABLES

_TYPES = (
    reason(
        "transform-missing",
        r"Unrecognized resource types: \[(?P<name>AWS::Serverless::\w+)",
        "AWS::Serverless types are SAM's, and the template does not say that it uses SAM",
        "the line `Transform: AWS::Serverless-2016-10-31` at the top, not indented",
        "add that line above `Resources:`",
    ),
    reason(
        "unknown-type",
        r"Unrecognized resource types: \[(?P<name>[^\],]+)|typeNameList",
        "CloudFormation knows no resource of this type",
        "three parts with two colons between them, such as AWS::DynamoDB::Table; case counts",
        "correct the Type",
    ),
    reason(
        "unknown-property",
        r"extraneous key \[(?P<name>\w+)\]"
        r"|unsupported propert(?:y|ies)(?: in \{[^}]*\})?:?\s*\[?(?P<other>\w+)",
        "a property is there that this type does not have, or has in another place",
        "the names of the documentation, letter by letter, indented under what they belong to",
        "look for a misspelled name or a wrong indentation in this line",
    ),
    reason(
        "missing-property",
        r"required (?:key|property) \[(?:\w+)\] (?:is )?not found"
        r"|The property \{?/?(?:\w+)\}? is required"
        r"|Property (?:\w+) cannot be empty",
        "a property that this type needs is not there, or is indented under another one",
        "the property, with a value, under `Properties:`",
        "add it, or move it to its level",
    ),
    reason(
        "wrong-kind",
        r"expected type: (?:\w+), found|must be (?:a|an) (?:list|object|string)"
        r"|Value of property (?P<name>\w+)",
        "a value has the wrong shape: a list (lines with `- `), names and values, or a single value",
        "the shape that the documentation of this property shows",
        "look at the blanks and the dashes in the lines from here on",
    ),
    reason(
        "enum",
        r"(?:value '(?P<name>[^']*)' at )?\S+ failed to satisfy constraint: Member must satisfy enum"
        r"|not a valid enum value",
        "the value is none of those that this property can have",
        "one of the values that the answer lists, in the same letters",
        "write one of them",
    ),
)

_TEMPLATE = (
    reason(
        "yaml",
        r"(?:YAML|JSON) not well-formed",
        "CloudFormation cannot read the file",
        "well-formed YAML: `Name: value`, indented by blanks",
        "look at the line that the answer names, and the one above",
    ),
    reason(
        "no-value",
        r"\[?/(?:\S+?)\]? 'null' values are not allowed",
        "a name stands there without a value",
        "a value after the colon, or indented lines below it",
        "write the value, or remove the name",
    ),
    reason(
        "unknown-reference",
        r"Unresolved resource dependencies \[(?P<name>[^\],]+)"
        r"|instance of Fn::GetAtt references undefined resource (?P<other>\w+)",
        "!Ref, !GetAtt or !Sub names something that the template does not have",
        "the name of a resource (or parameter) as it stands under `Resources:`; case counts",
        "correct the name, or add what it names",
    ),
    reason(
        "unknown-attribute",
        r"Requested attribute (?P<name>[\w.]+) (?:does not exist|must be)"
        r"|Attribute (?P<other>\w+) does not exist"
        r"|does not support attribute (?:type )?\{?(?P<third>\w+)",
        "!GetAtt asks for an attribute that this type does not have",
        "an attribute of the documentation's *Return values*, such as Arn",
        "correct the word after the dot",
    ),
    reason(
        "circle",
        r"Circular dependency between resources: \[(?P<name>\w+)",
        "resources need one another in a circle, so that none can be the first",
        "a way out of the circle: one of the references must go",
        "look at the !Ref, !GetAtt and DependsOn of the resources that the answer lists",
    ),
    reason(
        "parameters",
        r"Parameters: \[(?P<name>\w+)[^\]]*\] must have values",
        "the template asks for a value that nobody gives: `workshop deploy` passes no parameters",
        "a `Default:` at each parameter",
        "add a Default, or write the value in its place",
    ),
    reason(
        "no-type",
        r"\[/Resources/(?P<name>\w+)\].*must contain a Type member",
        "a resource has no Type, or it is indented wrongly",
        "`Type:` right under the resource's name, two blanks further in",
        "add the Type, or indent it",
    ),
    reason(
        "misplaced-key",
        r"Invalid template (?:resource )?propert(?:y|y or properties|ies) '?\[?(?P<name>\w+)",
        "a name stands where the template has none such; often something is indented too little",
        "under a resource: Type, Properties, DependsOn and a few more; its own settings under `Properties:`",
        "indent the line, or correct the name",
    ),
    reason(
        "no-resources",
        r"At least one Resources member must be defined",
        "the template makes nothing",
        "at least one resource under `Resources:`",
        "bring the resources back: `workshop reset` restores the template that the lab came with",
    ),
    reason(
        "sam",
        r"(?:Transform AWS::Serverless-2016-10-31 failed|Invalid Serverless Application Specification)"
        r"(?:.*?Resource with id \[(?P<name>\w+)\])?",
        "SAM cannot turn its short forms into resources",
        "what the answer says of the resource that it names",
        "correct that resource, then deploy again",
    ),
    reason(
        "template",
        r"Template (?:format|validation)? ?error",
        "CloudFormation refuses the template as a whole; nothing was made",
        "what the answer says",
        "correct the template where the answer points",
    ),
)

_PERMISSIONS = (
    reason(
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
    reason(
        "access-denied",
        r"is not authorized to perform: (?P<action>[\w:*]+)|Access ?Denied",
        "whoever deploys may not do this: CloudFormation acts with your own permissions",
        "credentials that may do what the answer names (in the sandbox: an administrator's)",
        "unset AWS_ACCESS_KEY_ID, or give the user the permission; then deploy again",
    ),
    reason(
        "role-arn",
        r"Value '(?P<name>[^']*)' at 'role' failed to satisfy constraint: Member must satisfy regular expr",
        "a function is given its role by ARN, and this is none; !Ref of a role is its name",
        "the attribute of the role that is its ARN",
        "write `Role: !GetAtt UsersRole.Arn`, with the name of your role",
        "Role",
    ),
    reason(
        "role-trust",
        r"role defined for the function cannot be assumed by Lambda",
        "the function's role does not trust Lambda",
        "in the role's AssumeRolePolicyDocument: `Service: lambda.amazonaws.com` may do sts:AssumeRole",
        "correct the role's trust policy",
        "Role",
    ),
    reason(
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
    reason(
        "custom-name",
        r"custom-named resource requires replacing\. Rename (?P<name>\S+)",
        "this change needs a new resource, which is made before the old one goes; both cannot have the one "
        "name that the template gives",
        "no name of your own in the template: CloudFormation then makes up one for each",
        "remove the line with the name, and deploy again",
    ),
    reason(
        "exists",
        r"(?:identifier '(?P<name>[^']+)' )?already exists",
        "something of this name is there already, which this stack did not make",
        "a name that is free; without a name in the template CloudFormation makes one up",
        "remove the name from the template, or delete what has it",
    ),
    reason(
        "termination-protection",
        r"TerminationProtection is enabled",
        "somebody protected the stack against its deletion",
        "a stack without termination protection",
        "aws cloudformation update-termination-protection --no-enable-termination-protection "
        "--stack-name {stack}",
    ),
    reason(
        "not-modelled",
        r"NotImplemented|not modelled|does not model",
        "the sandbox does not have this; AWS may",
        "what the labs use; the guide's page *What it does not prove* lists the differences",
        "leave it out here",
    ),
)

REASONS = (*_STACK[:1], *TABLES, *_TYPES, *_PERMISSIONS, *_STACK[1:], *_TEMPLATE)


def find(text: str) -> tuple[Reason, re.Match[str]] | None:
    """The first reason that the answer fits, and how; None if none is known.

    >>> find("workshop-users already exists")[0].key
    'exists'
    """
    for one in REASONS:
        match = one.pattern.search(text)
        if match:
            return one, match
    return None
