"""What the checks say of function, result, log and package; tests/graders proves each by a mistake."""

from workshop.checking.message import Message

CHECK = "workshop check 3"
DEPLOY = "workshop deploy 3, then: workshop check 3"

# The function

NO_FUNCTION = Message(
    saw="the stack {prefix} is {status}, and no function is in it",
    expected="a function, and the output UsersFunctionName that names it",
    why="A check looks at what runs. A function that is not in the template, or not deployed, does not.",
    next_step=f"Add UsersFunction and the output UsersFunctionName to template.yaml, then: {DEPLOY}",
)
NOT_ACTIVE = Message(
    saw="the function {function} is {state}: {reason}",
    expected="the function {function} is Active",
    why="Only an active function takes invocations. On AWS it takes some seconds to become active.",
    next_step="Wait until it is: aws lambda wait function-active-v2 --function-name {function}. "
    f"Then: {CHECK}",
)
NO_TABLE_NAME = Message(
    saw="the function {function} has no environment variable TABLE_NAME; it has: {others}",
    expected="TABLE_NAME={table}",
    why="AWS chose the table's name, and it is another one in each stack. The code learns it from its "
    "environment.",
    next_step="Under Environment and Variables of the function, write `TABLE_NAME: !Ref UsersTable`, then: "
    + DEPLOY,
)
WRONG_TABLE_NAME = Message(
    saw="TABLE_NAME of the function is {value}",
    expected="{table}, the name of your table",
    why="With another name the function asks a table that is not there, or one that is not yours.",
    next_step=f"Let the template say it: `TABLE_NAME: !Ref UsersTable`, then: {DEPLOY}",
)
HARD_CODED = Message(
    saw="the table's name {table} stands in {file} of the package",
    expected="code that reads the name from TABLE_NAME",
    why="A name in the code is right for this one stack. In the next one, the code would look for a table of "
    "another.",
    next_step="Read it: os.environ['TABLE_NAME'], or process.env.TABLE_NAME. Then: " + DEPLOY,
)

# Why Lambda cannot run it

NOT_RUN = Message(
    saw="Lambda does not run {function}: {error}",
    expected="an invocation",
    why="For each execution environment Lambda assumes the function's role, here {role}.",
    next_step="Look at the role and its trust policy (workshop check 2 does), then: " + DEPLOY,
)
NO_SUCH_FILE = Message(
    saw="the handler is `{handler}`, and the package has no file {wanted}. It has: {files}",
    expected="a handler of the form FILE.FUNCTION, its file in the package",
    why="Up to the dot, the handler string is a file of the package without its ending. Lambda says: {error}",
    next_step=f"Write your file's name in Handler of template.yaml, `app.handler` for app, then: {DEPLOY}",
)
MODULE_MISSING = Message(
    saw="the code imports `{module}`, which is not there. Lambda says: {error}",
    expected="imports of what is in the package, or of what comes with the runtime",
    why="Only the files of the package and the runtime's own SDK are there, not what is installed on your "
    "machine. The package has: {files}",
    next_step=f"Import another module, or put it into the folder of template.yaml, then: {DEPLOY}",
)
SDK_V2_MISSING = Message(
    saw="the code imports `aws-sdk`, the AWS SDK for JavaScript v2. Lambda says: {error}",
    expected="the SDK v3: `@aws-sdk/client-dynamodb` and `@aws-sdk/lib-dynamodb`",
    why="Since Node.js 18, Lambda's runtimes hold v3 only. v2 is one package of all services.",
    next_step=f"Import the v3 clients you need, a package each, then: {DEPLOY}",
)
NO_SUCH_HANDLER = Message(
    saw="the handler is `{handler}`, and its file has no such function. Lambda says: {error}",
    expected="a function `{name}` in that file (in Node.js: exported), or another handler string",
    why="Behind the dot, the handler string is the function that Lambda calls for each event.",
    next_step="Give the function and Handler in template.yaml the same name, `app.handler` for handler, "
    f"then: {DEPLOY}",
)
BAD_HANDLER = Message(
    saw="the handler is `{handler}`. Lambda says: {error}",
    expected="a handler of the form FILE.FUNCTION, such as `app.handler`",
    why="The handler string names the file and, behind the dot, the function in it.",
    next_step=f"Write `Handler: app.handler` in template.yaml, then: {DEPLOY}",
)
SYNTAX = Message(
    saw="the code cannot be read. Lambda says: {error}",
    expected="code that the runtime can load",
    why="Lambda loads the handler's file before the first event. What cannot be loaded answers nothing.",
    next_step=f"Mend that place, then: {DEPLOY}",
)
NOT_A_MODULE = Message(
    saw="a file says `import` or `export` and is taken for CommonJS. Lambda says: {error}",
    expected='an ES module: a file ending in .mjs, or a package.json with `"type": "module"`',
    why="In Node.js a file .js is CommonJS where package.json says so; and on nodejs22.x wherever it "
    "does not say that it is a module.",
    next_step=f'Name the files .mjs, or write `"type": "module"` in package.json, then: {DEPLOY}',
)
INIT_FAILED = Message(
    saw="the code fails while it is loaded, before any event: {error}",
    expected="code that can be loaded, again and again",
    why="What stands outside of the handler runs when an execution environment starts. If it fails, each "
    "invocation fails. {place}",
    next_step=f"Mend that place, then: {DEPLOY}",
)
TIMED_OUT = Message(
    saw="`{request}`: {after}{log}",
    expected="an answer within the function's time-out, which is there for cold starts and slow calls",
    why="Lambda ends an invocation that takes longer; its caller gets an error. A handler may wait for "
    "something that never comes, or the time-out may be too short.",
    next_step=f"Look where your code waits, and at Timeout in template.yaml (3 s if there is none), then: "
    f"{DEPLOY}",
)
NO_END = Message(
    saw="`{request}` was left without an answer: {error}{log}",
    expected="a handler that gives its answer back",
    why="The process ended, or had nothing left to do, while the answer was still to come.",
    next_step="Await what the handler waits for, and do not end the process, then: " + DEPLOY,
)
CRASHED = Message(
    saw="`{request}`: the handler failed with {error}{place}",
    expected="{expected}",
    why="A handler that fails gives no HTTP answer: API Gateway makes a 500 or 502 of it.",
    next_step="Mend that place; what belongs to the request is answered with a status of its own. Then: "
    + DEPLOY,
)
NOT_WRITTEN = Message(
    saw="`{request}`: `{function}` is not written yet",
    expected="{expected}",
    why="The starter's functions only hold their place.",
    next_step=f"Write `{{function}}`, then: {DEPLOY}. Stuck? workshop hint 3",
)

# The proxy response

NO_RESULT = Message(
    saw="`{request}`: the handler gave back nothing ({payload})",
    expected="an object with statusCode and, where there is one, a body of text",
    why="What the handler returns is the HTTP answer. In Node.js, a handler that is not async or does not "
    "await is done before its answer is.",
    next_step=f"Return the proxy response from the handler, then: {DEPLOY}",
)
RESULT_IS_TEXT = Message(
    saw="`{request}`: the handler gave back a text, {payload}",
    expected='an object, {{"statusCode": 200, "body": "…"}}',
    why="Only the body is JSON text. The response around it is an object, which Lambda turns into JSON.",
    next_step=f"Return the object itself, without json.dumps or JSON.stringify around it, then: {DEPLOY}",
)
NO_STATUS = Message(
    saw="`{request}`: the result has no statusCode: {payload}",
    expected='an object with a statusCode, {{"statusCode": 200, "body": "…"}}',
    why="Without it an HTTP API takes the whole result for the body and says 200, so the mistake hides; a "
    "REST API says 502. A missing await leaves it undefined, too.",
    next_step=f"Put statusCode into what the handler returns, then: {DEPLOY}",
)
STATUS_NO_NUMBER = Message(
    saw="`{request}`: statusCode is {status}",
    expected="a number, such as 200",
    why="HTTP statuses are numbers. API Gateway answers 500 or 502 in place of anything else.",
    next_step=f"Write the number, then: {DEPLOY}",
)
BODY_NO_TEXT = Message(
    saw="`{request}`: body is no text: {body}",
    expected="the JSON as a text: json.dumps(value), JSON.stringify(value)",
    why="API Gateway hands the body over as it is, and takes nothing but text. Of anything else "
    "it makes a 500 or 502.",
    next_step=f"Turn the body into JSON text before you return it, then: {DEPLOY}",
)
DOUBLE_ENCODED = Message(
    saw="`{request}`: body is JSON inside of JSON: {body}",
    expected="JSON text of an object, turned into text once",
    why="A caller who reads it as JSON gets a text, not an object.",
    next_step=f"Call json.dumps or JSON.stringify once, in one place, then: {DEPLOY}",
)
BODY_NO_JSON = Message(
    saw="`{request}`: body is no JSON: {body}",
    expected="JSON text of an object: json.dumps(value), JSON.stringify(value)",
    why="Callers of this API read each body as JSON. str() and template strings write something that only "
    "looks like it.",
    next_step=f"Turn the body into JSON text, then: {DEPLOY}",
)

# What an answer shows of the table and the role

DENIED = Message(
    saw="`{request}` was answered {status}, and the log says: {log}",
    expected="a role that lets the function do {action}",
    why="The function has no rights but those of its role. AccessDenied is named in the log only; the "
    "caller sees a 500.",
    next_step="Compare action and ARN in that line with the role's policy. Mend the role (workshop check 2 "
    f"says more), or the call, then: {DEPLOY}",
)
OTHER_TABLE = Message(
    saw="`{request}` was answered {status}, and the log says: {log}",
    expected="requests to the table {table}",
    why="The code asks another table, or another region, than the one that its role and TABLE_NAME are for.",
    next_step="Read the name from TABLE_NAME, and leave the region to Lambda, which sets AWS_REGION, then: "
    + DEPLOY,
)

# The log

NO_REQUEST_ID = Message(
    saw="`{request}`: no line of the handler's own has the request id {request_id}. It wrote: {log}",
    expected="a line with the request id of the context, for each invocation, also one that ends in an error",
    why="Invocations mix in a log. By the request id you find the lines of the one that failed.",
    next_step="Write aws_request_id (Node.js: awsRequestId) of the context into the line, for each answer, "
    f"then: {DEPLOY}",
)
NO_USER_ID = Message(
    saw="`{request}`: no line joins the request id and the userId {user_id}. It wrote: {log}",
    expected="a line that has both",
    why="Somebody says that the user could not be read; by the userId you find the request, by the request "
    "id all else.",
    next_step="Write the userId into the same line, from the path or from the body, then: " + DEPLOY,
)
LOG_LOST = Message(
    saw="nothing of `{request}` is in the log group {group}",
    expected="START, END and the handler's own lines, in the function's log group",
    why="Where the role may not write there, or there is no such group, the function runs and its lines are "
    "lost. Lambda gave this along with the answer: {log}",
    next_step="Put the log group of your template into LoggingConfig, the one that the role may write to, "
    f"then: {DEPLOY}",
)
LOG_HELD_BACK = Message(
    saw="the log group {group} has no line of the handler's own for `{request}`; the function's "
    "ApplicationLogLevel is {level}",
    expected="one line of the handler's own, with its request id and userId",
    why="In the log format JSON Lambda holds back what is below that level, and what print and console.log "
    "write is INFO.",
    next_step=f"Set ApplicationLogLevel in LoggingConfig to INFO, or leave it out, then: {DEPLOY}",
)

# The package

TOO_LARGE = Message(
    saw="the package of {function} is {size} KB; most of it: {files}",
    expected="less than 1 MB",
    why="A package is loaded at each cold start. The SDK comes with the runtime, and a bundler takes only "
    "what is used.",
    next_step=f"Take out what the handler does not need, then: {DEPLOY}",
)
SDK_V2 = Message(
    saw="the package holds the AWS SDK for JavaScript v2: {file}",
    expected="the SDK v3, which comes with the runtime",
    why="v2 is one package of all services, more than 80 MB unpacked, and at its end. v3 has a package for "
    "each service.",
    next_step="Remove node_modules/aws-sdk (npm uninstall aws-sdk), import from @aws-sdk/client-dynamodb, "
    f"then: {DEPLOY}",
)
