"""Each case is loaded by Composer and by docker compose; the documents and the config hashes must be equal.

The differences we mean to have are marked in the cases (`@intended`) and listed in INTENDED.md.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.compose_cases import Case, by_composer, by_reference, compared, read_cases

HERE = Path(__file__).parent
RUNS = 20  # of the reference, until a difference shows; the rarest shows in 7 of 8
CASES = [case for path in sorted((HERE / "config").glob("*.cases")) for case in read_cases(path)]


@pytest.mark.peer
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_both_read_the_same(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    ours = by_composer(case, tmp_path)
    if case.intended:
        # The reference walks its maps in random order: some differences show in most runs, not in every one.
        differs = any(compared(ours, by_reference(case, tmp_path), case) for _ in range(RUNS))
        assert differs, f"this difference is gone: take it off the list ({case.intended})"
    else:
        assert compared(ours, by_reference(case, tmp_path), case) == []


def test_every_intended_difference_is_listed_with_its_reason() -> None:
    listed = (HERE / "INTENDED.md").read_text(encoding="utf-8")
    missing = [case.name for case in CASES if case.intended and f"`{case.name}`" not in listed]
    assert missing == []


def test_case_names_are_distinct() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)
