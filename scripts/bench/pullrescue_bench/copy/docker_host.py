"""A docker daemon without images, and its costs."""
import os
import shutil
import subprocess
import tempfile
import time


class DockerHost:
    def __init__(self, environment):
        self.folder = tempfile.mkdtemp(prefix="docker-", dir="/tmp")
        self.environment = {**environment, "DOCKER_HOST": f"unix://{self.folder}/s", "DOCKER_CONFIG": self.folder}

    def __enter__(self):
        with open(f"{self.folder}/log", "wb") as log:
            self.process = subprocess.Popen(
                [
                    "dockerd",
                    "--iptables=false",
                    "--bridge=none",
                    "--data-root",
                    f"{self.folder}/data",
                    "--exec-root",
                    f"{self.folder}/exec",
                    "-H",
                    f"unix://{self.folder}/s",
                    "-p",
                    f"{self.folder}/pid",
                ],
                stdout=log,
                stderr=log,
                env=self.environment,
            )
        for _ in range(300):
            if (
                subprocess.run(["docker", "version"], env=self.environment, capture_output=True, check=False).returncode
                == 0
            ):
                self.before = self.cpu_seconds_total()
                return self
            time.sleep(0.1)
        raise SystemExit("dockerd did not start: " + open(f"{self.folder}/log", encoding="utf-8").read())

    def process_tree(self):
        """Returns the daemon and its descendants, such as containerd."""
        parents = {}
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
                    parents[int(process)] = int(stat.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
        process_tree = {self.process.pid}
        while more := {child for child, parent in parents.items() if parent in process_tree} - process_tree:
            process_tree |= more
        return process_tree

    def cpu_seconds_total(self):
        """Returns the CPU time of each process and of the ended ones it has waited for."""
        ticks = 0
        for process in self.process_tree():
            with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
                ticks += sum(map(int, stat.read().rpartition(")")[2].split()[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def cpu_seconds(self):
        return self.cpu_seconds_total() - self.before

    def peak_megabytes(self):
        """Returns the sum of the peak memory of all processes."""
        held = 0
        for process in self.process_tree():
            with open(f"/proc/{process}/status", encoding="utf-8") as status:
                held += sum(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
        return held / 1024

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
