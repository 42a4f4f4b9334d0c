"""Everything a person or a script sees: one renderer per way of showing, each fed with the same events.

Where do I change…
    the words for a reason, a hold, a state        wording.py
    numbers in words                               numbers.py
    what the live view knows (events → state)      state.py        pure reducer
    what it looks like (state → rows)              layout.py       pure; no row wider than the terminal
    how it gets on the screen                      live.py         the only module that draws with rich
    progress lines as docker compose writes them   plain.py
    `--progress json`                              json.py
    the story of a failed run                      failures.py
    errors in the user's files                     diagnostics.py
    `--dry-run`                                    plan.py
    `ps`, `ls`                                     ps_rows.py, ls_rows.py, tables.py
    prefixes and colours of container output       logs.py
    which view, colour or not                      choose.py

Views get values and write text; they decide nothing about the run and never call the engine.
"""
