"""Language models: a step for each that is used, and the variables that lead its users there."""

from __future__ import annotations

from dataclasses import replace

from composer.model.ai_model import AiModel, ServiceModel
from composer.model.secret import Sealed
from composer.plan.actions import CreateContainer, PrepareModel
from composer.plan.fingerprint import service_hash
from composer.plan.options import UpOptions
from composer.plan.up import plan_refresh, plan_up
from tests.support.build import nothing, project
from tests.support.golden import assert_plan

SERVED_AT = "http://models/v1"
LARGE, SMALL = AiModel(name="large", model="ai/large"), AiModel(model="ai/small:1B", context_size=9)
SHOP = replace(
    project(
        "web; job; plain",
        web={"environment": {"A": "b", "MY_LLM_URL": "own"}, "models": {"my-llm": None, "small": ServiceModel()}},
        job={"models": {"small": ServiceModel(endpoint_var="AT", model_var="WHICH")}},
    ),
    models={"my-llm": LARGE, "small": SMALL, "unused": AiModel(model="ai/unused")},
    variables={"TOKEN": Sealed("t0ken")},
)


def test_models_are_prepared_before_the_containers_of_those_who_use_them() -> None:
    plan = plan_up(SHOP, nothing(SHOP), UpOptions(), served_at=SERVED_AT)
    assert_plan(
        plan,
        """
        model:my-llm  requested
        model:small  requested
        network:default  missing
        create:web-1  [after model:my-llm, model:small, network:default]  missing
        start:web-1  [after create:web-1]  missing
        create:job-1  [after model:small, network:default]  missing
        start:job-1  [after create:job-1]  missing
        create:plain-1  [after network:default]  missing
        start:plain-1  [after create:plain-1]  missing
        """,
    )
    assert plan.steps[1].action == PrepareModel("small", SMALL, ("web", "job"), {"TOKEN": Sealed("t0ken")})
    assert "t0ken" not in repr(plan)
    assert plan.warnings == ('model "my-llm" overrides the variable MY_LLM_URL of service "web"',)


def test_their_users_learn_name_and_address() -> None:
    plan = plan_up(SHOP, nothing(SHOP), UpOptions(), served_at=SERVED_AT)
    specs = [step.action.spec for step in plan.steps if isinstance(step.action, CreateContainer)]
    assert {spec.service.name: spec.service.environment for spec in specs} == {
        "web": {
            "A": "b",
            "MY_LLM_MODEL": "ai/large",
            "MY_LLM_URL": SERVED_AT,
            "SMALL_MODEL": "ai/small:1B",
            "SMALL_URL": SERVED_AT,
        },
        "job": {"WHICH": "ai/small:1B", "AT": SERVED_AT},
        "plain": {},
    }
    assert [spec.config_hash for spec in specs] == [service_hash(spec.service) for spec in specs]


def test_only_those_of_the_services_that_are_brought_up() -> None:
    plan = plan_up(SHOP, nothing(SHOP), UpOptions(services=("job",)), served_at=SERVED_AT)
    assert [step.id for step in plan.steps if step.kind == "model"] == ["model:small"]
    assert not plan_refresh(SHOP, nothing(SHOP), UpOptions(), served_at=SERVED_AT)
