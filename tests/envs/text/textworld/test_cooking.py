"""The Cooking Game by hand: the recipe is seen when read, and spoiling an ingredient loses."""

import numpy as np
import pytest

from rewardsmith.envs import Worlds, task_class
from rewardsmith.envs.text.textworld.cooking import COOKED, CUT
from rewardsmith.reward_gen import open_reward

LABELS = task_class("textworld-cooking").spec.action.labels
READ = LABELS.index("read the cookbook")
TOOLS = {"fried": "stove", "roasted": "oven", "grilled": "BBQ"}


@pytest.fixture
def worlds():
    kind = task_class("textworld-cooking")
    found = Worlds(kind, 60, reward=open_reward("human", kind))
    found.seed(np.random.default_rng(0).spawn(60))
    found.reset()
    return found


def until(worlds, label):
    """Follow the script until every world is about to do an action whose label starts with `label`."""
    while True:
        actions = worlds.task.scripted_actions()
        waiting = np.array([LABELS[action].startswith(label) for action in actions])
        if waiting.all():
            return actions
        worlds.step(np.where(waiting, 0, actions))
        worlds.task.moves -= waiting


def test_the_recipe_is_unknown_until_it_is_read(worlds):
    until(worlds, "read")
    before = worlds.task.fields()
    assert not any(before[name].any() for name in ("to_take", "to_cook", "to_cut", "recipe_read"))
    step = worlds.step(np.full(60, READ))
    after = worlds.task.fields()
    assert (after["to_take"].sum(axis=1) == 2).all()
    assert (step.terms["read"] == 0.5).all() and not worlds.step(np.full(60, READ)).terms["read"].any()
    for world in range(60):
        game = worlds.task.pool.games[worlds.task.game[world]]
        for place, ways in enumerate(game["recipe"]):
            assert after["to_take"][world, place] == (ways is not None)
            shown = {COOKED[after["to_cook"][world, place]], CUT[after["to_cut"][world, place]]}
            assert shown - {"none"} == set(ways or ()) - {"raw", "uncut"}


def test_the_script_pays_every_quest_once_and_spoils_nothing(worlds):
    paid = {name: np.zeros(60) for name in ("read", "quests", "spoilt", "discovery", "haste", "tools")}
    over = np.zeros(60, bool)
    while not over.all():
        step = worlds.step(worlds.task.scripted_actions())
        for name in paid:
            paid[name] += np.where(over, 0.0, step.terms[name])
        over |= step.terminated
    assert worlds.task.success().all()
    assert not any(worlds.task.fields()[name].any() for name in ("to_cook", "to_cut"))
    np.testing.assert_allclose(paid["quests"], 4.0)
    np.testing.assert_array_equal(paid["read"], 0.5)
    assert not paid["spoilt"].any() and not paid["haste"].any()
    assert (paid["discovery"] <= 0.6).all() and (paid["tools"] > 0).any()


def test_cooking_an_ingredient_wrongly_loses_the_game(worlds):
    task, tested = worlds.task, 0
    for _ in range(task.spec.horizon):
        fields, masks = task.fields(), task.action_masks()
        actions = task.scripted_actions()
        for world in range(60):
            for place in np.flatnonzero((fields["to_cook"][world] > 0) & fields["held"][world]):
                wanted = COOKED[fields["to_cook"][world, place]]
                wrong = [
                    action
                    for state, tool in TOOLS.items()
                    if state != wanted
                    and masks[world, action := LABELS.index(f"cook food {place + 1} with the {tool}")]
                ]
                if wrong and not task.over()[world]:
                    actions[world] = wrong[0]
        spoil = (actions != task.scripted_actions()) & ~task.over()
        step = worlds.step(actions)
        assert task.failed[spoil].all() and (step.terms["spoilt"][spoil] == -0.5).all()
        assert (task.action_masks()[task.over()].sum(axis=1) == 1).all()
        tested += spoil.sum()
    assert tested > 40 and not task.success()[task.failed].any()


def test_a_meal_of_raw_ingredients_gains_score_and_still_costs(worlds):
    """The engine allows it, and then the game can no longer be won."""
    task, prepare, eat = worlds.task, LABELS.index("prepare meal"), LABELS.index("eat meal")
    paid, hurried = np.zeros(60), np.zeros(60, bool)
    for _ in range(task.spec.horizon):
        masks, fields = task.action_masks(), task.fields()
        hasty = masks[:, prepare] & ((fields["to_cook"] > 0) | (fields["to_cut"] > 0)).any(axis=1)
        score = task.score()
        actions = np.where(hasty, prepare, np.where(masks[:, eat], eat, task.scripted_actions()))
        step = worlds.step(actions)
        assert (step.terms["haste"][hasty] == -1.5).all() and not step.terms["haste"][~hasty].any()
        gained = hasty | (masks[:, eat] & hurried)
        assert (task.score()[gained] > score[gained]).all()
        paid += np.where(gained, step.reward, 0.0)
        hurried |= hasty
    assert hurried.sum() > 40 and not task.success()[hurried].any() and (paid[hurried] < 0).all()
