"""`watch`: files change on this machine, and running containers follow.

    rules      which path of which service means what; which paths count       pure
    manifest   what a watched folder holds; what differs between two looks
    decide     changed paths → the work to do, service by service              pure
    effects    what a rule last led to                                         pure
    archive    files → tar archives of bounded size
    memory     what containers had when watching ended, kept for the next time
    notice     the operating system's file events (or a slow look where there are none)
    watcher    the loop: notices in, work out

What is done in the engine is an `Actor`'s (the command line gives one). Must not know: flags, plans, views.
"""
