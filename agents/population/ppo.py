"""`PopulationPPO`: P runs of SB3's PPO side by side, in one process and in few large array operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3.common.preprocessing import get_action_dim

from .crew import Helper, Share, Update, run_side_by_side
from .layout import aligned
from .learner import Blueprint, Learner, State
from .members import Member
from .normalizer import Normalizer
from .rollout import Columns, Rollout
from .settings import Own, SB3Model, shared_settings
from .streams import sampling_noise
from .update import UpdateReport
from .worlds import PopulationWorlds

T = TypeVar("T")


class PopulationPPO:
    """P members that learn together; each one's numbers are those of an SB3 run of its own, to rounding.

    Members do not influence one another: a member's numbers are the same, bit for bit, whoever its fellows
    are and whichever process computes them.

    Args:
        members: who learns; their models hold the initial weights and, after `export`, the learnt ones.
        threads: processes, this one included, that members are dealt out to for their updates on the CPU.
            With more than one a script needs the usual ``if __name__ == "__main__":``.
        device: where the networks are; on any device the random numbers are those of the CPU.

    Raises:
        UserError: if the members cannot be stacked.

    Attributes:
        members: those still here; row p of every array is member p's.
        shared: the settings that all have in common.
        rollout: what was last collected.
        num_timesteps: environment steps taken by each member.
    """

    def __init__(
        self, members: Sequence[Member], *, threads: int = 1, device: str | torch.device = "cpu"
    ) -> None:
        self.members = list(members)
        self.shared = shared_settings(self._models)
        self.num_timesteps = 0
        self._device = torch.device(device)
        self._blueprint = Blueprint.of(self._models[0])
        crew = min(threads, len(self.members)) if self._device.type == "cpu" else 1
        self._helpers = [Helper() for _ in range(crew - 1)]
        environments = [member.normalizer for member in self.members]
        self._normalizer = Normalizer(environments, self.shared.n_envs, self._observation_size)
        self._columns = Columns.of(
            observation=self._observation_size,
            action=get_action_dim(self._models[0].action_space),
            mask=self._blueprint.outputs if self._blueprint.masked else 0,
        )
        shape = len(self.members), self.shared.n_envs, self.shared.n_steps
        self.rollout = Rollout(self._columns, shape, self._device)
        self._deal(State.read(self._models, self._blueprint.layout, self._device))
        self._observation: np.ndarray | None = None
        self._done = np.ones((len(self.members), self.shared.n_envs), bool)

    def collect(self, worlds: PopulationWorlds) -> None:
        """Play ``n_steps`` in all worlds; the first call starts their episodes."""
        if self._observation is None:
            self._observation = self._normalizer.reset(worlds.reset())
        n_steps, n_envs = self.shared.n_steps, self.shared.n_envs
        own = Own.read(self._models, 1.0, self._device)
        head, outputs = self._learners[0].head, self._blueprint.outputs
        streams = [member.streams for member in self.members]
        noise = sampling_noise(streams, head, n_steps, n_envs, outputs).to(self._device)
        rollout = self.rollout
        for step in range(n_steps):
            rollout.started[step] = self._tensor(self._done)
            actions = self._act(rollout.samples[:, :, step], self._observation, worlds, noise[step])
            taken = worlds.step(actions)
            self._observation = self._normalizer.observe(taken.observation)
            rollout.reward[step] = self._tensor(self._normalizer.pay(taken.reward, taken.done))
            if taken.truncated.any():
                beyond = self._values(self._normalizer.normalize(taken.final_observation))
                rollout.reward[step] += own.gamma.unsqueeze(1) * beyond * self._tensor(taken.truncated)
            self._done = taken.done
        worlds.fold_statistics()
        self.num_timesteps += n_steps * n_envs
        last = self._values(self._observation)
        rollout.finish(last, self._tensor(self._done), own.gamma, own.gae_lambda)

    def update(self, remaining: float) -> UpdateReport:
        """Improve all members on what they last collected.

        Args:
            remaining: share of the training still to come, from 1 to 0, which schedules depend on.
        """
        own = Own.read(self._models, remaining, self._device)

        tasks = [
            Update([member.streams for member in self.members[part]], own.part(part)) for part in self._parts
        ]
        helpers = self._helpers[: len(tasks) - 1]
        answers = run_side_by_side(self._learners[0], self._shares[0], tasks, helpers)
        streams = [stream for _, streams in answers for stream in streams]
        self.members = [
            Member(member.model, stream) for member, stream in zip(self.members, streams, strict=True)
        ]
        reports = [report for report, _ in answers]
        explained = self.rollout.explained_variance().cpu().numpy()
        epochs = np.concatenate([report.epochs for report in reports])
        names = reports[0].logs
        logs = {name: np.concatenate([report.logs[name] for report in reports]) for name in names}
        for member, done, rate in zip(self.members, epochs, own.learning_rate, strict=True):
            member.model._n_updates += int(done)
            member.model.policy.optimizer.param_groups[0]["lr"] = rate
        return UpdateReport(epochs, logs | {"explained_variance": explained})

    def export(self, row: int) -> SB3Model:
        """Member `row`'s SB3 model with all that it has learnt, ready to be saved or trained on with SB3."""
        member = self.members[row]
        for learner, part in zip(self._learners, self._parts, strict=True):
            if part.start <= row < part.stop:
                learner.state.write(row - part.start, member.model, self._blueprint.layout)
        if member.normalizer is not None:
            self._normalizer.write(row, member.normalizer)
        member.model.num_timesteps = self.num_timesteps
        return member.model

    def keep(self, rows: Sequence[int]) -> None:
        """Let go of all members but `rows`, whose numbers go on as if nothing had happened."""
        self._normalizer.keep(rows)
        self.rollout.keep(rows)
        whole = State.join([learner.state for learner in self._learners])
        self.members = [self.members[row] for row in rows]
        self._done = self._done[list(rows)]
        if self._observation is not None:
            self._observation = self._observation[list(rows)]
        self._deal(whole.select(rows))

    def healthy(self) -> np.ndarray:
        """(P,) bool: whether all of a member's weights are finite."""
        return np.concatenate(
            [learner.state.parameters.isfinite().all(1).cpu().numpy() for learner in self._learners]
        )

    def best_actions(self, observation: np.ndarray, masks: np.ndarray | None = None) -> np.ndarray:
        """Each member's most likely actions, (P, n, A) or (P, n), on its raw observations (P, n, D)."""
        seen = self._seen(self._normalizer.normalize(observation))
        legal = None if masks is None else torch.from_numpy(masks)

        def of_part(learner: Learner, part: slice) -> torch.Tensor:
            allowed = legal[part].to(self._device) if legal is not None and learner.masked else None
            return learner.head.mode(learner.actor.forward(seen[part]), allowed).clone()

        return self._playable(torch.cat(self._each(of_part)))

    def close(self) -> None:
        """End the helping processes."""
        for helper in self._helpers:
            helper.end()

    @property
    def helper_pids(self) -> list[int]:
        """Process ids of the helpers."""
        return [helper.pid for helper in self._helpers]

    @property
    def _models(self) -> list[SB3Model]:
        return [member.model for member in self.members]

    @property
    def _observation_size(self) -> int:
        shape = self._models[0].observation_space.shape
        assert shape is not None
        return shape[0]

    def _deal(self, state: State) -> None:
        """Give each process its share of the members."""
        count, crew = len(self.members), 1 + len(self._helpers)
        bounds = np.linspace(0, count, min(crew, count) + 1).round().astype(int).tolist()
        self._parts = [slice(a, b) for a, b in pairwise(bounds)]
        states = [state.select(range(part.start, part.stop)) for part in self._parts]
        if self._helpers:
            self.rollout.share_memory()
            states = [part.share_memory() for part in states]
        self._learners = [Learner(self._blueprint, part) for part in states]
        self._shares = [
            Share(self._blueprint, own, self.rollout.samples[part], self._columns, self.shared)
            for own, part in zip(states, self._parts, strict=True)
        ]
        for helper, share in zip(self._helpers, self._shares[1:], strict=False):
            helper.assign(share)

    def _each(self, work: Callable[[Learner, slice], T]) -> list[T]:
        """Results for each share of the members, in turn: a single step is too short to hand to processes."""
        return [work(learner, part) for learner, part in zip(self._learners, self._parts, strict=True)]

    def _act(
        self, samples: torch.Tensor, observation: np.ndarray, worlds: PopulationWorlds, noise: torch.Tensor
    ) -> np.ndarray:
        """Sample actions as worlds take them, and note what was seen and done in `samples` (P, n, width)."""
        columns = self._columns
        samples[..., columns.observation] = self._seen(observation)
        if self._learners[0].masked:
            samples[..., columns.mask] = self._tensor(worlds.action_masks())

        def of_part(learner: Learner, part: slice) -> None:
            rows = samples[part]
            x = rows[..., columns.observation]
            masks = rows[..., columns.mask] > 0 if learner.masked else None
            actions, log_prob = learner.head.sample(learner.actor.forward(x), noise[part], masks)
            rows[..., columns.action] = actions.to(rows.dtype)
            rows[..., columns.log_prob] = log_prob
            rows[..., columns.value] = learner.critic.forward(x).squeeze(-1)

        self._each(of_part)
        return self._playable(samples[..., columns.action])

    def _playable(self, actions: torch.Tensor) -> np.ndarray:
        space, array = self._models[0].action_space, actions.cpu().numpy()
        if isinstance(space, spaces.Box):
            return np.clip(array, space.low, space.high)
        if isinstance(space, spaces.Discrete):
            array = array.squeeze(-1)
        return array.astype(np.int64)

    def _values(self, observation: np.ndarray) -> torch.Tensor:
        seen = self._seen(observation)
        parts = self._each(lambda learner, part: learner.critic.forward(seen[part]).squeeze(-1).clone())
        return torch.cat(parts)

    def _seen(self, observation: np.ndarray) -> torch.Tensor:
        """Observations (P, n, D) as the networks take them, (P, n, aligned(D))."""
        seen = torch.zeros(*observation.shape[:2], aligned(observation.shape[2]), device=self._device)
        seen[..., : observation.shape[2]] = self._tensor(observation)
        return seen

    def _tensor(self, array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array.astype(np.float32, copy=False)).to(self._device)
