"""BuildKit, the builder inside the engine, spoken to directly: no docker program, no plugin.

Two connections per build, both HTTP/2 after an upgrade. Over `/grpc` Composer is the client: it asks for the build
(`solve`) and hears how it goes (`status`). Over `/session` the roles are turned round: the builder asks Composer for
files (`filesync`), logins, secrets (`services`) and ssh agents (`agents`). `wireformat` and `messages` are the few
protocol buffers that are needed; `http2` and `grpc` carry them. Closing the connections ends the build.
"""
