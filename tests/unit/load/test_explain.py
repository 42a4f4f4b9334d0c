"""Where values come from. Explanations are compared in their text form: it holds all there is to know."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest

from composer.errors import UsageError
from composer.load.explain import explain
from composer.load.reader import MemoryReader
from composer.load.request import LoadRequest
from composer.views.explanation import explanation_text

REQUEST = LoadRequest(cwd="/shop", environment={"SHELL_SET": "from-shell", "EMPTY": ""}, for_engine=False)


def told(path: str, files: dict[str, str], request: LoadRequest = REQUEST) -> str:
    reader = MemoryReader({f"/shop/{name}": dedent(text) for name, text in files.items()}, cwd="/shop")
    return explanation_text(explain(request, path, reader))


def story(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_plain_value_has_a_place() -> None:
    files = {"compose.yaml": "services:\n  web:\n    image: nginx\n"}
    assert told("services.web.image", files) == story("""
        services.web.image: nginx
          set at compose.yaml:3:12
            3 | image: nginx
    """)


def test_each_file_that_set_the_value_before_is_told_nearest_first() -> None:
    request = replace(REQUEST, files=("a.yaml", "b.yaml", "c.yaml", "d.yaml"))
    files = {
        "a.yaml": "services: {web: {image: a, environment: {LOG: one}}}",
        "b.yaml": "services: {web: {environment: [LOG=two]}}",
        "c.yaml": "services: {web: {image: c}}",
        "d.yaml": "services: {web: {environment: {LOG: four}}}",
    }
    assert told("services.web.environment.LOG", files, request) == story("""
        services.web.environment.LOG: four
          set at d.yaml:1:37
            1 | services: {web: {environment: {LOG: four}}}
          overrides
            two  at b.yaml:1:32
            one  at a.yaml:1:47
    """)


def test_extended_services_and_merge_keys_are_overridden_too() -> None:
    files = {
        "compose.yaml": """\
            x-common: &common
              LOG: anchor
            services:
              web:
                extends: {file: base/base.yaml, service: web}
                environment:
                  <<: *common
                  LOG: own
            """,
        "base/base.yaml": """\
            services:
              web:
                image: x
                extends: root
                environment: {LOG: middle}
              root: {environment: {LOG: root}}
            """,
    }
    assert told("services.web.environment.LOG", files) == story("""
        services.web.environment.LOG: own
          set at compose.yaml:8:12
            8 | LOG: own
          overrides
            anchor  at compose.yaml:2:8
              via compose.yaml:7:11
            middle  at base/base.yaml:5:24
              via compose.yaml:5:14
            root  at base/base.yaml:6:29
              via base/base.yaml:4:14
              via compose.yaml:5:14
    """)


def test_a_value_that_came_through_an_anchor_says_so() -> None:
    files = {"compose.yaml": "x-a: &a {image: x}\nservices:\n  web:\n    <<: *a\n"}
    assert told("services.web.image", files) == story("""
        services.web.image: x
          set at compose.yaml:1:17
            1 | x-a: &a {image: x}
            via compose.yaml:4:9
    """)


def test_included_files_have_their_own_variables() -> None:
    files = {
        "compose.yaml": "include: [inc/compose.yaml]\nservices: {web: {image: 'own:${TAG-1}'}}",
        "inc/compose.yaml": "services: {web: {image: 'included:${TAG}', user: '${TAG}'}}",
        "inc/.env": "TAG=2\n",
    }
    assert told("services.web.image", files) == story("""
        services.web.image: own:1
          set at compose.yaml:2:25
            2 | services: {web: {image: 'own:${TAG-1}'}}
          variables
            TAG = 1  from default
          overrides
            included:2  at inc/compose.yaml:1:25
              via compose.yaml:1:11
    """)
    assert told("services.web.user", files) == story("""
        services.web.user: 2
          set at inc/compose.yaml:1:50
            1 | services: {web: {image: 'included:${TAG}', user: '${TAG}'}}
            via compose.yaml:1:11
          variables
            TAG = 2  from inc/.env:1
    """)


def test_each_variable_has_its_source() -> None:
    request = replace(REQUEST, env_files=("first.env", "second.env"))
    text = "${SHELL_SET} ${ONE} ${TWO} ${EMPTY:-full} ${EMPTY-not} ${NONE:-${ONE}} ${UNSET}"
    files = {
        "compose.yaml": f"services:\n  web:\n    image: x\n    user: '{text}'\n",
        "first.env": "ONE=1\nTWO=1\n",
        "second.env": "\nTWO=2\n",
    }
    assert told("services.web.user", files, request) == story(f"""
        services.web.user: 'from-shell 1 2 full  1 '
          set at compose.yaml:4:11
            4 | user: '{text}'
          variables
            SHELL_SET = from-shell  from shell
            ONE = 1  from --env-file first.env:1
            TWO = 2  from --env-file second.env:2
            EMPTY = full  from default, empty in shell
            NONE = 1  from default
            UNSET is not set
    """)


def test_env_files_are_the_weakest_and_inherited_variables_have_a_source() -> None:
    files = {
        "compose.yaml": """\
            services:
              web:
                image: x
                env_file: [a.env, b.env]
                environment:
                  BOTH: own
                  SHELL_SET:
            """,
        "a.env": "BOTH=a\nONLY=a\n",
        "b.env": "BOTH=b\nONLY=${SHELL_SET}\n",
    }
    assert told("services.web.environment.BOTH", files) == story("""
        services.web.environment.BOTH: own
          set at compose.yaml:6:13
            6 | BOTH: own
          overrides
            b  at b.env:1:1
              via compose.yaml:4:23
            a  at a.env:1:1
              via compose.yaml:4:16
    """)
    assert told("services.web.environment.ONLY", files) == story("""
        services.web.environment.ONLY: from-shell
          set at b.env:2:1
            2 | ONLY=${SHELL_SET}
            via compose.yaml:4:23
          variables
            SHELL_SET = from-shell  from shell
          overrides
            a  at a.env:2:1
              via compose.yaml:4:16
    """)
    assert told("services.web.environment.SHELL_SET", files) == story("""
        services.web.environment.SHELL_SET: from-shell
          set at compose.yaml:7:17
            7 | SHELL_SET:
          variables
            SHELL_SET = from-shell  from shell
    """)


def test_items_of_lists_are_followed_through_merging() -> None:
    files = {
        "compose.yaml": "services: {web: {image: x, volumes: ['a:/a', 'b:/b']}}\nvolumes: {a: , b: , c: }",
        "compose.override.yaml": "services: {web: {volumes: ['c:/b']}}",
    }
    assert told("services.web.volumes[1].source", files) == story("""
        services.web.volumes[1].source: c
          set at compose.override.yaml:1:28
            1 | services: {web: {volumes: ['c:/b']}}
          overrides
            b  at compose.yaml:1:46
    """)


def test_what_only_the_model_spells_out_is_explained_by_what_was_written() -> None:
    files = {"compose.yaml": "services: {web: {image: x, command: 'run ${X-a b}'}}"}
    assert told("services.web.command[2]", files) == story("""
        services.web.command[2]: b
          set at compose.yaml:1:37
            1 | services: {web: {image: x, command: 'run ${X-a b}'}}
          variables
            X = a b  from default
    """)


def test_defaults_were_written_by_nobody() -> None:
    files = {"compose.yaml": "services: {web: {image: x}}"}
    assert told("networks.default.name", files) == story("""
        networks.default.name: shop_default
          nobody wrote it: a default
    """)


def test_a_name_given_outside_the_files() -> None:
    files = {"compose.yaml": "name: inside\nservices: {web: {image: x}}"}
    assert "set at compose.yaml:1:7" in told("name", files)
    assert "set at <command line>" in told("name", files, replace(REQUEST, project_name="outside"))


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("services.web.imag", "did you mean 'image'?"),
        ("servises.web", "did you mean 'services'?"),
        ("services.web.image.x", ""),
        ("services.web.zzzzz", "services.web has: image, networks"),
        ("", "there is: name, networks, services"),
    ],
)
def test_a_path_that_leads_nowhere(path: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        told(path, {"compose.yaml": "services: {web: {image: x}}"})
    assert (raised.value.message, raised.value.hint) == (f"the project has nothing at {path!r}", hint)
