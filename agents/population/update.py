"""PPO's update of several members at once (Schulman et al. 2017, arXiv:1707.06347), as SB3 does it.

Every member sees its own minibatches in the order that SB3 would shuffle them, normalises its own
advantages, clips its own gradient and stops by its own divergence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from .learner import Learner
from .mlp import Scratch
from .rollout import Columns
from .settings import Own, Shared
from .streams import MemberStreams, shuffles

STOP_FACTOR = 1.5  # SB3 stops where the divergence exceeds the target by this factor


class Losses(NamedTuple):
    """Of one minibatch of each member, each (P,), under the names that SB3 logs."""

    policy_gradient_loss: torch.Tensor
    value_loss: torch.Tensor
    entropy_loss: torch.Tensor
    approx_kl: torch.Tensor
    clip_fraction: torch.Tensor
    loss: torch.Tensor


class UpdateReport(NamedTuple):
    """What an update came to.

    Attributes:
        epochs: (P,) epochs begun, fewer than asked for where the divergence stopped a member.
        logs: name -> (P,) what SB3 logs under ``train/``.
    """

    epochs: np.ndarray
    logs: dict[str, np.ndarray]


def update(
    learner: Learner,
    samples: torch.Tensor,
    columns: Columns,
    streams: Sequence[MemberStreams],
    shared: Shared,
    own: Own,
) -> UpdateReport:
    """Improve all members on their `samples` (P, n, T, width)."""
    flat = samples.flatten(0, 2)
    size = flat.shape[0] // learner.members
    first = torch.arange(learner.members, device=flat.device).unsqueeze(1) * size
    active = np.ones(learner.members, bool)
    may_stop = bool(own.target_kl.isfinite().any())
    epochs = np.zeros(learner.members, int)
    seen: list[tuple[int, np.ndarray, Losses]] = []
    for epoch in range(shared.n_epochs):
        if not active.any():
            break
        epochs += active
        order = torch.from_numpy(shuffles(streams, active, size)).to(flat.device)
        shuffled = flat.index_select(0, (order + first).flatten()).unflatten(0, (learner.members, size))
        for start in range(0, size, shared.batch_size):
            batch = shuffled[:, start : start + shared.batch_size]
            losses = minibatch_gradient(learner, batch, columns, own, shared.normalize_advantage)
            seen.append((epoch, active.copy(), losses))
            if may_stop:
                active &= ~(losses.approx_kl > STOP_FACTOR * own.target_kl).cpu().numpy()
                if not active.any():
                    break
            learner.step(own.max_grad_norm, own.learning_rate, active)
    return UpdateReport(epochs, _logs(seen, epochs))


def minibatch_gradient(
    learner: Learner, batch: torch.Tensor, columns: Columns, own: Own, normalize_advantage: bool
) -> Losses:
    """PPO's loss on a minibatch (P, M, width), its gradient left in the learner."""
    rows = batch.shape[1]
    x, actions = batch[..., columns.observation], batch[..., columns.action]
    masks = batch[..., columns.mask] > 0 if learner.masked else None
    old_value, old_log_prob = batch[..., columns.value], batch[..., columns.log_prob]
    advantage, target = batch[..., columns.advantage], batch[..., columns.target]
    if normalize_advantage and rows > 1:
        deviation, mean = torch.std_mean(advantage, 1, keepdim=True)
        advantage = (advantage - mean) / (deviation + 1e-8)

    score = learner.head.score(learner.actor.forward(x), actions, masks)
    value = learner.critic.forward(x).squeeze(-1)

    log_ratio = score.log_prob - old_log_prob
    ratio = _exp(log_ratio)
    clip = own.clip_range.unsqueeze(1)
    plain = advantage * ratio
    clipped = advantage * ratio.clamp(1 - clip, 1 + clip)
    by_log_prob = (plain <= clipped) * plain * (-1 / rows)
    by_entropy = (own.ent_coef / -rows).unsqueeze(1)

    room = own.clip_range_vf.unsqueeze(1)
    change = value - old_value
    predicted = torch.where(change.abs() <= room, value, old_value + change.clamp(-room, room))
    error = predicted - target
    by_value = error * (change.abs() <= room) * (own.vf_coef * (2 / rows)).unsqueeze(1)

    learner.backward(x, learner.head.backward(by_log_prob, by_entropy), by_value)

    policy_loss = -torch.minimum(plain, clipped).mean(1)
    value_loss = error.square().mean(1)
    entropy_loss = -score.entropy.mean(1)
    return Losses(
        policy_gradient_loss=policy_loss,
        value_loss=value_loss,
        entropy_loss=entropy_loss,
        approx_kl=(ratio - 1 - log_ratio).mean(1),
        clip_fraction=((ratio - 1).abs() > clip).float().mean(1),
        loss=policy_loss + own.ent_coef * entropy_loss + own.vf_coef * value_loss,
    )


def _exp(values: torch.Tensor) -> torch.Tensor:
    scratch = Scratch.of(*values.shape, device=values.device)
    scratch.view.copy_(values)
    scratch.padded.exp_()
    return scratch.view


def _logs(seen: Sequence[tuple[int, np.ndarray, Losses]], epochs: np.ndarray) -> dict[str, np.ndarray]:
    """Means over the minibatches that each member saw; the divergence over its last epoch only, as SB3's."""
    epoch = np.array([entry[0] for entry in seen])[:, None]
    took_part = np.stack([entry[1] for entry in seen])
    logs = {}
    for name in Losses._fields:
        values = torch.stack([getattr(losses, name) for _, _, losses in seen]).double().cpu().numpy()
        counted = took_part & (epoch == epochs - 1) if name == "approx_kl" else took_part
        if name == "loss":
            last = len(seen) - 1 - took_part[::-1].argmax(0)
            logs[name] = values[last, np.arange(len(last))]
        else:
            logs[name] = (values * counted).sum(0) / counted.sum(0)
    return logs
