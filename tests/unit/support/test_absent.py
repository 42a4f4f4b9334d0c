"""A test that cannot run where everything was promised fails; it is not passed over in silence."""

from __future__ import annotations

import pytest

from tests.support.absent import absent


@pytest.mark.parametrize(("name", "text"), [("COMPOSER_TESTS_ENGINE", "required"), ("CI", "true")])
def test_a_failure_where_it_was_promised(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("COMPOSER_TESTS_ENGINE", raising=False)
    monkeypatch.setenv(name, text)
    with pytest.raises(pytest.fail.Exception, match="no engine, and it was promised"):
        absent("no engine")


def test_a_skip_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("COMPOSER_TESTS_ENGINE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^no engine$"):
        absent("no engine")
