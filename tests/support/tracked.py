"""The small experiment, tracked, and what TensorBoard reads of it."""

from small_experiment import go_on
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from rewardsmith.experiments import Store
from rewardsmith.experiments.tracking import followed, open_tracker


def track(folder, changes=None, service="tensorboard"):
    """Go on with the small experiment in `folder` for so many changes; all of them where None."""
    with (
        Store.open_to_write(folder) as store,
        open_tracker(folder, {"task": "made-up"}, service) as tracker,
        followed(store, tracker),
    ):
        for number, _ in enumerate(go_on(store), 1):
            if number == changes:
                break


def scalars(folder):
    """Tag -> [(step, value), ...], read by TensorBoard itself."""
    board = EventAccumulator(str(folder)).Reload()
    return {tag: [(e.step, e.value) for e in board.Scalars(tag)] for tag in board.Tags()["scalars"]}
