"""What the checks of lab 2 say. tests/graders proves each message with a mistake that brings it about."""

from workshop.checking.message import Message

CHECK = "workshop check 2"
DEPLOY = "workshop deploy 2, then: workshop check 2"

# The role

NOT_DEPLOYED = Message(
    saw="your template.yaml has the output UsersRoleArn; the stack {prefix}, which is {status}, has not",
    expected="a stack as your template.yaml describes it",
    why="What you save does not run. The stack changes when you deploy, and a deployment that is refused is "
    "rolled back to what was there before.",
    next_step=f"{DEPLOY}. If it is refused, it says why and what to do",
)
NOT_A_ROLES_ARN = Message(
    saw="the output UsersRoleArn is `{value}`: {kind}",
    expected="the ARN of a role, arn:aws:iam::{account}:role/…",
    why="A function is given its role by ARN. !Ref of a role gives its name only.",
    next_step=f"Write `Value: !GetAtt UsersRole.Arn` for the output UsersRoleArn, then: {DEPLOY}",
)
SAVED_NOT_DEPLOYED = Message(
    saw="{saw}\nYour template.yaml is not what runs: it has changed since it was deployed",
    expected="{expected}",
    why="A check looks at what runs. {why}",
    next_step=f"{DEPLOY}. If that changes nothing: {{next_step}}",
)

# The trust policy

TRUST_OTHERS = Message(
    saw="the role {role} trusts {principals}",
    expected="it trusts the service lambda.amazonaws.com",
    why="The trust policy says who may become the role. The function is run by Lambda, so Lambda must "
    "be named, "
    "to the letter.",
    next_step="Write `Service: lambda.amazonaws.com` as the Principal in AssumeRolePolicyDocument, "
    f"then: {DEPLOY}",
)
TRUST_EVERYBODY = Message(
    saw="the role {role} trusts `*`",
    expected="it trusts the service lambda.amazonaws.com, and nobody else",
    why="`*` is everybody: any account of AWS whose policies let it may become this role, and read your "
    "users.",
    next_step="Write `Service: lambda.amazonaws.com` in place of the `*` under Principal, then: " + DEPLOY,
)
TRUST_TOO_MANY = Message(
    saw="the role {role} trusts lambda.amazonaws.com, and also {others}",
    expected="it trusts lambda.amazonaws.com, and nobody else",
    why="Whoever is trusted may become the role and do all it may do. Only Lambda needs to.",
    next_step=f"Remove {{others}} from the Principal of the trust policy, then: {DEPLOY}",
)
TRUST_YOU = Message(
    saw="you could become the role yourself, as {session}: its trust policy names {others}",
    expected="AssumeRole is refused to everybody but Lambda, to you too",
    why="The ARN of an account with :root stands for everybody in the account whose policies let them.",
    next_step=f"Leave only `Service: lambda.amazonaws.com` under Principal, then: {DEPLOY}",
)
LAMBDA_REFUSED = Message(
    saw="the role {role} names lambda.amazonaws.com, and yet CreateFunction is refused: {error}",
    expected="a function that is made under the role",
    why="Being named is not enough: the statement has to allow sts:AssumeRole, its conditions have to hold, "
    "and no Deny may forbid it.",
    next_step="Look at Action and Condition of AssumeRolePolicyDocument: the plain form is "
    f"`Action: sts:AssumeRole` without a Condition. Then: {DEPLOY}. Just deployed? IAM may take "
    f"seconds: check again",
)

# What must be allowed

NO_POLICY = Message(
    saw="the role {role} has no policy: neither an inline nor an attached one{unattached}",
    expected="{calls} allowed on {what}",
    why="A role without a policy may do nothing. `Policies` of a function that has a `Role` are ignored "
    "by SAM: "
    "they belong to the role.",
    next_step=f"Put a policy under `Policies` of the role itself, then: {DEPLOY}",
)
WRONG_ARN = Message(
    saw="{calls} not allowed on {what}. The policy `{policy}` says\n  {written}\nand what is asked for is\n"
    "  {asked}\nThey differ where it is marked »«: {differing}",
    expected="{calls} allowed on\n  {resource}",
    why="A Resource is compared letter by letter with the ARN of what is used. A letter, a region or a "
    "part that "
    "is missing makes it the ARN of something else.",
    next_step=f"Do not type the ARN: write `Resource: {{write}}`, then: {DEPLOY}",
)
MISSING_ACTION = Message(
    saw="{calls} not allowed on {what}: no Allow statement of the role names the action. The role has: "
    "{policies}",
    expected="{calls} allowed on\n  {resource}",
    why="What no statement allows is denied. An action is compared letter by letter, and one that does "
    "not exist "
    "is no error.",
    next_step=f"Add {{actions}} to the Action of the statement about {{what}}, then: {DEPLOY}",
)
EXPLICIT_DENY = Message(
    saw="{calls} denied on {what} by the policy `{policy}`: {statement}",
    expected="{calls} allowed on\n  {resource}",
    why="An explicit Deny wins over every Allow, wherever it stands.",
    next_step=f"Remove that Deny, or leave these actions out of it, then: {DEPLOY}",
)
BOUNDARY = Message(
    saw="the role's policies allow {actions} on {what}, its permissions boundary {boundary} does not",
    expected="{calls} allowed on\n  {resource}",
    why="A permissions boundary is the most a role may do: an action needs an Allow in both. A boundary "
    "itself "
    "allows nothing.",
    next_step=f"Allow it in the boundary as well, or remove PermissionsBoundary from the role, then: "
    f"{DEPLOY}",
)
CONDITION = Message(
    saw="{calls} not allowed on {what}: a statement of the policy `{policy}` names action and resource, "
    "and its "
    "Condition does not hold: {condition}",
    expected="{calls} allowed on\n  {resource}",
    why="A statement counts only where its whole Condition holds for the request.",
    next_step=f"Mend or remove the Condition, then: {DEPLOY}",
)

# What must be denied

OTHER_ACTIONS = Message(
    saw="on your table the role may also do {actions}. The policy `{policy}` allows it: {statement}",
    expected="the five calls on the table, and no other: {five}",
    why="Least privilege: whoever takes over the function can do what the role may do. users.py and "
    "users.mjs "
    "make five calls; {first} is none of them.",
    next_step=f"Name the five actions one by one in place of a wildcard or a NotAction, then: {DEPLOY}",
)
AWS_MANAGED = Message(
    saw="the policy {policy}, which AWS wrote, is attached to the role; it allows {action} on {resource}",
    expected="a policy of your own: five actions on one table, two on one log group",
    why="AWS's policies know neither your table nor your log group, so they speak of all there are in the "
    "account. They are for trying out, not for keeping.",
    next_step=f"Remove {{policy}} from ManagedPolicyArns of the role (your own policy stays), then: {DEPLOY}",
)
OTHER_TABLES = Message(
    saw="{action} is allowed on {kind} too, {resource}. The policy `{policy}` says: {pattern}",
    expected="the five calls allowed on your table only:\n  {table}",
    why="A Resource has to name one table with its region and account. A `*` in it stands for all that fits.",
    next_step=f"Write `Resource: !GetAtt UsersTable.Arn` (by hand: the whole ARN), then: {DEPLOY}",
)
LIST_TABLES = Message(
    saw="the role may do {action}. The policy `{policy}` allows it: {statement}",
    expected="no action beyond the five calls on the table",
    why="{action} speaks of all tables of the account, so it takes no ARN but `*`. The function needs "
    "no list: "
    "its table's name comes in TABLE_NAME.",
    next_step=f"Remove {{action}} and the `*` that it needs, then: {DEPLOY}",
)
BEYOND = Message(
    saw="the role may do {action} on {resource}. The policy `{policy}` allows it: {statement}",
    expected="nothing beyond the five calls on the table and the function's log",
    why="Whoever takes over the function can do what the role may do. With permissions on IAM that is "
    "everything.",
    next_step=f"Remove what allows {{action}}, then: {DEPLOY}",
)

# The log

NO_LOG_GROUP = Message(
    saw="no log group: neither in the stack {prefix} nor with a name that begins with /aws/lambda/{prefix}-",
    expected="a log group for the function, with a retention",
    why="Where there is none, Lambda makes one, if the role lets it, and keeps it for ever: nobody has "
    "said how "
    "long. A log group of the stack is deleted with it.",
    next_step="Add a resource of the type AWS::Logs::LogGroup with RetentionInDays, and no name, to "
    "template.yaml, "
    f"then: {DEPLOY}",
)
KEPT_FOREVER = Message(
    saw="the log group {group} has no retention",
    expected="a log group that forgets lines after some days",
    why="Without one CloudWatch Logs keeps every line for ever, and bills it every month.",
    next_step=f"Write `RetentionInDays: 14` under its Properties, then: {DEPLOY}",
)
BASIC_EXECUTION_ROLE = Message(
    saw="AWSLambdaBasicExecutionRole is attached to the role; it allows {action} on {resource}, and on every "
    "other log group",
    expected="logs:CreateLogStream and logs:PutLogEvents allowed on the function's own log group",
    why="It is AWS's usual start, and it works. But AWS does not know your log group, so its Resource "
    "is `*`: "
    "the function could write into the log of any other, and make new groups. SAM attaches it to each role "
    "that it makes for a function without a `Role`.",
    next_step="Remove it from ManagedPolicyArns (or give the function a `Role` of your own), and allow "
    "the two "
    f"actions on `!GetAtt UsersLogGroup.Arn` in a policy of your own, then: {DEPLOY}",
)
OTHER_LOGS = Message(
    saw="{action} is allowed on another log group too, {resource}. The policy `{policy}` says: {pattern}",
    expected="logs:CreateLogStream and logs:PutLogEvents on the function's log group, and no other",
    why="Who may write into another function's log can hide there what happened.",
    next_step=f"Write `Resource: !GetAtt UsersLogGroup.Arn`, then: {DEPLOY}",
)
LOG_ACTIONS = Message(
    saw="the role may also do {actions} with its log group. The policy `{policy}` allows it: {statement}",
    expected="logs:CreateLogStream and logs:PutLogEvents, and no other",
    why="A function writes its log. One that may delete it can remove the traces of what it did.",
    next_step=f"Name the two actions in place of a wildcard, then: {DEPLOY}",
)

# The function under the role

CALL_REFUSED = Message(
    saw="a function under the role sent {operation}, and AWS refused it: {error}",
    expected="the five calls answered, for a function that runs under the role",
    why="The simulator does not know every value that a real request has, such as those that a "
    "Condition asks for.",
    next_step=f"Look at the Condition elements of the role's policies, then: {DEPLOY}",
)
NO_LOG = Message(
    saw="a function under the role ran and wrote a line, but after {seconds} s there is none in "
    "{group}, stream "
    "{stream}",
    expected="the line in the log",
    why="Lambda writes the log with the role's permissions. Where they do not suffice the function "
    "runs, and its "
    "log stays empty: nobody is told.",
    next_step=f"Look at the Condition elements of the statement about logs, then: {DEPLOY}",
)
DONE_ALL_THE_SAME = Message(
    saw="a function under the role sent {operation}, and AWS did it",
    expected="AccessDeniedException: {operation} is none of the five calls on your table",
    why="The simulator said no, but it does not know every value that a real request has. What counts "
    "is what a "
    "real request may do.",
    next_step=f"Remove what allows {{operation}} (look for a Condition that holds), then: {DEPLOY}",
)
