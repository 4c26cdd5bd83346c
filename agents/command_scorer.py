"""A policy for games that list the commands possible now: it reads each and scores it.

The task shows the list as its field ``commands``, a category of shape (K, L): K commands of L words, whose
word 0 fills up short ones. Action k carries out the k-th. What a command is worth depends on its words and
on the state, never on its place in the list, as in the agents for text games of He et al. ("Deep
Reinforcement Learning with a Natural Language Action Space", 2016).
"""

from __future__ import annotations

import torch
from gymnasium import spaces
from sb3_contrib.common.maskable.policies import MaskableActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, MlpExtractor
from stable_baselines3.common.type_aliases import Schedule
from torch import nn

from ..envs import TaskSpec, UserError
from ..envs.spaces import ObservationEncoder

COMMANDS = "commands"


class CommandFeatures(BaseFeaturesExtractor):
    """The state as it is, followed by K command embeddings.

    Args:
        observation_space: the flat one.
        spec: the task's, with a field ``commands``.
        width: values per command.

    Raises:
        UserError: if the task lists no commands, or not one for each action.
    """

    def __init__(self, observation_space: spaces.Box, spec: TaskSpec, width: int = 32) -> None:
        field = next((field for field in spec.fields if field.name == COMMANDS and field.observed), None)
        if field is None or field.kind != "category" or len(field.shape) != 2:
            raise UserError(
                f"CommandScorer reads an observed category `{COMMANDS}` of shape (commands, words), "
                f"which {spec.name} does not have; use policy: MlpPolicy"
            )
        if field.shape[0] != spec.action.size:
            raise UserError(
                f"CommandScorer needs a command for each action, {spec.name} has {field.shape[0]} commands "
                f"and {spec.action.size} actions"
            )
        self.commands, self.width = field.shape[0], width
        self._where = ObservationEncoder(spec).slices()[COMMANDS]
        self._shape = (*field.shape, field.categories)
        assert observation_space.shape is not None
        self.state_size = observation_space.shape[0] - (self._where.stop - self._where.start)
        super().__init__(observation_space, self.state_size + self.commands * width)
        self.words = nn.Embedding(field.categories - 1, width)
        self.positions = nn.Parameter(0.5 * torch.randn(field.shape[1], width))
        self.read_word, self.read_command = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """(B, D) observations -> (B, state_size + K * width)."""
        tokens = observations[:, self._where].unflatten(1, self._shape)
        # Without its first column the one-hot row of a filler is zero: it is no word.
        present = tokens[..., 1:].sum(dim=-1, keepdim=True)
        words = torch.tanh(self.read_word(tokens[..., 1:] @ self.words.weight + self.positions)) * present
        commands = torch.tanh(self.read_command(words.sum(dim=2)))
        state = torch.cat([observations[:, : self._where.start], observations[:, self._where.stop :]], dim=1)
        return torch.cat([state, commands.flatten(1)], dim=1)


class StateBesideCommands(MlpExtractor):
    """SB3's two networks, which see the state and the mean of all commands.

    The actor's code is followed by the commands themselves, for `CommandScores` to read.

    Args:
        features: what the input was made by.
        net_arch: layers, as SB3 takes them.
        activation_fn: between the layers.
        device: where the weights lie.
    """

    def __init__(
        self,
        features: CommandFeatures,
        net_arch: list[int] | dict[str, list[int]],
        activation_fn: type[nn.Module],
        device: torch.device,
    ) -> None:
        super().__init__(features.state_size + features.width, net_arch, activation_fn, device)
        self._state, self._commands = features.state_size, (features.commands, features.width)
        self.state_dim = self.latent_dim_pi
        self.latent_dim_pi += features.commands * features.width

    def forward_actor(self, features: torch.Tensor) -> torch.Tensor:
        """Features -> the state's code and the commands, one after another."""
        code = super().forward_actor(self._overview(features))
        return torch.cat([code, features[:, self._state :]], dim=1)

    def forward_critic(self, features: torch.Tensor) -> torch.Tensor:
        """Features -> the code that the state's value is read from."""
        return super().forward_critic(self._overview(features))

    def _overview(self, features: torch.Tensor) -> torch.Tensor:
        mean = features[:, self._state :].unflatten(1, self._commands).mean(dim=1)
        return torch.cat([features[:, : self._state], mean], dim=1)


class CommandScores(nn.Module):
    """Scores each command by a small network that sees the state's code beside it.

    Args:
        state: size of the state's code.
        commands: number of commands.
        width: values per command.
        hidden: units of the network.
    """

    def __init__(self, state: int, commands: int, width: int, hidden: int = 64) -> None:
        super().__init__()
        self._state, self._commands = state, (commands, width)
        self.of_state, self.of_command = nn.Linear(state, hidden), nn.Linear(width, hidden, bias=False)
        # Their sum alone could only rank commands alike in all states; the product ties them to the state.
        self.gate = nn.Linear(state, hidden)
        self.score = nn.Linear(hidden, 1)
        nn.init.orthogonal_(self.score.weight, 0.01)

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        """(B, state + commands * width) -> (B, commands) logits."""
        state = latent[:, : self._state]
        commands = latent[:, self._state :].unflatten(1, self._commands)
        matched = self.of_command(commands) * self.gate(state)[:, None]
        return self.score(torch.tanh(matched + self.of_state(state)[:, None])).squeeze(-1)


class CommandScorer(MaskableActorCriticPolicy):
    """Permuting the list of commands permutes the probabilities and leaves the value as it is.

    It is made with ``features_extractor_class=CommandFeatures``, as `networks.network_arguments` does.
    """

    def _build_mlp_extractor(self) -> None:
        features = self.features_extractor
        assert isinstance(features, CommandFeatures)
        self.mlp_extractor = StateBesideCommands(features, self.net_arch, self.activation_fn, self.device)

    def _build(self, lr_schedule: Schedule) -> None:
        super()._build(lr_schedule)
        features, networks = self.features_extractor, self.mlp_extractor
        assert isinstance(features, CommandFeatures) and isinstance(networks, StateBesideCommands)
        self.action_net = CommandScores(networks.state_dim, features.commands, features.width)
        self.optimizer = self.optimizer_class(
            self.parameters(),
            lr=lr_schedule(1),  # type: ignore[call-arg]
            **self.optimizer_kwargs,
        )
