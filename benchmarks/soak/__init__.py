"""Fuzzed requests over every door of a sandbox of its own, and what must be true of it afterwards.

`make soak`, or `python -m benchmarks.soak --requests 2000`. Each request is made from the seed and its number
alone, so that `--only NUMBER` sends it once more. Which answers are right: see `oracle`.
"""
