"""Decisions: what is wanted (`Project`) and what is there (`ObservedState`) give a `Plan` of typed steps.

Everything here is a pure function of its arguments: no engine, no clock, no files, no printing. One
`plan_<verb>` per module composes the parts:

* when a container is recreated: `containers.py`, `fingerprint.py`; images: `images.py`;
* networks, volumes, orphans: the modules of that name; what stays while its network is made anew: `rejoin.py`;
* what the user has to agree to: `confirmation.py`; another folder's containers: `elsewhere.py`; names: `naming.py`;
* what waits for what: `ordering.py`; how steps are collected: `draft.py`;
* the plan's shape, check and text: `plan.py`.
"""
