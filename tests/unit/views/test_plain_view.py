"""`--progress plain`: docker compose's lines, word by word, with what Composer knows after them."""

from __future__ import annotations

import io

from composer.events.types import (
    Event,
    InterruptReceived,
    RunStarted,
    StepFinished,
    StepOutcome,
    StepProgress,
    StepStarted,
    Warned,
)
from composer.plan.actions import (
    KillContainer,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    StepId,
    StopContainer,
)
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Cause, Reason
from composer.views.plain import PlainView
from tests.support.runs import FAILED, PLAN, STEPS, SUCCESS, WEB1, began, ended, ref, step


def told(*events: Event, dry_run: bool = False) -> list[str]:
    stream = io.StringIO()
    view = PlainView(stream, dry_run=dry_run)
    view.start()
    for event in events:
        view(event)
    view.stop()
    return stream.getvalue().splitlines()


def whole(*steps: Step) -> list[Event]:
    """A run of `steps`, one after the other, all succeeding."""
    run: list[Event] = [RunStarted(0.0, "down", "shop", Plan(steps))]
    for one in steps:
        run += [StepStarted(0.0, one), StepFinished(0.1, one, StepOutcome.SUCCEEDED)]
    return run


def test_a_run_from_nothing_to_ready() -> None:
    assert told(*SUCCESS) == [
        " Container shop-cache-1  Running",
        " Network shop_default  Creating",
        " Volume shop_data  Creating",
        " web Pulling ",
        " Network shop_default  Created",
        " Volume shop_data  Created",
        " Container shop-db-1  Creating",
        " Container shop-migrate-1  Creating",
        " Container shop-proxy-1  Recreate  its configuration changed: hash 1111 → 2222",
        " Container shop-db-1  Created",
        " Container shop-db-1  Starting",
        " Container shop-migrate-1  Created",
        " Container shop-db-1  Started",
        " Container shop-db-1  Waiting",
        " Container shop-proxy-1  Recreated",
        " web Pulled ",
        " Container shop-web-1  Creating",
        " Container shop-web-2  Creating",
        " Container shop-web-1  Created",
        " Container shop-web-2  Created",
        " Container shop-db-1  Healthy  1.0s, own probe",
        " Container shop-migrate-1  Starting",
        " Container shop-migrate-1  Started",
        " Container shop-migrate-1  Waiting",
        " Container shop-migrate-1  Exited  0.8s, exited 0",
        " Container shop-web-1  Starting",
        " Container shop-web-2  Starting",
        " Container shop-web-1  Started",
        " Container shop-web-2  Started",
        " Container shop-proxy-1  Starting",
        " Container shop-proxy-1  Started",
    ]


def test_a_failure_is_one_line_and_what_never_began_is_silent() -> None:
    assert told(*FAILED)[-2:] == [
        " Container shop-db-1  Error  dependency failed to start: container shop-db-1 is unhealthy",
        " web Interrupted ",
    ]


def test_taking_down() -> None:
    asked = Reason(Cause.REQUESTED)
    web = ref("shop-web-1")
    assert told(
        *whole(
            step("stop:web-1", StopContainer(WEB1, web), asked),
            step("kill:web-1", KillContainer(WEB1, web), asked),
            step("remove:web-1", RemoveContainer(WEB1, web), asked),
            step("volume:data", RemoveVolume("shop_data"), asked),
            step("network:default", RemoveNetwork("shop_default", "id"), asked),
            step("image:web", RemoveImage("web:1"), asked),
        )
    ) == [
        " Container shop-web-1  Stopping",
        " Container shop-web-1  Stopped",
        " Container shop-web-1  Killing",
        " Container shop-web-1  Killed",
        " Container shop-web-1  Removing",
        " Container shop-web-1  Removed",
        " Volume shop_data  Removing",
        " Volume shop_data  Removed",
        " Network shop_default  Removing",
        " Network shop_default  Removed",
        " Image web:1  Removing",
        " Image web:1  Removed",
    ]


def test_an_unexpected_removal_has_its_reason() -> None:
    orphan = step("remove:old-1", RemoveContainer(WEB1, ref("shop-old-1")), Reason(Cause.ORPHAN))
    assert told(*whole(orphan)) == [
        " Container shop-old-1  Removing  its service is not in the file",
        " Container shop-old-1  Removed",
    ]


def test_a_dry_run_is_marked_as_the_reference_marks_it() -> None:
    assert told(RunStarted(0.0, "up", "shop", PLAN), began(0.0, "network:default"), dry_run=True) == [
        " DRY-RUN MODE -  Container shop-cache-1  Running",
        " DRY-RUN MODE -  Network shop_default  Creating",
    ]


def test_a_long_pull_is_noted_every_five_seconds() -> None:
    pull = StepId("pull:web:1")
    assert told(
        began(0.0, "pull:web:1"),
        *(StepProgress(at, pull, f"{at:.0f}MB") for at in (0.5, 1.0, 5.5, 6.0, 10.0, 10.5)),
    ) == [" web Pulling ", " web Pulling 6MB", " web Pulling 10MB"]


def test_a_failed_pull_names_each_service() -> None:
    failed = ended(1.0, "pull:web:1", StepOutcome.FAILED, "no such host")
    assert told(began(0.0, "pull:web:1"), failed) == [" web Pulling ", " web Error  no such host"]


def test_warnings_and_interrupts_are_told() -> None:
    assert told(
        Warned(0.0, "network in use"),
        InterruptReceived(1.0, 1),
        InterruptReceived(2.0, 2),
    ) == [
        " Warning: network in use",
        " Interrupted: nothing more is begun, what is under way is finished (press Ctrl+C again to abandon it)",
        " Interrupted again: what is under way is abandoned",
    ]


def test_control_characters_of_others_never_reach_the_terminal() -> None:
    failed = StepFinished(0.0, STEPS["start:db-1"], StepOutcome.FAILED, "bad\x1b[2J\nnews")
    assert told(failed) == [" Container db-1  Error  bad[2J news"]
