"""Decisions: what is wanted (`Project`) and what is there (`ObservedState`) give a `Plan` of typed steps.

Everything here is a pure function of its arguments: no engine, no clock, no files, no printing. One
`plan_<verb>` per module composes the parts:

* when a container is recreated: `containers.py`, `fingerprint.py`; images: `images.py`;
* networks, volumes, orphans: the modules of that name;
* what waits for what: `ordering.py`; how steps are collected: `draft.py`;
* the plan's shape, check and text: `plan.py`.
"""
