"""Whole archives: every input accounted for, read once by content, whatever happens on the way.

`sources` lists inputs, `fetch` makes them local files, `ledger` remembers what became of each,
`run` hands them to an engine (`local`: supervised children; `ray_engine`: the same on other machines)
and writes results into the `workspace`.
"""
