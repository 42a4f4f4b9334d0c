"""What a build is made from, on this side: ignore files, the context's tree, what the builder is told.

Reads the disk, never the engine. `patterns` and `ignore` also tell `watch` which files count.
How a build travels to the engine is `engine.buildkit`'s.
"""
