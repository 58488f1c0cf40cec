"""What the checks say of the routes. tests/graders proves each message by a mistake that brings it about."""

from tests.labs.function.messages import DEPLOY
from workshop.checking.message import Message

# Create and get

CREATE_STATUS = Message(
    saw="`{request}` was answered {status} {body}{log}",
    expected="201 with the user",
    why="201 says that something new is there. Programs go by the status, not by the text.",
    next_step=f"Answer 201 from the route, then: {DEPLOY}",
)
CREATE_ANSWER = Message(
    saw="`{request}` was answered 201 with {body}",
    expected="the user itself: {user}",
    why="Callers want to see what was stored.",
    next_step=f"Answer with the user that create gives back, then: {DEPLOY}",
)
CREATE_NOT_STORED = Message(
    saw="`{request}` was answered 201, and the table {table} holds {stored}",
    expected="the user, in your table: {user}",
    why="Who is told 201 relies on it.",
    next_step=f"Await the call that stores the user, in the table of TABLE_NAME, then: {DEPLOY}",
)
GET_STATUS = Message(
    saw="`{request}` was answered {status} {body}{log}",
    expected="200 with the user, who is in the table",
    why="What was created a moment ago must be found.",
    next_step=f"Answer 200 from the route, with the user whose id is in pathParameters, then: {DEPLOY}",
)
GET_ANSWER = Message(
    saw="`{request}` was answered 200 with {body}",
    expected="the user itself: {user}",
    why="Callers want the whole user, numbers as numbers.",
    next_step=f"Answer with the user that get gives back, then: {DEPLOY}",
)

# Errors

DUPLICATE_STATUS = Message(
    saw="`{request}`, for a user who is there already, was answered {status} {body}{log}",
    expected='409 with {{"message": …}}',
    why="409 tells the caller that somebody has this id, so another one is needed.",
    next_step=f"Map UserExists to 409, in the one place that maps errors, then: {DEPLOY}",
)
OVERWRITTEN = Message(
    saw="after `{request}` the stored user is {stored}",
    expected="the user who was there first: {user}",
    why="A second POST must not overwrite somebody's data.",
    next_step="Create the user by the create function of users, with its condition, then: " + DEPLOY,
)
MISSING_STATUS = Message(
    saw="`{request}`, for nobody, was answered {status} {body}{log}",
    expected='404 with {{"message": …}}',
    why="404 tells the caller that there is no such user. A 500 says that the mistake is yours, a 200 that "
    "all is well.",
    next_step=f"Map UserNotFound to 404, in the one place that maps errors, then: {DEPLOY}",
)
ROUTE_STATUS = Message(
    saw="`{request}`, which no route takes, was answered {status} {body}{log}",
    expected='404 with {{"message": …}}',
    why="An API may send everything to its function (route $default). What it does not know is not there.",
    next_step=f"Map NoSuchRoute to 404, in the one place that maps errors, then: {DEPLOY}",
)
BAD_BODY_STATUS = Message(
    saw="`{request}`, {what}, was answered {status} {body}{log}",
    expected='400 with {{"message": …}}, and nothing stored',
    why="400 tells the caller that the request is at fault: sending it again is of no use.",
    next_step=f"Refuse it with BadRequest, and map that to 400, then: {DEPLOY}",
)
NO_MESSAGE = Message(
    saw="`{request}` was answered {status} with {body}",
    expected='an object with a text named message: {{"message": "…"}}',
    why="A person reads it to find out what was wrong. The form is the same for each error.",
    next_step=f"Answer errors with message in the body, then: {DEPLOY}",
)
INSIDE_SHOWN = Message(
    saw="`{request}` was answered {status}, and the body tells of the inside: {found}, in {body}",
    expected="a message without names of classes, files, tables or calls",
    why="Names and stack traces help whoever attacks you, and nobody else: the caller cannot mend your code. "
    "The log is the place for them.",
    next_step='Answer what you did not expect with 500 and {{"message": "Internal server error"}}. Log the '
    f"rest. Then: {DEPLOY}",
)
ERROR_AS_SUCCESS = Message(
    saw="`{request}` was answered {status} {body}, and no such user is stored",
    expected="an error: 400, or 500",
    why="DynamoDB refuses an item of more than 400 KB. Who is told otherwise believes that it is stored.",
    next_step=f"Answer an error you did not expect with 500, and log it, then: {DEPLOY}",
)
BASE64 = Message(
    saw="`{request}` was answered {status} {body}{log}",
    expected="201, and the user stored as without base64: {user}",
    why="An HTTP API sends a body in base64, with isBase64Encoded true, where the Content-Type is not a text "
    "that it knows.",
    next_step=f"Decode the body where isBase64Encoded is true, then: {DEPLOY}",
)

# Update and delete

UPDATE_STATUS = Message(
    saw="`{request}` was answered {status} {body}{log}",
    expected="200 with the whole user",
    why="The caller sees what became of the user.",
    next_step=f"Answer 200 from the route, then: {DEPLOY}",
)
UPDATE_ANSWER = Message(
    saw="`{request}` was answered 200 with {body}",
    expected="the whole user, changed: {user}",
    why="The caller sees what became of the user.",
    next_step=f"Answer with what update gives back, then: {DEPLOY}",
)
UPDATE_LOST = Message(
    saw="after `{request}` the table holds {stored}",
    expected="{user}: what was sent is set, all else stays",
    why="PATCH merges. Who sends one attribute does not mean to lose the others.",
    next_step=f"Update by the update function of users, not by another put, then: {DEPLOY}",
)
UPDATE_CREATED = Message(
    saw="`{request}`, for nobody, has made a user: {stored}",
    expected="404, and nobody made",
    why="UpdateItem makes what is not there, unless a condition forbids it.",
    next_step=f"Update by the update function of users, with its condition, then: {DEPLOY}",
)
BAD_CHANGE_STATUS = Message(
    saw="`{request}`, {what}, was answered {status} {body}{log}",
    expected='400 with {{"message": …}}',
    why="Nothing to change, or another key than the path's, is a mistake of the caller. A user keeps its id.",
    next_step=f"Refuse it with BadRequest before you write, then: {DEPLOY}",
)
DELETE_STATUS = Message(
    saw="`{request}` was answered {status} {body}{log}",
    expected="204 without a body",
    why="204 says: done, and there is nothing to tell.",
    next_step=f"Answer 204 from the route, then: {DEPLOY}",
)
DELETE_BODY = Message(
    saw="`{request}` was answered 204 with the body {body}",
    expected="no body, or an empty one",
    why="An answer 204 has none: whatever stands there is dropped on the way, or disturbs the next answer.",
    next_step=f"Leave body out where there is none, then: {DEPLOY}",
)
DELETE_LEFT = Message(
    saw="`{request}` was answered 204, and the user is there still: {stored}",
    expected="no such user any more",
    why="Who asks for deletion relies on it.",
    next_step=f"Await the delete function of users, then: {DEPLOY}",
)

# List

LIST_STATUS = Message(
    saw="`{request}` was answered {status} {body}{log}",
    expected='200 with {{"users": […], "next": "…"}}',
    why="limit and next may both be absent: then it is the first page, of at most 25 users.",
    next_step=f"Answer 200 with a page, then: {DEPLOY}",
)
LIST_SHAPE = Message(
    saw="`{request}` was answered 200 with {body}",
    expected='an object: {{"users": [user, …], "next": "…"}}',
    why="A bare list has no room for next, nor for anything you add later.",
    next_step=f"Put the users under users, then: {DEPLOY}",
)
LIST_TOO_MANY = Message(
    saw="`{request}` gave {count} users",
    expected="at most {limit}",
    why="The limit protects callers from more than they can take, and you from paying for it.",
    next_step=f"Hand limit on to list, 25 where there is none, then: {DEPLOY}",
)
LIST_NEXT = Message(
    saw="`{request}` gave next as {next}",
    expected="a text on all pages but the last, and no next there",
    why="next goes back as a query parameter, so it is a text. Callers go on as long as there is one.",
    next_step=f"Make a text of list's key, and leave next out where there is none, then: {DEPLOY}",
)
LIST_TWICE = Message(
    saw="the user {user_id} came twice; the second time from `{request}`",
    expected="each user once, over all pages",
    why="next is where a page begins. If it is not used, each page is the first one.",
    next_step=f"Hand next on to list as start, turned back from text, then: {DEPLOY}",
)
LIST_MISSED = Message(
    saw="{missing} of {count} users never came; the list ended with `{request}`",
    expected="all users, over all pages",
    why="A page ends at the limit, or after 1 MB. Whoever gets no next believes that this was all.",
    next_step=f"Answer with next wherever list gives one, then: {DEPLOY}",
)
LIST_ENDLESS = Message(
    saw="`{request}` gave the same next as a page before: the list comes to no end",
    expected="a next that leads further",
    why="A caller who follows next would never come to an end.",
    next_step=f"Make next of the key that list gives, each time anew, then: {DEPLOY}",
)
BAD_PAGE_STATUS = Message(
    saw="`{request}`, {what}, was answered {status} {body}{log}",
    expected='400 with {{"message": …}}',
    why="limit and next come from the caller, as text. What cannot be understood is the caller's mistake.",
    next_step=f"Refuse it with BadRequest before you read, then: {DEPLOY}",
)
