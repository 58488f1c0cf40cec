"""The way of one request through the local AWS: `workshop trace`, and `%trace` in notebooks.

spans.py      the sandbox's hops as steps, each under the one that caused it
choose.py     which request is meant
tree.py       as text
waterfall.py  as HTML, over time
pair.py       two of them side by side
show.py       asked of the sandbox that runs
"""
