"""How services relate: the dependency graph of a project and questions about it.

The only importer of networkx, and only inside functions: it costs about 120 ms and 20 MB per process, so
a project without dependency edges (or a plan without steps) never loads it; with edges it is used.
`build.py` makes the `networkx.DiGraph`, `query.py` asks it, `sorting.py` has the plain passes over
dictionaries for what must stay cheap (step order, cycle text). Must not know: plans, containers, spans.
"""
