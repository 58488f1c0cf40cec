"""What the checks of lab 4 say. tests/graders proves each message with a mistake that brings it about."""

from workshop.checking.message import Message

CHECK = "workshop check 4"
DEPLOY = "workshop deploy 4, then: workshop check 4"


# From the API to the function

NO_ROUTE = Message(
    saw="{asked}\nanswered {came}\nThat is API Gateway's own answer: no route of the {kind} {id} has this "
    "path. There: {there}",
    expected="{expected_answer}, by a route {wanted}",
    why="A request goes to the function only if method and path fit a route. `/user` is another path than "
    "`/users`.",
    next_step=f"Give the {{kind}} the route {{wanted}}, then: {DEPLOY}",
)
OTHER_METHOD = Message(
    saw="{asked}\nanswered {came}\nThat is API Gateway's own answer: the {kind} {id} has the path for other "
    "methods only: {there}",
    expected="{expected_answer}, by a route {wanted}",
    why="A route is a method and a path. A path without this method is refused like a path that is not "
    "there.",
    next_step=f"Give the {{kind}} the route {{wanted}}, then: {DEPLOY}",
)
NOT_DEPLOYED = Message(
    saw="{asked}\nanswered {came}\n`{route}` is configured in the {kind} {id}, but what its stage `{stage}` "
    "serves was deployed before that",
    expected="{expected_answer}: a stage that serves the API as it is configured now",
    why="A deployment is a snapshot. What you change later is not live before you deploy again.",
    next_step=f"{{deploy_command}}; then: {CHECK}",
)
NO_INTEGRATION = Message(
    saw="{asked}\nanswered {came}\n`{route}` is there in the {kind} {id}, without an integration",
    expected="{expected_answer}, by a route that hands the request to your function",
    why="A route without a target leads nowhere.",
    next_step=f"Give `{{route}}` the integration with your function as its target, then: {DEPLOY}",
)
NOT_PROXY = Message(
    saw="{asked}\nanswered {came}\nThe integration of `{route}` is of the type {type}",
    expected="{expected_answer}, by an integration of the type AWS_PROXY",
    why="Only Lambda proxy integration passes the whole request as the event, and takes status, headers and "
    "body from the function. Other types map by templates, or, as MOCK does, never ask the function.",
    next_step=f"Make the integration AWS_PROXY, with your function, then: {DEPLOY}",
)
NO_SUCH_FUNCTION = Message(
    saw="{asked}\nanswered {came}\nThe integration of `{route}` invokes a function that is not there: {uri}",
    expected="{expected_answer}, by an integration with your function",
    why="The integration names the function by its ARN; API Gateway does not look whether it is there until "
    "a request comes.",
    next_step=f"Let the integration name your function (!GetAtt UsersFunction.Arn), then: {DEPLOY}",
)
INTEGRATION_METHOD = Message(
    saw="{asked}\nanswered {came}\nThe integration of `{route}` calls Lambda by {method}",
    expected="{expected_answer}, by an integration with the method POST",
    why="The method of the integration is how API Gateway calls Lambda, whatever the caller's method is. "
    "Lambda is invoked by POST only.",
    next_step=f"Set IntegrationHttpMethod to POST, also for GET and DELETE, then: {DEPLOY}",
)
ROLE_MAY_NOT = Message(
    saw="{asked}\nanswered {came}\n{who}. The integration invokes {function} with the role {role}",
    expected="{expected_answer}, by a role that apigateway.amazonaws.com may assume and that may invoke "
    "{function}",
    why="With credentials, API Gateway takes on that role; the function's own policy is not asked.",
    next_step=f"Let the role trust apigateway.amazonaws.com and allow lambda:InvokeFunction on the "
    f"function, then: {DEPLOY}",
)
MAY_NOT_INVOKE = Message(
    saw="{asked}\nanswered {came}\n{who}. API Gateway may invoke {function} for: {there}",
    expected="{expected_answer}, and a permission that covers {arn}",
    why="The trigger is two things: the integration, and the function's permission that lets this API "
    "invoke it. Without the latter callers read 500, and the function never runs.",
    next_step=f"Add an AWS::Lambda::Permission (aws lambda add-permission) for the principal "
    f"apigateway.amazonaws.com, with the API's id in SourceArn; SAM's Events make it for you. Then: {DEPLOY}",
)

# What the function answers

OTHER_FUNCTION = Message(
    saw="{asked}\nanswered {came}\n`{route}` invokes {function}; your function is {users}. {who}",
    expected="{expected_answer}",
    why="The integration says which function answers. This one does not answer as the users API does.",
    next_step=f"Let the integration name {{users}}, or mend {{function}}, then: {DEPLOY}",
)
PAYLOAD = Message(
    saw="{asked}\nanswered {came}\n`{route}` sends events of payload format {version}, and your function "
    "does not understand them. {who}",
    expected="{expected_answer}: a function that understands the format",
    why="REST APIs send format 1.0: httpMethod, resource, path parameters as they were sent, null for what "
    "is not there. HTTP APIs send 2.0, with routeKey, and leave out what is not there, unless the "
    "integration says 1.0.",
    next_step=f"Teach `request_of` (Node.js: `requestOf`) format {{version}} as well, then: {DEPLOY}",
)
OTHER_NAME = Message(
    saw="{asked}\nanswered {came}\nIt came in by the route `{route}`. {who}",
    expected="{expected_answer}, by the route {wanted}, or by code that knows `{route}`",
    why="The event says which route was taken, and holds path parameters under the names of that route. "
    "Your code looks for {wanted}.",
    next_step=f"Call the route {{wanted}} in template.yaml, to the letter, then: {DEPLOY}",
)
CRASHED = Message(
    saw="{asked}\nanswered {came}\n{who}",
    expected="{expected_answer}",
    why="A function that raises gives the API nothing to answer with: 502 on a REST API, 500 on an HTTP API.",
    next_step=f"Mend what the log names, then: {DEPLOY}",
)
MALFORMED = Message(
    saw="{asked}\nanswered {came}\nYour function ran without an error, but the {kind} could not make an "
    "answer of what it gave back. {who}",
    expected="{expected_answer}: a proxy response with a numeric statusCode and a body of text",
    why="An API takes status, headers and body from the function's result. A body that is an object, or a "
    "result of another shape, is no answer: 502 on a REST API, 500 on an HTTP API.",
    next_step=f"Give back statusCode, headers and a body made with json.dumps (JSON.stringify), then: "
    f"{DEPLOY}",
)
CLOSED = Message(
    saw="{asked}\nanswered {came}\n{who}. `{route}` is closed by: {authorization}",
    expected="{expected_answer}: an API that is open to everybody",
    why="This API asks nobody who they are; the checks, and your callers, send no signature, key or token.",
    next_step=f"Take the authorization off the route, then: {DEPLOY}",
)
ENVELOPE = Message(
    saw="{asked}\nanswered {came}\nThat is the proxy response itself, statusCode and all, as the body. {who}",
    expected="{expected_answer}, and the user alone as the body",
    why="API Gateway opens the proxy response only if it is an object. A text, or an object wrapped in "
    "another, is taken for the body, and the status becomes 200.",
    next_step=f"Give back the object itself; only its body is text. Then: {DEPLOY}",
)
HANDLER_404 = Message(
    saw="{asked}\nanswered {came}\n`{route}` led to your function, and the 404 is your function's own. {who}",
    expected="{expected_answer}",
    why="A 404 may be API Gateway's or yours; the START line in the log tells. Here the route is fine, and "
    "the code does not know it.",
    next_step=f"Let your code answer {{wanted}}, then: {DEPLOY}",
)
WRONG_STATUS = Message(
    saw="{asked}\nanswered {came}\n{who}",
    expected="{expected_answer}, for {wanted}",
    why="Callers go by the status. API Gateway passes on the one that your function gives.",
    next_step=f"Read the line of the log, mend its cause, then: {DEPLOY}",
)
WRONG_BODY = Message(
    saw="{asked}\nanswered {came}",
    expected="{expected_answer}, with {body}",
    why="Through an API the caller must get what the function answers when it is invoked: as JSON, once.",
    next_step=f"Look at what your function gives for {{wanted}} (workshop check 3), mend it, then: {DEPLOY}",
)


# Health

MOCK_WITHOUT_STATUS = Message(
    saw="{asked}\nanswered {came}\n`{route}` is a MOCK, and its request template names no status",
    expected="{expected_answer}",
    why="A MOCK asks nobody. Its request template has to say which status to answer with, and there has to "
    "be a response for that status.",
    next_step='Set the request template for application/json to {{"statusCode": 200}}, with a method '
    f"response and an integration response 200. Then: {DEPLOY}",
)
