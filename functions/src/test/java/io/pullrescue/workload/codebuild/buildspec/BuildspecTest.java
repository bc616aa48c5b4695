package io.pullrescue.workload.codebuild.buildspec;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.diagnosis.tools.ParserScaling;
import io.pullrescue.diagnosis.tools.StepCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
  void insertsCommandInGivenPhase() {
    var text =
        "version: 0.2\nphases:\n  install: {commands: [pip]}\n  build: {commands: [make]}\n  post_build: {commands: []}\n";

    assertThat(edit(text, "build")).contains("[" + QUOTED + ", make]").contains("[pip]");
    assertThat(edit(text, "post_build")).isEqualTo(edit(text, "build"));
    assertThat(edit(text, "pre_build")).isEqualTo(edit(text, "install"));
    assertThat(edit(text, "provisioning")).isEqualTo(edit(text, "install"));
  }

  @Test
  void movesCommandOnlyToEarlierPhase() {
    var text = "version: 0.2\nphases:\n  install: {commands: [pip]}\n  build: {commands: [make]}\n";

    assertThat(edit(edit(text, "build"), "install")).isEqualTo(edit(text, "install"));
    assertThat(edit(edit(text, "install"), "build")).isEqualTo(edit(text, "install"));
    assertThat(Buildspec.removeSubstitution(edit(text, "build"))).isEqualTo(text);
  }

  @Test
  void countsCodePoints() {
    var text = "version: 0.2\n# \ud83d\ude80\ud83d\ude80\nphases: {build: {commands: [make]}}";

    assertThat(edit(text)).endsWith("[" + QUOTED + ", make]}}");
  }

  @Test
  void keepsAnchorBeforeList() {
    var text = "version: 0.2\nphases:\n  build:\n    commands: &all\n      - make\n";

    var edited = Buildspec.parse(text).orElseThrow().withCommand(COMMAND, "install");

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
        .satisfies(buildspec -> assertThat(buildspec.withCommand(COMMAND, "install")).isEmpty());
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

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "- - - - ? ? "})
  void rejectsDeeplyNestedText(String piece) {
    var text = "phases: \n  " + piece.repeat(1500);
    assertThat(Buildspec.parse(text)).isEmpty();
    assertThat(Buildspec.invalidReason(text)).contains("nested more than 100 levels");
  }

  /** At some offsets of an emoji the parser of snakeyaml-engine 2.10 fails. */
  @Test
  void editsTextWithEmojiAtEveryOffset() {
    for (var offset = 0; offset < 1100; offset++) {
      var text =
          "version: 0.2\n# "
              + "x".repeat(offset)
              + "\ud83d\ude80\nphases:\n  build:\n    commands:\n    - make \ud83d\ude80\n";

      assertThat(edit(text))
          .isEqualTo(text.replace("    - make", "    - " + QUOTED + "\n    - make"));
    }
  }

  @Test
  void editsTextWithThousandEmojis() {
    var text =
        "version: 0.2\n# " + "\ud83d\ude80".repeat(1000) + "\nphases: {build: {commands: [make]}}";

    assertThat(edit(text)).endsWith("[" + QUOTED + ", make]}}");
  }

  @Test
  void rejectsTextThatIsLongerThanCodeBuildAccepts() {
    var start = "version: 0.2\nphases: {build: {commands: [make]}}\n#";
    var longest = start + "x".repeat(Buildspec.MAX_CHARACTERS - start.length());

    assertThat(Buildspec.parse(longest)).isPresent();
    assertThat(Buildspec.parse(longest + "x")).isEmpty();
    assertThat(Buildspec.invalidReason(longest + "x"))
        .isEqualTo(
            "its buildspec has 25,601 characters, and CodeBuild accepts at most 25,600 in a retry;"
                + " move commands to a script in the source");
  }

  @Test
  void explainsWhyTextCannotBeRead() {
    assertThat(Buildspec.invalidReason("version: 0.2\nphases: [\n"))
        .startsWith("its buildspec cannot be read as YAML: line 3: ");
    assertThat(Buildspec.invalidReason("a: \ud83d"))
        .isEqualTo("its buildspec cannot be read: the YAML parser reports ReaderException");
    assertThat(Buildspec.invalidReason("a: 1\n---\nb: 1")).contains("more than one YAML document");
    assertThat(Buildspec.invalidReason("a: *b\npassword: hunter2")).doesNotContain("hunter2");
  }

  /** Counts calls of methods in the parser: they are the same on every machine. */
  @ParameterizedTest
  @MethodSource("io.pullrescue.diagnosis.tools.ParserScaling#buildspecPieces")
  void readsHostileTextInBoundedSteps(String piece) {
    var steps = StepCounter.of(Buildspec.class, "invalidReason");
    var ordinary = steps.count(ParserScaling.repeatToSize("- a: b\n", Buildspec.MAX_CHARACTERS));

    assertThat(steps.count(ParserScaling.repeatToSize(piece, Buildspec.MAX_CHARACTERS)))
        .isLessThan(10 * ordinary);
    assertThat(steps.count(ParserScaling.repeatToSize(piece, 1 << 20))).isLessThan(ordinary);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "buildspec.yml",
        "ci/buildspec.yml",
        "arn:aws:s3:::bucket/buildspec.yml",
        "",
        "- a\n- b",
        "a: \ud83d",
        "\u0000",
        "phases: [",
        "version: 0.2",
        "&a [*a]",
        "phases: *nobody"
      })
  void rejectsTextThatIsNotInlineBuildspec(String text) {
    assertThat(Buildspec.parse(text)).isEmpty();
  }

  private static String edit(String text) {
    return edit(text, "install");
  }

  private static String edit(String text, String phase) {
    return Buildspec.parse(text).orElseThrow().withCommand(COMMAND, phase).orElseThrow();
  }

  private static String blockingReason(String text) {
    return Buildspec.parse(text).orElseThrow().blockingReason().orElseThrow();
  }
}
