package io.pullrescue.cli;

import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.auth.RegistryCredentialsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Provides the credentials that {@code docker login} has stored. */
final class DockerConfigCredentials implements RegistryCredentialsProvider {
  private final Path folder;

  /** Reads {@code config.json} in this folder, and the credential helpers that it names. */
  DockerConfigCredentials(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<RegistryCredentials> resolveCredentials(String registry) {
    // Docker stores the credentials of Docker Hub under another name.
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

  /** Whoever runs the command uses credentials and a destination of their own. */
  @Override
  public boolean allowsPrivate(ImageReference image) {
    return true;
  }
}
