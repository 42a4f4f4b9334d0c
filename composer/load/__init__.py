"""Compose files → a valid `Project`, with the place of every value.

`pipeline.load_project` is the way in. Stages, in order, one module each:

    source        which files; their texts                      yaml_tree    text → nodes with places
    interpolate   variables, casts                              canonical    known keys, legal forms, long forms
    include       other projects laid under                     extends      services laid under
    merge         file over file; `!reset`, `!override`         structure    defaults, impossible attributes
    paths         relative → absolute                           normal       what is implied
    select        profiles, services by name                    envfiles     `env_file`, `label_file`
    bind          nodes → `composer.model`                      check        what must agree; `cycles`

The format itself is data: `load.format` has one row for each attribute, and the stages have one function for
each kind of row. To add an attribute `mem_fancy: 512m` to services:

    1. a row     `load/format/service.py`:  "mem_fancy": BYTES,
    2. a field   `model/service.py`:        mem_fancy: Bytes | None = None
    3. a test    `tests/unit/load/test_canonical_forms.py` and a case in `tests/differential/config/`

It is then accepted, interpolated, merged, checked, bound and printed, so whatever acts on it comes with it: a key that
is accepted is honoured. A merge rule of its own is `merge=` or `key=` in the
row, a short form `expand=`; a bound on the value is `Annotated[…, between(…)]` in the field.
"""
