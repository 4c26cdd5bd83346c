"""A real experiment of two trained candidates, and its feedback page on loopback."""

import threading
from contextlib import contextmanager
from pathlib import Path

from rewardsmith.experiments import Evolution, EvolveSettings, run_job
from rewardsmith.experiments.evolution.limits import Limits
from rewardsmith.experiments.feedback.server import make_server

# Text from a program is shown on the page: this one tries to break out of it.
HOSTILE = "</code></pre><script>document.title='broken'</script><img src=x onerror=alert(1)>"
PROGRAMS = (
    f"""def compute_reward(obs, action, next_obs, xp):
    # {HOSTILE}
    placed = 1.0 * next_obs.tags_placed
    return placed, {{"placed": placed}}
""",
    """def compute_reward(obs, action, next_obs, xp):
    gain = 1.0 * next_obs.tags_placed - 1.0 * obs.tags_placed
    still = -0.01 * xp.ones_like(gain)
    return gain + still, {"gain": gain, "still": still}
""",
)
SETTINGS = EvolveSettings(
    "format-answer-easy",
    generations=2,
    samples=2,
    steps=4096,
    selection_episodes=4,
    final_seeds=1,
    final_episodes=4,
)


class InProcess:
    """Trains one candidate after the other, here; the final test is of no interest."""

    def run(self, jobs, progress, racing=None, stop=None):
        """See `Executor.run`."""
        for job in jobs:
            if not job.key.startswith("final"):
                yield job, run_job(job)


def evolution(folder: Path, proposer, steps: int | None = None) -> Evolution:
    """The evolution in `folder`, which ends after `steps` environment steps, as if it were paused."""
    limits = Limits(max_env_steps=steps)
    return Evolution(SETTINGS, folder, proposer, InProcess(), limits)


@contextmanager
def served(folder: Path):
    """The page's address while it is served."""
    server = make_server(folder, 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
