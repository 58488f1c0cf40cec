"""`workshop grade`: many submissions, each in a local AWS, an account and a folder of its own.

find.py       what was handed in: whose, which labs; taking.py: copied, with what cannot be taken
declared.py   the checks that there are
isolation.py  what keeps a submission in: bubblewrap where it works, else what every system has
keeper.py     the process around one submission: limits, and an end that leaves nothing behind
usage.py      what a tree of processes uses
cell.py       the process that deploys and checks one submission, and says how it went
run.py        one submission, from its folder to its record; record.py: what is kept of it
batch.py      all of them: shards, what is done already, the pool; telling.py: what is seen meanwhile
merge.py      the records of several batches as one
reports/      the same records as HTML, CSV, JSON and JUnit

Who hands in code is not trusted. The checks run in the cell, the learner's code in processes below it; what
the records say comes from the cell by a pipe that no process below it has.
"""
