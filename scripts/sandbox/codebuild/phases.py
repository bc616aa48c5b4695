"""Runs the commands of INSTALL, PRE_BUILD, BUILD and POST_BUILD in the build's shell and writes what happens to its log."""

from .buildspec import PHASES, PhaseCommands

NOTHING = PhaseCommands((), (), "")


class Commands:
    def __init__(self, record, log, shell, buildspec):
        self.record = record
        self.log = log
        self.shell = shell
        self.buildspec = buildspec
        self.succeeding = True

    def run(self):
        """Answers whether the build has succeeded and whether its artifacts would be uploaded."""
        succeeded = True
        for name in PHASES:
            commands = self.buildspec.phases.get(name, NOTHING)
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
        self.log.container(f"Entering phase {phase_type}")
        # POST_BUILD asks this variable whether BUILD went well.
        self.shell.run(f"export CODEBUILD_BUILD_SUCCEEDING={int(self.succeeding)}", self.log.output)
        failure = self._run_commands(commands.commands)
        failure = self._run_commands(commands.finally_commands) or failure
        end_phase(self.record, self.log, "FAILED" if failure else "SUCCEEDED", failure)
        return failure is None

    def _run_commands(self, commands):
        for command in commands:
            self.log.container(f"Running command {command}")
            status = self.shell.run(command, self.log.output)
            if status:
                self.log.container(f"Command did not exit successfully {command} exit status {status}")
                return "COMMAND_EXECUTION_ERROR", f"Error while executing command: {command}. Reason: exit status {status}"
        return None


def end_phase(record, log, status, context=None):
    record.end(status, context)
    phase_type = record.look()["currentPhase"]
    status_code, message = context or ("", "")
    log.container(f"Phase complete: {phase_type} State: {status}")
    log.container(f"Phase context status code: {status_code} Message: {message}")
