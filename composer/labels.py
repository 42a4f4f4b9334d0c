"""The interop contract with docker compose: label keys and the names of engine objects.

Pure. Source: labels and names as docker compose 2.40 writes them; changing one breaks taking over
each other's projects. Also the keys of Composer's own labels. Must not know: the model, the engine client.
"""

from __future__ import annotations

PREFIX = "com.docker.compose."
PROJECT = PREFIX + "project"
SERVICE = PREFIX + "service"
NUMBER = PREFIX + "container-number"
ONEOFF = PREFIX + "oneoff"
CONFIG_HASH = PREFIX + "config-hash"
IMAGE = PREFIX + "image"
IMAGE_BUILDER = PREFIX + "image.builder"  # `classic` on images that the classic builder made
IMAGE_VOLUMES = PREFIX + "image-volume-digest"  # of the reference's later releases: `/data=sha256:…,…`
DEPENDS_ON = PREFIX + "depends_on"
WORKING_DIR = PREFIX + "project.working_dir"
CONFIG_FILES = PREFIX + "project.config_files"
ENVIRONMENT_FILE = PREFIX + "project.environment_file"
VERSION = PREFIX + "version"
REPLACE = PREFIX + "replace"
SLUG = PREFIX + "slug"
HOOK = PREFIX + "hook"
NETWORK = PREFIX + "network"
VOLUME = PREFIX + "volume"

# Composer's own, beside the reference's, which no other tool reads and no config-hash covers.
OWN_PREFIX = "composer."
DEFINITION = OWN_PREFIX + "definition"  # what the object was made from (`plan.definition`)
CONTENT = OWN_PREFIX + "content"  # digests of its secrets and configs (`plan.contents`)

DEFAULT_NETWORK = "default"


def container_name(project: str, service: str, number: int, *, separator: str = "-") -> str:
    """`<project>-<service>-<n>`, unless the service sets `container_name`."""
    return separator.join((project, service, str(number)))


def resource_name(project: str, key: str) -> str:
    """`<project>_<key>`: networks and volumes without a `name` of their own."""
    return f"{project}_{key}"


def replica_label(service: str, number: int) -> str:
    """`web-1`: how a replica is called in plans, views and logs."""
    return f"{service}-{number}"
