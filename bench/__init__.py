"""Measures the portal at the size of a province and of the nation.

    python -m bench [approvals | load | months] [--tiny]

With one of the three words the same is built, and nothing but that measured.

`--tiny` builds little and measures seldom: it tries the bench itself, and its figures mean nothing.
Everything happens in a database of its own, made at the start and dropped at the end. Figures go to
standard output, one line each: `name value unit`; progress goes to standard error. What they mean
is in `docs/bench.md`.
"""

# What can be measured alone, once the nation is built.
PARTS = ("approvals", "load", "months")
