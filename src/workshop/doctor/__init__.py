"""From "502" to the cause, on any API: `workshop doctor URL`.

address.py   from a URL to an API                 reply.py       the one request and its answer
aws.py       questions to AWS, and refusals       context.py     all that is known, asked when needed
apis.py      what an API has and what it serves   routes.py      which route a request goes to
package.py   the function's files                 loglines.py    what it logged; aws_errors.py in it
role.py      the role's policies, explained       tables.py      which table is asked, which is meant
result_source.py, events.py   how the result is built; the event of a direct invoke
layers/      one module a layer, in order         cause.py, checklist.py   what is found
walk.py      from the outside in                  asking.py, verb.py, show.py   the command

It reads through public AWS APIs with the caller's permissions, and sends the one request it is asked to send.
"""
