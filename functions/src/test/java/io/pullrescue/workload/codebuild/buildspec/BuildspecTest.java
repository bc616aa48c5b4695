package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BuildspecTest {
  private static final String COMMAND = ": pull-rescue\necho \"it's \\ here\"";
  private static final String QUOTED = "\": pull-rescue\\necho \\\"it's \\\\ here\\\"\"";

  @Test
  void changesOnlyFirstCommand() {
    var text =
        """
        version: 0.2   # not a number to us

        env:
          variables: {PYTHON: 3.10, on: yes, WHEN: 2026-01-01}
        phases:
          install:
            runtime-versions:
              python: 3.10
          pre_build:
            commands:
            # a comment stays where it is
            - &login |
              aws ecr get-login-password |
                docker login --username AWS
            - echo "caf\u00e9 \ud83d\ude80"
          build:
            commands:
              - *login
              - >-
                docker build
                -t app .
        """;

    assertThat(edit(text))
        .isEqualTo(text.replace("    - &login |", "    - " + QUOTED + "\n    - &login |"));
  }

  @Test
  void editsFlowStyleListsAndJson() {
    assertThat(edit("{version: 0.2, phases: {build: {commands: [make, make test]}}}"))
        .isEqualTo(
            "{version: 0.2, phases: {build: {commands: [" + QUOTED + ", make, make test]}}}");
    assertThat(edit("{\"version\": 0.2, \"phases\": {\"build\": {\"commands\": [\"make\"]}}}"))
        .isEqualTo(
            "{\"version\": 0.2, \"phases\": {\"build\": {\"commands\": ["
                + QUOTED
                + ", \"make\"]}}}");
  }

  @Test
  void findsFirstPhaseInExecutionOrder() {
    var text =
        "version: 0.2\nphases:\n  build:\n    commands:\n    - make\n  install:\n    commands:\n    - pip\n";

    assertThat(edit(text)).contains("  install:\n    commands:\n    - " + QUOTED + "\n    - pip\n");
  }

  @Test
  void countsCodePoints() {
    var text = "version: 0.2\n# \ud83d\ude80\ud83d\ude80\nphases: {build: {commands: [make]}}";

    assertThat(edit(text)).endsWith("[" + QUOTED + ", make]}}");
  }

  @Test
  void keepsAnchorBeforeList() {
    var text = "version: 0.2\nphases:\n  build:\n    commands: &all\n      - make\n";

    var edited = Buildspec.parse(text).orElseThrow().withFirstCommand(COMMAND);

    edited.ifPresent(value -> assertThat(value).contains(QUOTED + "\n      - make"));
  }

  @Test
  void rejectsUnsupportedBuildspecs() {
    assertThat(blockingReason("version: 0.1\nphases: {build: {commands: [make]}}")).contains("0.2");
    assertThat(
            blockingReason(
                "version: 0.2\nenv: {shell: powershell}\nphases: {build: {commands: [make]}}"))
        .contains("powershell");
    assertThat(
            blockingReason(
                "version: 0.2\nphases: {install: {commands: [a]}, build: {run-as: app, commands: [make]}}"))
        .contains("different users");
    assertThat(Buildspec.parse("version: 0.2\nphases: {build: {finally: [x]}}").orElseThrow())
        .satisfies(buildspec -> assertThat(buildspec.withFirstCommand(COMMAND)).isEmpty());
  }

  @Test
  void acceptsSameUserInAllPhases() {
    assertThat(
            Buildspec.parse(
                    "version: 0.2\nrun-as: app\nphases: {install: {run-as: app, commands: [a]},"
                        + " build: {commands: [b]}, post_build: {run-as: root, finally: [c]}}")
                .orElseThrow()
                .blockingReason())
        .isEmpty();
    assertThat(
            blockingReason(
                "version: 0.2\nrun-as: app\nphases: {install: {run-as: root, commands: [a]},"
                    + " build: {commands: [b]}}"))
        .contains("different users");
  }

  @Test
  void rejectsDeeplyNestedText() {
    assertThat(Buildspec.parse("phases: " + "[".repeat(100_000))).isEmpty();
    assertThat(Buildspec.parse("phases: " + "{a: ".repeat(5000) + "}".repeat(5000))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "buildspec.yml",
        "ci/buildspec.yml",
        "arn:aws:s3:::bucket/buildspec.yml",
        "",
        "- a\n- b",
        "phases: [",
        "version: 0.2",
        "&a [*a]",
        "phases: *nobody"
      })
  void rejectsTextThatIsNotInlineBuildspec(String text) {
    assertThat(Buildspec.parse(text)).isEmpty();
  }

  private static String edit(String text) {
    return Buildspec.parse(text).orElseThrow().withFirstCommand(COMMAND).orElseThrow();
  }

  private static String blockingReason(String text) {
    return Buildspec.parse(text).orElseThrow().blockingReason().orElseThrow();
  }
}
