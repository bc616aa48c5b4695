package io.pullrescue.infra;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operator decides; all else is the same everywhere.
 *
 * @param mode how far a rescue may go by itself
 * @param copying which images are copied
 * @param buildAccess what may be read of builds
 * @param retrying what runs again
 * @param sharing who else may pull from the mirror
 * @param operation how the installation itself is run
 * @param vpc where functions run
 * @param functionsJar the code of all functions
 */
record Configuration(
    Mode mode,
    Copying copying,
    BuildAccess buildAccess,
    Retrying retrying,
    Sharing sharing,
    Operation operation,
    Vpc vpc,
    Path functionsJar) {
  private static final Set<String> NAMES = Set.of("mode", "functionsJar");

  /** A setting that is refused is refused with the place where it stands. */
  static Configuration from(Settings settings) {
    try {
      settings.refuseAllBut(
          Stream.of(
                  NAMES,
                  Copying.NAMES,
                  BuildAccess.NAMES,
                  Retrying.NAMES,
                  Sharing.NAMES,
                  Operation.NAMES,
                  Vpc.NAMES)
              .flatMap(Set::stream)
              .collect(Collectors.toUnmodifiableSet()));
      return read(settings);
    } catch (SettingRefused refused) {
      throw settings.place(refused.setting()).map(refused::at).orElse(refused);
    }
  }

  private static Configuration read(Settings settings) {
    return new Configuration(
        settings.choice("mode", Mode.RESCUE),
        Copying.from(settings),
        BuildAccess.from(settings),
        Retrying.from(settings),
        Sharing.from(settings),
        Operation.from(settings),
        Vpc.from(settings),
        jar(settings));
  }

  private static Path jar(Settings settings) {
    Path jar =
        Path.of(settings.text("functionsJar", "../functions/target/pull-rescue-functions.jar"));
    if (!Files.isRegularFile(jar)) {
      throw new SettingRefused(
          "functionsJar", "there is no file %s; build it: mvn package".formatted(jar));
    }
    return jar;
  }
}
