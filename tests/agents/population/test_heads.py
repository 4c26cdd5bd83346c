"""Heads against SB3's distributions of the same kind, and their gradients against differences."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sb3_contrib.common.maskable.distributions import MaskableMultiCategoricalDistribution
from stable_baselines3.common.distributions import (
    CategoricalDistribution,
    DiagGaussianDistribution,
    MultiCategoricalDistribution,
)

from rewardsmith.agents.population.heads import Categorical, Gaussian

CPU = torch.device("cpu")
ENOUGH = settings(max_examples=30, deadline=None)
choices_of_components = st.lists(st.integers(1, 6), min_size=1, max_size=5)
seeds = st.integers(0, 2**32 - 1)


def outputs_and_masks(choices, members, rows, seed, dtype=torch.float32):
    """Random outputs (P, M, A) and masks (P, M, A), some of them with no legal choice in a component."""
    generator = torch.Generator().manual_seed(seed)
    shape = members, rows, sum(choices)
    output = 3 * torch.randn(shape, generator=generator, dtype=torch.float64)
    return output.to(dtype), torch.rand(shape, generator=generator) < 0.6


def slopes(members, rows, seed):
    """Made-up gradients of a loss by log-probabilities (P, M) and by each entropy (P, 1)."""
    generator = torch.Generator().manual_seed(seed)
    both = torch.randn(members, rows + 1, generator=generator, dtype=torch.float64)
    return both[:, 1:], both[:, :1]


def sb3s(choices, output, masks):
    """SB3's distribution of one member's rows (M, A)."""
    if masks is not None:
        distribution = MaskableMultiCategoricalDistribution(choices).proba_distribution(output)
        distribution.apply_masking(masks)
        return distribution
    if len(choices) == 1:
        return CategoricalDistribution(choices[0]).proba_distribution(output)
    return MultiCategoricalDistribution(choices).proba_distribution(output)


def living(choices, masks):
    """Masks that leave every component its first choice: SB3 rounds a dead one's log-probability to 0."""
    masks = masks.clone()
    masks[..., [sum(choices[:component]) for component in range(len(choices))]] = True
    return masks


@ENOUGH
@given(choices_of_components, st.integers(1, 3), st.integers(1, 5), st.booleans(), seeds)
def test_choices_are_drawn_and_scored_as_by_sb3(choices, members, rows, masked, seed):
    output, masks = outputs_and_masks(choices, members, rows, seed)
    masks = living(choices, masks) if masked else None
    head = Categorical(choices, CPU)
    noise = torch.empty(members, rows, sum(choices))
    for row in noise:
        head.noise(row, torch.Generator().manual_seed(seed))
    actions, log_prob = head.sample(output, noise, masks)
    best = head.mode(output, masks)
    score = head.score(output, actions.float(), masks)
    assert actions.shape == (members, rows, head.columns)
    for row in range(members):
        theirs = sb3s(choices, output[row], None if masks is None else masks[row])
        with torch.random.fork_rng([]):
            torch.manual_seed(seed)
            drawn = theirs.sample()
        single = isinstance(theirs, CategoricalDistribution)
        assert torch.equal(actions[row], drawn.unsqueeze(-1) if single else drawn)
        assert torch.equal(best[row], theirs.mode().unsqueeze(-1) if single else theirs.mode())
        expected = theirs.log_prob(drawn)
        assert torch.allclose(log_prob[row], expected, atol=1e-5)
        assert torch.allclose(score.log_prob[row], expected, atol=1e-5)
        assert torch.allclose(score.entropy[row], theirs.entropy(), atol=1e-5)


@ENOUGH
@given(choices_of_components, st.booleans(), seeds)
def test_gradients_by_choices_are_those_of_autograd_through_sb3(choices, masked, seed):
    output, masks = outputs_and_masks(choices, 2, 4, seed)
    masks = masks if masked else None
    head = Categorical(choices, CPU)
    actions = head.mode(-output, masks)
    by_log_prob, by_entropy = (part.float() for part in slopes(2, 4, seed))
    head.score(output, actions, masks)
    ours = head.backward(by_log_prob, by_entropy)
    for row in range(2):
        leaf = output[row].clone().requires_grad_()
        theirs = sb3s(choices, leaf, None if masks is None else masks[row])
        chosen = actions[row].squeeze(-1) if isinstance(theirs, CategoricalDistribution) else actions[row]
        loss = (by_log_prob[row] * theirs.log_prob(chosen)).sum() + by_entropy[row] * theirs.entropy().sum()
        loss.sum().backward()
        assert torch.allclose(ours[row], leaf.grad, atol=1e-5)


def differences(loss, at, step=1e-6):
    """Central differences of `loss` by each value of `at`."""
    gradient = torch.empty_like(at)
    for index in range(at.numel()):
        moved = [at.clone(), at.clone()]
        moved[0].view(-1)[index] += step
        moved[1].view(-1)[index] -= step
        gradient.view(-1)[index] = (loss(moved[0]) - loss(moved[1])) / (2 * step)
    return gradient


def weighted(score, by_log_prob, by_entropy):
    rows = by_log_prob.shape[1]
    return (by_log_prob * score.log_prob).sum() + (by_entropy * score.entropy.expand(-1, rows)).sum()


@ENOUGH
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.booleans(), seeds)
def test_gradients_by_choices_are_those_of_differences(choices, masked, seed):
    output, masks = outputs_and_masks(choices, 2, 2, seed, torch.float64)
    masks = masks if masked else None
    head = Categorical(choices, CPU)
    actions = head.mode(-output, masks)
    by_log_prob, by_entropy = slopes(2, 2, seed)
    head.score(output, actions, masks)
    ours = head.backward(by_log_prob, by_entropy)

    def loss(moved):
        return weighted(Categorical(choices, CPU).score(moved, actions, masks), by_log_prob, by_entropy)

    assert torch.allclose(ours, differences(loss, output), atol=1e-6)


@ENOUGH
@given(st.integers(1, 4), seeds)
def test_real_actions_are_scored_as_by_sb3_with_the_gradients_of_differences(size, seed):
    generator = torch.Generator().manual_seed(seed)
    output, actions = torch.randn(2, 2, 3, size, generator=generator, dtype=torch.float64)
    log_std = torch.randn(2, size, generator=generator, dtype=torch.float64) * 0.5
    by_log_prob, by_entropy = slopes(2, 3, seed)
    by_log_std = torch.zeros_like(log_std)
    head = Gaussian(log_std, by_log_std)
    score = head.score(output, actions, None)
    by_output = head.backward(by_log_prob, by_entropy)
    for row in range(2):
        theirs = DiagGaussianDistribution(size).proba_distribution(output[row], log_std[row])
        assert torch.allclose(score.log_prob[row], theirs.log_prob(actions[row]))
        assert torch.allclose(score.entropy[row].expand(3), theirs.entropy())

    def loss(mean, spread):
        moved = Gaussian(spread, torch.zeros_like(spread)).score(mean, actions, None)
        return weighted(moved, by_log_prob, by_entropy)

    assert torch.allclose(by_output, differences(lambda m: loss(m, log_std), output), rtol=1e-5, atol=1e-6)
    spread = differences(lambda s: loss(output, s), log_std)
    assert torch.allclose(by_log_std, spread, rtol=1e-5, atol=1e-6)


def test_a_component_without_a_legal_choice_is_drawn_evenly_and_teaches_nothing():
    head = Categorical([3, 2], CPU)
    output = torch.tensor([5.0, 0.0, -5.0, 1.0, 0.0]).expand(1, 3000, 5)
    masks = torch.tensor([False, False, False, True, True]).expand(1, 3000, 5)
    noise = torch.empty(1, 3000, 5)
    head.noise(noise, torch.Generator().manual_seed(0))
    actions, _ = head.sample(output, noise, masks)
    shares = torch.bincount(actions[0, :, 0], minlength=3) / 3000
    assert shares.tolist() == pytest.approx([1 / 3] * 3, abs=0.04)
    head.score(output, actions, masks)
    assert (head.backward(torch.ones(1, 3000), torch.ones(1, 1))[..., :3] == 0).all()
