"""The bus: everybody hears everything, and nobody who fails can stop the rest."""

from __future__ import annotations

import logging

import pytest

from composer.events.bus import Bus
from composer.events.types import Event, Warned

FIRST, SECOND = Warned(0.0, "first"), Warned(1.0, "second")


def failing(event: Event) -> None:
    raise RuntimeError(f"cannot show {event}")


def test_every_subscriber_gets_every_event_in_order() -> None:
    bus, one, two = Bus(), [], []
    bus.subscribe(one.append)
    bus.subscribe(two.append)
    bus.publish(FIRST)
    bus.publish(SECOND)
    assert one == two == [FIRST, SECOND]


def test_a_failing_subscriber_is_noted_and_switched_off(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = Bus(), []
    bus.subscribe(failing)
    bus.subscribe(heard.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(FIRST)
        bus.publish(SECOND)
    assert heard == [FIRST, SECOND]
    assert [record.message for record in caplog.records] == ["a view failed on Warned and is switched off"]


def test_who_has_left_hears_no_more() -> None:
    bus, heard = Bus(), []
    bus.subscribe(heard.append)
    bus.publish(FIRST)
    bus.unsubscribe(heard.append)
    bus.unsubscribe(heard.append)
    bus.publish(SECOND)
    assert heard == [FIRST]


def test_a_subscriber_may_leave_and_fail_at_once(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = Bus(), []

    def leaving(event: Event) -> None:
        bus.unsubscribe(leaving)
        failing(event)

    bus.subscribe(leaving)
    bus.subscribe(heard.append)
    bus.publish(FIRST)
    assert heard == [FIRST]
    assert len(caplog.records) == 1
