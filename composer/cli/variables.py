"""The environment variables that change what Composer does, as README lists them.

Those of docker compose that Composer leaves aside are here too, so that none is missed. Must not know: who reads
them; a test compares this table with the code and with README.
"""

from __future__ import annotations

HONOURED: dict[str, str] = {
    "COMPOSE_FILE": "compose files, as `-f`",
    "COMPOSE_PATH_SEPARATOR": "what stands between the files of `COMPOSE_FILE`; `:` without it",
    "COMPOSE_PROJECT_NAME": "the project's name, as `-p`",
    "COMPOSE_PROFILES": "profiles, as `--profile`; several with commas",
    "COMPOSE_ENV_FILES": "env files, as `--env-file`; several with commas",
    "COMPOSE_DISABLE_ENV_FILE": "do not read `.env`",
    "COMPOSE_EXPERIMENTAL_GIT_REMOTE": "0: no files from git repositories",
    "COMPOSE_ANSI": "colour, as `--ansi`",
    "COMPOSE_PROGRESS": "progress, as `--progress`",
    "COMPOSE_STATUS_STDOUT": "progress goes to stdout",
    "COMPOSE_PARALLEL_LIMIT": "how much at once, as `--parallel`",
    "COMPOSE_COMPATIBILITY": "names with `_`, as `--compatibility`",
    "COMPOSE_REMOVE_ORPHANS": "as `--remove-orphans` of `up` and `create`",
    "COMPOSE_IGNORE_ORPHANS": "say nothing of orphans",
    "COMPOSE_MENU": "keys of an attached `up`, as `--menu`",
    "COMPOSER_EXIT_CODES": "`compose` or `fine`, as `--exit-codes`",
    "COMPOSER_READINESS": "`eager` or `engine`, as `up --readiness`",
    "COMPOSER_LOCK_TIMEOUT": "seconds to wait for another command on the same project",
    "COMPOSER_REGISTRY_TIMEOUT": "seconds without a word from the engine after which a pull or push is given up",
    "DOCKER_AUTH_CONFIG": "logins at registries, as `config.json` has them; before those of the file",
    "COMPOSER_WATCH_POLL": "`watch` looks for changes itself, where the system does not tell of them",
    "BUILDX_BUILDER": "the builder of `docker buildx` that builds, as `build --builder`",
    "DOCKER_HOST": "the engine, as `-H`: `unix://`, `tcp://`, `ssh://`",
    "DOCKER_CONTEXT": "the Docker context, as `--context`",
    "DOCKER_CONFIG": "the folder of Docker's configuration, contexts and certificates",
    "DOCKER_TLS_VERIFY": "talk TLS to a `tcp://` engine and check who it is",
    "DOCKER_TLS": "talk TLS to a `tcp://` engine without checking",
    "DOCKER_CERT_PATH": "the folder of `ca.pem`, `cert.pem` and `key.pem`",
    "DOCKER_BUILDKIT": "0: the engine's classic builder builds, in the order of `depends_on`",
    "DOCKER_DEFAULT_PLATFORM": "the platform of services that name none",
    "NO_COLOR": "no colour",
}

LEFT_ASIDE: dict[str, str] = {
    "BUILDKIT_PROGRESS": "progress is `--progress`'s",
    "COMPOSE_BAKE": "images are built by the engine itself",
    "COMPOSE_EXPERIMENTAL": "nothing here is behind such a switch",
    "COMPOSE_EXPERIMENTAL_OCI_REMOTE": "files from registries are refused",
    "COMPOSE_EXPERIMENTAL_WATCH_TAR": "files are always sent as a tar",
    "COMPOSE_HTTP_TIMEOUT": "each call has a limit that suits it",
    "COMPOSE_CONVERT_WINDOWS_PATHS": "Linux only",
    "COMPOSE_WATCH_WINDOWS_BUFFER_SIZE": "Linux only",
    "DOCKER_API_VERSION": "the engine's own version is used, up to 1.51",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "no traces are sent anywhere",
}
