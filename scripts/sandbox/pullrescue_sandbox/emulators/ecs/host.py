"""What tasks of a cluster run on: AWS Fargate, fresh container instances, or one that keeps images.

Tags of the cluster say it, because container instances are not emulated:
  emulator-keeps-images = true                    EC2: one container instance, which keeps the images of earlier tasks
  emulator-image-pull-behavior = always|once|prefer-cached|default    its ECS_IMAGE_PULL_BEHAVIOR
  emulator-guardduty = on | cannot-pull           AWS adds the agent of Amazon GuardDuty to each task
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pull-behavior.html
"""

import hashlib
import os
import threading
import uuid

from pullrescue_sandbox.account import arn


class Host:
    def __init__(self, cluster, tags, folder):
        self.arn = arn("ecs", f"container-instance/{cluster}/{uuid.uuid4().hex}")
        self.folder = folder
        self.update(tags)
        self.lock = threading.Lock()

    def update(self, tags):
        self.keeps_images = tags.get("emulator-keeps-images") == "true"
        self.behavior = tags.get("emulator-image-pull-behavior", "default")
        self.guardduty = tags.get("emulator-guardduty")

    def load(self, docker, image):
        """Returns whether the image was kept, and is in this docker now."""
        file = self._file(image)
        return self.keeps_images and os.path.exists(file) and docker.docker("load", "--input", file).returncode == 0

    def keep(self, docker, image):
        if self.keeps_images and "@" not in image:
            os.makedirs(self.folder, exist_ok=True)
            with self.lock:
                docker.docker("save", "--output", self._file(image), image)

    def must_pull(self, kept):
        """Whether the agent asks the registry: not for an image that it has, if it prefers that or has pulled it once."""
        return not (kept and self.behavior in ("once", "prefer-cached"))

    def runs_kept_image(self, kept):
        """Whether the agent tries to run an image that could not be pulled: handleEventError in
        https://github.com/aws/amazon-ecs-agent/blob/master/agent/engine/task_manager.go"""
        return kept and self.behavior in ("default", "prefer-cached")

    def _file(self, image):
        return os.path.join(self.folder, hashlib.sha256(image.encode()).hexdigest() + ".tar")
