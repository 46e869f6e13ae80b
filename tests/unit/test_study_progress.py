"""A plan tells how far it has come, and is the same whoever listens."""

from typing import get_args

import pytest

import plain_schools
from wifiplan.files.plan import dump_plan
from wifiplan.report.progress import step_text
from wifiplan.report.texts import LANGS
from wifiplan.study.plan import plan_site
from wifiplan.study.progress import STARTS, Stage, Step, round_begins
from wifiplan.study.settings import Settings


def test_shares_never_fall_and_the_plan_does_not_change() -> None:
    site, settings = plain_schools.school(2), Settings()
    steps: list[Step] = []
    listened = plan_site(site, settings, steps.append)
    assert [step.share for step in steps] == sorted(step.share for step in steps)
    assert (steps[0].stage, steps[0].share) == ("prepare", 0.0)
    assert (steps[-1].stage, steps[-1].share) == ("done", 1.0)
    assert {step.stage for step in steps} == set(get_args(Stage))
    assert dump_plan(listened) == dump_plan(plan_site(site, settings))


def test_who_listens_may_call_it_off() -> None:
    def stop(step: Step) -> None:
        if step.stage == "place":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_site(plain_schools.school(1), Settings(), stop)


def test_rounds_stay_within_their_part_of_the_way() -> None:
    steps: list[Step] = []
    for n in range(1, 12):
        round_begins(steps.append, n, 10)
    shares = [step.share for step in steps]
    assert shares == sorted(shares)
    assert STARTS["round"] == shares[0]
    assert shares[-1] <= STARTS["tune"]
    assert list(STARTS) == list(get_args(Stage))
    assert list(STARTS.values()) == sorted(STARTS.values())


@pytest.mark.parametrize("lang", LANGS)
def test_every_stage_has_words(lang: str) -> None:
    told = {step_text(Step(stage=stage, share=0.0, n=3), lang) for stage in get_args(Stage)}
    assert len(told) == len(get_args(Stage))
    assert any("3" in text for text in told)
