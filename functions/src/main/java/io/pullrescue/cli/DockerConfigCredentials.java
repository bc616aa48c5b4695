package io.pullrescue.cli;

import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The logins of whoever sits at the terminal: those that {@code docker login} has stored. */
final class DockerConfigCredentials implements RegistryCredentialsProvider {
  private final Path folder;

  /** Logins in the {@code config.json} of this folder, and of the helpers that it names. */
  DockerConfigCredentials(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<RegistryCredentials> resolveCredentials(String registry) {
    // Docker Hub is stored under a name that only Jib and docker know.
    var storedName = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
    try {
      return DockerConfigCredentialRetriever.create(storedName, folder.resolve("config.json"))
          .retrieve(event -> {})
          .map(stored -> new RegistryCredentials(stored.getUsername(), stored.getPassword()));
    } catch (IOException unreadable) {
      throw new IllegalStateException(
          "reading docker's config.json for " + registry + " failed; run docker login again",
          unreadable);
    }
  }
}
