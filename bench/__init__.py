"""The benchmark: `make bench` prints what our pages, tables, papers and imports cost against the least they could cost.

A ratio says more than a time, because it travels between machines: each pair is measured alternately in one run (ours,
reference, ours, ...) and compared by its medians. Nothing here passes or fails; a missed target is marked.
"""
