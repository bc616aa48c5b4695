"""Repositories on the emulated GitHub, for tests."""

import os
import subprocess
import tempfile

IDENTITY = {
    name: value
    for role in ("AUTHOR", "COMMITTER")
    for name, value in ((f"GIT_{role}_NAME", "tests"), (f"GIT_{role}_EMAIL", "tests@example.com"))
}


class GitRepository:
    """A bare repository in the folder of the emulator; `name` is `owner/repository`."""

    def __init__(self, folder, name):
        self.location = f"https://github.com/{name}.git"
        self._path = os.path.join(folder, "github.com", f"{name}.git")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", self._path], check=True)

    def push(self, reference, files):
        """Pushes a commit with these files, and returns its id."""
        with tempfile.TemporaryDirectory() as work:
            self._git("init", "-q", cwd=work)
            for path, content in files.items():
                with open(os.path.join(work, path), "w", encoding="utf-8") as file:
                    file.write(content)
            self._git("add", ".", cwd=work)
            self._git("commit", "-q", "-m", "change", cwd=work)
            self._git("push", "-q", "--force", self._path, f"HEAD:{reference}", cwd=work)
            return self._git("rev-parse", "HEAD", cwd=work)

    @staticmethod
    def _git(*arguments, cwd):
        environment = {**os.environ, **IDENTITY}
        return subprocess.run(
            ["git", *arguments], cwd=cwd, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip()
