"""Doing what a plan says.

    plan ─► Scheduler (pure) ──commands──► runner ──► workers: perform (engine calls), inspections, own probes
                 ▲                            │
                 └───────── inputs ◄── queue ◄┴── outcomes, engine events (listen), Ctrl-C (interrupt), time

One thread owns the scheduler and blocks on one queue; nothing polls and nothing locks. `scheduler` combines
`board` (step states, limits, skipping), `facts` and `effects` (what is known of containers), `waits` and
`readiness` (when a condition is met) and `eager` (own health probes). `commands` is the language between the
two halves. `story`, `trouble` and `exits` explain failures, `drift` says which of them mean that planning again
helps; `lock` keeps other commands from changing the project meanwhile; `attached` says when an attached `up` is over,
and `session` stays with its containers.

Where to change: when a dependency counts as ready: `readiness` · what happens on failure or Ctrl-C: `scheduler`
· how many at once: `policy.LIMITS` · how an action calls the engine: `perform` · rhythm of own probes: `eager`.
Entrance: `runner.run(plan, engine, bus, policy, observed=…, events=…) -> RunResult`.
Must not know: how a plan came about, which client is behind the port, who watches.
"""
