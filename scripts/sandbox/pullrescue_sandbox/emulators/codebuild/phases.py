"""Runs the commands of INSTALL, PRE_BUILD, BUILD and POST_BUILD in the shell of the build, and logs them."""

from .buildspec import PHASES, PhaseCommands

EMPTY_PHASE = PhaseCommands((), (), "")


class PhaseRunner:
    def __init__(self, record, log, shell, buildspec):
        self.record = record
        self.log = log
        self.shell = shell
        self.buildspec = buildspec
        self.succeeding = True

    def run(self):
        """Returns whether the build succeeded, and whether its artifacts would be uploaded."""
        succeeded = True
        for name in PHASES:
            commands = self.buildspec.phases.get(name, EMPTY_PHASE)
            if self._run_phase(name.upper(), commands):
                continue
            self.succeeding = False
            if commands.on_failure == "CONTINUE":
                continue
            succeeded = False
            if name != "build" and name != "post_build" or commands.on_failure == "ABORT":
                return False, False
        return succeeded, True

    def _run_phase(self, phase_type, commands):
        self.record.begin(phase_type)
        self.log.agent(f"Entering phase {phase_type}")
        # POST_BUILD reads from this variable whether BUILD succeeded.
        self.shell.run(f"export CODEBUILD_BUILD_SUCCEEDING={int(self.succeeding)}", self.log.write)
        failure = self._run_commands(commands.commands)
        failure = self._run_commands(commands.finally_commands) or failure
        end_phase(self.record, self.log, "FAILED" if failure else "SUCCEEDED", failure)
        return failure is None

    def _run_commands(self, commands):
        for command in commands:
            self.log.agent(f"Running command {command}")
            status = self.shell.run(command, self.log.write)
            if status:
                self.log.agent(f"Command did not exit successfully {command} exit status {status}")
                return (
                    "COMMAND_EXECUTION_ERROR",
                    f"Error while executing command: {command}. Reason: exit status {status}",
                )
        return None


def end_phase(record, log, status, context=None):
    record.end(status, context)
    phase_type = record.snapshot()["currentPhase"]
    status_code, message = context or ("", "")
    log.agent(f"Phase complete: {phase_type} State: {status}")
    log.agent(f"Phase context status code: {status_code} Message: {message}")
