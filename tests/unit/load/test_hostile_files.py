"""Files made to exhaust the loader end in a few diagnostics: none in a traceback, none in a flood."""

from __future__ import annotations

import pytest

from composer.load.cycles import MAX_CYCLES
from composer.load.extends import MAX_CHAIN
from tests.support.trees import failures, load_files


def chain(count: int, last: str) -> str:
    lines = [f"  s{number}: {{extends: s{number + 1}}}" for number in range(count)]
    return "\n".join(["services:", *lines, f"  s{count}: {last}"])


def test_a_chain_of_extends_has_an_end() -> None:
    assert failures({"c.yaml": chain(MAX_CHAIN - 1, "{image: x}")}) == []
    told = failures({"c.yaml": chain(2000, "{image: x}")})
    assert 0 < len(told) < 30
    assert f"more than {MAX_CHAIN} services extend one another" in told[0]


def test_a_long_ring_of_extends_ends() -> None:
    assert failures({"c.yaml": chain(1500, "{extends: s0}")})


def test_everything_depending_on_everything_tells_a_few_cycles() -> None:
    names = [f"s{number}" for number in range(60)]
    lines = [
        f"  {name}: {{image: x, depends_on: [{', '.join(other for other in names if other != name)}]}}"
        for name in names
    ]
    assert len(failures({"c.yaml": "\n".join(["services:", *lines])})) == MAX_CYCLES


def test_a_ring_of_thousands_is_told_in_a_short_message() -> None:
    lines = [f"  s{number}: {{image: x, depends_on: [s{(number + 1) % 3000}]}}" for number in range(3000)]
    [told] = failures({"c.yaml": "\n".join(["services:", *lines])})
    assert len(told) < 2100


def test_includes_that_double_at_each_level_are_loaded_once() -> None:
    files = {"c.yaml": "include: [i0.yaml, i0.yaml]"}
    files |= {f"i{number}.yaml": f"include: [i{number + 1}.yaml, i{number + 1}.yaml]" for number in range(30)}
    assert list(load_files({**files, "i30.yaml": "services: {b: {image: x}}"}).project.services) == ["b"]


def test_includes_nested_without_end_end() -> None:
    files = {"c.yaml": "include: [i0.yaml]"}
    files |= {f"i{number}.yaml": f"include: [i{number + 1}.yaml]" for number in range(300)}
    [told] = failures(files)
    assert "includes are nested more than 50 deep" in told


def test_port_ranges_have_a_common_bound() -> None:
    every = "'1-65535:1-65535'"
    assert failures({"c.yaml": f"services: {{a: {{image: x, ports: [{every}]}}}}"}) == []
    told = failures({"c.yaml": f"services: {{a: {{image: x, ports: [{every}, '1-65535:1-65535/udp']}}}}"})
    assert [one.partition(": ")[2] for one in told] == ["the port ranges of this project are too large []"]


@pytest.mark.parametrize("text", ["x" * 5_000_000, "a;" * 3_000_000, '"' * 1_000_001])
def test_a_huge_command_is_read_or_refused_briefly(text: str) -> None:
    told = failures({"c.yaml": f"services: {{a: {{image: x, command: '{text}'}}}}"})
    assert all(len(one) < 1200 for one in told)


def test_thousands_of_mistakes_are_all_told() -> None:
    lines = [f"  s{number}: {{imagee: x, depends_on: [zz{number}]}}" for number in range(2000)]
    assert len(failures({"c.yaml": "\n".join(["services:", *lines])})) == 4000
