"""What the checks of lab 1 say. tests/graders proves each message with a mistake that brings it about."""

from workshop.checking.message import Message

CHECK = "workshop check 1"
DEPLOY = "workshop deploy 1, then: workshop check 1"

# The table

NOT_ACTIVE = Message(
    saw="the table {table} is {status}",
    expected="the table {table} is ACTIVE",
    why="Only an active table takes requests. On AWS it takes some seconds to become active.",
    next_step=f"Wait until it is: aws dynamodb wait table-exists --table-name {{table}}. Then: {CHECK}",
)
WRONG_KEY = Message(
    saw="the partition key of {table} is `{key}`",
    expected="the partition key is `userId`",
    why="Code and table must use the same name: an item without the table's key is refused, and `userId` is "
    "what the code uses. Upper and lower case are different names.",
    next_step=f"Name it `userId` in AttributeDefinitions and in KeySchema of template.yaml, then: {DEPLOY}",
)
WRONG_TYPE = Message(
    saw="the partition key `userId` of {table} has the type {type}",
    expected="the type S, a string",
    why="A key takes values of its own type only, and ids of users are strings, such as `ada`.",
    next_step=f"Write `AttributeType: S` for `userId` in template.yaml, then: {DEPLOY}",
)
SORT_KEY = Message(
    saw="{table} has a sort key as well: `{key}`",
    expected="the partition key `userId` alone",
    why="With a sort key `userId` is no longer unique: one user could be there many times, and nobody could "
    "be read by `userId` alone.",
    next_step=f"Remove the entry with `KeyType: RANGE` from KeySchema, and its attribute, then: {DEPLOY}",
)
PROVISIONED = Message(
    saw="{table} is provisioned: {reads} read and {writes} write capacity units",
    expected="on-demand (PAY_PER_REQUEST)",
    why="The traffic is unknown. Provisioned capacity is paid for when nobody comes, and refuses requests "
    "when "
    "more come than you thought.",
    next_step="Write `BillingMode: PAY_PER_REQUEST` in place of ProvisionedThroughput in template.yaml, "
    "then: " + DEPLOY,
)
SAVED_NOT_DEPLOYED = Message(
    saw="the table {table} has {deployed}; your template.yaml says {saved} already",
    expected="a table as your template.yaml describes it",
    why="What you save does not run. The stack changes when you deploy.",
    next_step=DEPLOY,
)

# What the functions of users.py and users.mjs share

WRONG_ERROR = Message(
    saw="`{call}` raised {error}",
    expected="{wanted}",
    why="Callers know the errors of this module by name. Each other error looks like a defect to them.",
    next_step=f"Raise {{wanted}} from `{{function}}` in that case, as the starter defines it, then: {CHECK}",
)
CHECKS_FIRST = Message(
    saw="`{call}` sent {operation} without a condition: it looked first and wrote then",
    expected="one write with the condition in it",
    why="Between the look and the write somebody else may write: a user is lost, and nobody is told. "
    "DynamoDB tests a condition and writes in one step.",
    next_step=f"Put a ConditionExpression into the {{operation}} of `{{function}}`, then: {CHECK}",
)

# create_user

CREATE_RETURNED = Message(
    saw="`{call}` gave back {value}",
    expected="the user that was created: {user}",
    why="The caller shows the new user to whoever asked for it.",
    next_step=f"End `{{function}}` with: return user. Then: {CHECK}",
)
CREATE_NOT_STORED = Message(
    saw="after `{call}` there is no item with the userId {user_id} in {table}",
    expected="an item with that key and the attributes of the user",
    why="What is not in the table is gone when the function ends.",
    next_step=f"Put the user into the table that is handed to `{{function}}`, with PutItem, then: {CHECK}",
)
CREATE_STORED = Message(
    saw="after `{call}` the item is {stored}",
    expected="an item with the attributes of the user: {user}",
    why="Each attribute of the user is an attribute of the item: only so can it be updated alone.",
    next_step=f"Hand the user to PutItem as it is, as Item, then: {CHECK}",
)
CREATE_READS_OLD = Message(
    saw="`{call}` {came}: after the write it sent {operation} without ConsistentRead",
    expected="the user that was created: {user}",
    why="By default a read may come from a copy that has not seen the last write, here your own. What was "
    "written is known without a read.",
    next_step=f"End `{{function}}` with: return user. Then: {CHECK}",
)
OVERWRITTEN = Message(
    saw="the user {before} was there; after `{call}` it is {after}",
    expected="{wanted}, and the user as it was",
    why="PutItem replaces an item of the same key in silence: one user's data is lost to another.",
    next_step=f"Put `attribute_not_exists(userId)` as ConditionExpression into PutItem, then: {CHECK}",
)
DUPLICATE_IN_SILENCE = Message(
    saw="the user {user_id} was there, and `{call}` gave back {value}",
    expected="{wanted}",
    why="The caller believes that the user was created, and it was not.",
    next_step=f"Raise {{wanted}} where the condition does not hold, then: {CHECK}",
)

# get_user

GET_SCANS = Message(
    saw="`{call}` sent a Scan",
    expected="a read by the key: GetItem",
    why="A Scan reads, and bills, the whole table to find one user; a filter only hides the others.",
    next_step=f"Read with GetItem and Key userId in `{{function}}`, then: {CHECK}",
)
GET_EVENTUAL = Message(
    saw="`{call}` sent {operation} without ConsistentRead: an eventually consistent read",
    expected="a strongly consistent read",
    why="By default a read may come from a copy that has not seen the last write: a user who was just "
    "created "
    "would not be found.",
    next_step=f"Give {{operation}} ConsistentRead, set to true, then: {CHECK}",
)
GET_STALE = Message(
    saw="`{call}` {came}, though the user was {user} before the call: it sent {operation} without "
    "ConsistentRead",
    expected="a strongly consistent read, which sees every write that was done before it",
    why="By default a read may come from a copy that has not seen the last write. It has just happened: what "
    "was written a moment ago was not there for `{function}`.",
    next_step=f"Give {{operation}} ConsistentRead, set to true, then: {CHECK}",
)
GET_OLD = Message(
    saw="`{call}` {came}, though the user was {user} before the call",
    expected="the user as last written",
    why="Others write too, in other processes: what yours remembers of the user, they have changed since.",
    next_step=f"Read the user from the table in each call of `{{function}}`, and keep nothing for the next "
    f"call. Then: {CHECK}",
)
GET_FROM_MEMORY = Message(
    saw="`{call}` sent no read to DynamoDB; it gave back {value}",
    expected="a strongly consistent read of the table",
    why="The next call may run in another process, which remembers nothing of this one.",
    next_step=f"Read the user from the table in each call of `{{function}}`, then: {CHECK}",
)
GET_RETURNED = Message(
    saw="`{call}` gave back {value}",
    expected="the user as it is stored: {user}",
    why="A caller wants the user, a plain object, and not the answer of DynamoDB around it.",
    next_step=f"Give back what stands in `Item` of the answer, whole, then: {CHECK}",
)
MISSING_RETURNED = Message(
    saw="there is no user {user_id}, and `{call}` gave back {value}",
    expected="{wanted}",
    why="GetItem of a key that is not there is no error: its answer has no Item. Whoever calls you would "
    "take "
    "nothing for a user.",
    next_step=f"Raise {{wanted}} when the answer has no Item, then: {CHECK}",
)

# update_user

UPDATE_LOST = Message(
    saw="the user was {before}; after `{call}` it is {after}",
    expected="{wanted}",
    why="An update changes what it names and leaves everything else alone. PutItem replaces the whole item.",
    next_step=f"Set the attributes of changes with UpdateItem and a SET expression, then: {CHECK}",
)
UPDATE_RETURNED = Message(
    saw="`{call}` gave back {value}",
    expected="the whole user as it is now: {wanted}",
    why="The caller shows the user, and wants to ask only once.",
    next_step=f"Send ReturnValues ALL_NEW and give back Attributes of the answer, then: {CHECK}",
)
UPDATE_BUILDS_ON_OLD = Message(
    saw="after `{call}` the user lacks {lost}, which an update had set before. It sent {operation} without "
    "ConsistentRead, and wrote back what it had read",
    expected="all that was set before, and the changes",
    why="By default a read may come from a copy that has not seen the last write. Who writes such a copy "
    "back undoes that write, and nobody is told.",
    next_step="Set the attributes of changes with UpdateItem and a SET expression in `{function}`: it needs "
    f"no read. Then: {CHECK}",
)
UPDATE_OWN_KEY = Message(
    saw="`{call}` raised {error}",
    expected="the other attributes changed: the user's own userId in the changes changes nothing",
    why="Callers send a whole user back. DynamoDB refuses to set an attribute of the key, even to the same "
    "value.",
    next_step=f"Leave userId out of the SET expression, then: {CHECK}",
)
KEY_CHANGE_WRITTEN = Message(
    saw="after `{call}` there is {stored}",
    expected="{wanted}, and nothing written",
    why="A user keeps its userId. Whoever asks for another one is mistaken, and half of a mistaken change, "
    "or a "
    "second user, is worse than none.",
    next_step=f"Raise {{wanted}} before anything is written, if changes has another userId, then: {CHECK}",
)
KEY_CHANGE_IN_SILENCE = Message(
    saw="`{call}` gave back {value}, and nothing was changed",
    expected="{wanted}",
    why="A user keeps its userId. Whoever asks for another one must be told.",
    next_step=f"Raise {{wanted}} if changes has another userId, then: {CHECK}",
)
UPDATE_CREATED = Message(
    saw="there was no user {user_id}; after `{call}` there is {stored}",
    expected="{wanted}, and still no such user",
    why="UpdateItem of a key that is not there makes a new item: a slip in an id becomes half a user.",
    next_step=f"Put `attribute_exists(userId)` as ConditionExpression into UpdateItem, then: {CHECK}",
)
UPDATE_IN_SILENCE = Message(
    saw="there is no user {user_id}, and `{call}` gave back {value}",
    expected="{wanted}",
    why="The caller believes that the user was changed, and there is none.",
    next_step=f"Raise {{wanted}} where the condition does not hold, then: {CHECK}",
)
NAME_REFUSED = Message(
    saw="`{call}` raised {error}",
    expected="the user with these attributes set",
    why="Some words are reserved in expressions, and others are no names there: `name`, `status`, "
    "`home-town`. "
    "A user may have attributes of any name.",
    next_step="Write numbered placeholders into the expression (`#n0 = :v0`), their names into "
    f"ExpressionAttributeNames and their values into ExpressionAttributeValues, then: {CHECK}",
)
NAME_LOST = Message(
    saw="after `{call}` the user is {after}",
    expected="{wanted}",
    why="A user may have attributes of any name. In an expression a dot leads into a map, and a name is "
    "cut at it.",
    next_step="Write numbered placeholders into the expression (`#n0 = :v0`), their names into "
    f"ExpressionAttributeNames and their values into ExpressionAttributeValues, then: {CHECK}",
)

# delete_user

DELETE_LEFT = Message(
    saw="after `{call}` there is still the item {stored}",
    expected="no item with the userId {user_id}",
    why="Whoever asks to be deleted must be gone.",
    next_step=f"Send DeleteItem with Key userId to the table that is handed to `{{function}}`, then: {CHECK}",
)
DELETE_IN_SILENCE = Message(
    saw="there is no user {user_id}, and `{call}` raised nothing",
    expected="{wanted}",
    why="DeleteItem of a key that is not there succeeds: a slip in an id would look like a success.",
    next_step="Put `attribute_exists(userId)` as ConditionExpression into DeleteItem and raise {wanted} "
    "where it "
    f"does not hold, then: {CHECK}",
)
