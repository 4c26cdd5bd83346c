"""How the object's part of Meta-World's observation follows from our fields: one line for each task."""

from collections.abc import Callable

import numpy as np
from scipy.spatial.transform import Rotation

Fields = dict[str, np.ndarray]
# Width of the object's part, padded with zeros, in a frame of the official observation.
OBJECT_WIDTH = 14
# Orientation (w last) of the safe's handle in the scene while the door is shut.
SHUT_HANDLE = (0.690758498, -0.150620969, 0.690878661, 0.151171086)


def position(name: str) -> Callable[[Fields], np.ndarray]:
    """An object whose orientation the official observation leaves at zero."""
    return lambda fields: fields[name]


def fixed(name: str, *quat: float) -> Callable[[Fields], np.ndarray]:
    """An object that keeps its orientation `quat`, in whatever order the official environment has it."""
    return lambda fields: np.hstack([fields[name], np.tile(quat, (len(fields[name]), 1))])


def free(name: str, quat: str) -> Callable[[Fields], np.ndarray]:
    """An object with a field for its orientation, which the official observation converts to w last."""
    return lambda fields: np.hstack(
        [fields[name], w_last(Rotation.from_quat(np.roll(fields[quat], -1, axis=1)))]
    )


def hinged(
    name: str, angle: str, *shut: float, axis: str = "z", sign: int = 1
) -> Callable[[Fields], np.ndarray]:
    """A handle that turns about `axis` with a door; `shut` is its orientation (w last) at angle 0."""

    def part(fields: Fields) -> np.ndarray:
        turned = Rotation.from_euler(axis, sign * fields[angle][:, None]) * Rotation.from_quat(shut)
        return np.hstack([fields[name], w_last(turned)])

    return part


def w_last(rotation: Rotation) -> np.ndarray:
    """Quaternions with the sign that they get on the official way, through matrices."""
    return Rotation.from_matrix(rotation.as_matrix()).as_quat()


def free_w_first(name: str, quat: str) -> Callable[[Fields], np.ndarray]:
    """An object with a field for its orientation, which the official observation takes as it is."""
    return lambda fields: np.hstack([fields[name], fields[quat]])


OBJECT_PARTS: dict[str, Callable[[Fields], np.ndarray]] = {
    "handle-press-side": position("handle_pos"),
    "handle-pull": position("handle_pos"),
    "handle-press": position("handle_pos"),
    "button-press-topdown": fixed("button_pos", 0.70738827, -0.70682518, 0, 0),
    "window-close": position("handle_pos"),
    "door-unlock": fixed("bolt_pos", 1, 0, 0, 0),
    "door-lock": fixed("bolt_pos", 1, 0, 0, 0),
    "door-open": hinged("handle_pos", "door_angle", *SHUT_HANDLE),
    "push": free("object_pos", "object_quat"),
    "pick-place": free("object_pos", "object_quat"),
    "basketball": free_w_first("ball_pos", "ball_quat"),
    "button-press": fixed("button_pos", 1, 0, 0, 0),
    "coffee-button": fixed("button_pos", 1, 0, 0, 0),
    "door-close": hinged("handle_pos", "door_angle", *SHUT_HANDLE),
    "drawer-close": position("handle_pos"),
    "drawer-open": fixed("handle_pos", 1, 0, 0, 0),
    "faucet-close": fixed("handle_pos", 1, 0, 0, 0),
    "faucet-open": fixed("handle_pos", 1, 0, 0, 0),
    "lever-pull": hinged(
        "lever_pos", "lever_angle", 0.6625000387, -0.2471713954, 0.2471713954, 0.6625000387, axis="x", sign=-1
    ),
    "peg-insert-side": free("peg_pos", "peg_quat"),
    "plate-slide": fixed("plate_pos", 0, 0, 0, 1),
    "reach": free("object_pos", "object_quat"),
    "sweep-into": free("block_pos", "block_quat"),
    "window-open": position("handle_pos"),
}


def official_frame(name: str, fields: Fields) -> np.ndarray:
    """The 18 numbers (T, 18) of frames of the official observation, from named fields."""
    part = OBJECT_PARTS[name](fields)
    padding = np.zeros((len(part), OBJECT_WIDTH - part.shape[1]))
    return np.hstack([fields["hand_pos"], fields["gripper_openness"][:, None], part, padding])
