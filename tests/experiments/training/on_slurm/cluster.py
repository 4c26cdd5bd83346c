"""Runs a command on a Slurm cluster of one node; run in namespaces of its own (`test_real_slurm.py`).

python cluster.py FOLDER COMMAND...
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

NODE = "slurmnode"
# Names are looked up only where there is an address besides the loopback's own.
ADDRESS = "10.77.0.1"
CONFIG = """
ClusterName=test
SlurmctldHost={node}({address})
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MpiDefault=none
ReturnToService=2
KillWait=2
MinJobAge=10
NodeName={node} NodeAddr={address} CPUs=2 RealMemory=3000 State=UNKNOWN
PartitionName=main Nodes={node} Default=YES MaxTime=60 State=UP
"""


def start(folder: Path) -> None:
    """Start Slurm's daemons, keeping all they write under `folder`, and wait until the node is idle."""
    for name in ("state", "spool", "munge"):
        (folder / name).mkdir(parents=True)
    (folder / "munge").chmod(0o700)
    socket.sethostname(NODE)
    (folder / "hosts").write_text(f"{ADDRESS} {NODE} localhost\n")
    (folder / "munge" / "key").write_bytes(os.urandom(128))
    (folder / "munge" / "key").chmod(0o400)
    config = folder / "slurm.conf"
    config.write_text(CONFIG.format(node=NODE, address=ADDRESS, folder=folder, user="root"))
    os.environ["SLURM_CONF"] = str(config)
    for command in (
        "ip link set lo up",
        f"ip addr add {ADDRESS}/24 dev lo",
        f"mount --bind {folder}/hosts /etc/hosts",
        f"munged --force --key-file={folder}/munge/key --socket={folder}/munge/socket "
        f"--pid-file={folder}/munge/pid --log-file={folder}/munge/log --seed-file={folder}/munge/seed",
        "slurmctld",
        "slurmd",
    ):
        subprocess.run(command.split(), check=True, capture_output=True)
    deadline = time.monotonic() + 60
    while "idle" not in subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True).stdout:
        assert time.monotonic() < deadline, (folder / "slurmctld.log").read_text()[-2000:]
        time.sleep(0.2)


if __name__ == "__main__":
    start(Path(sys.argv[1]))
    sys.exit(subprocess.run(sys.argv[2:], check=False).returncode)
