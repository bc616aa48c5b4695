package io.pullrescue.registry;

import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import io.pullrescue.replication.Login;
import io.pullrescue.replication.Logins;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The logins of whoever sits at the terminal: those that {@code docker login} has stored. */
public final class DockerConfigLogins implements Logins {
  private final Path folder;

  /** Logins in the {@code config.json} of this folder, and of the helpers that it names. */
  public DockerConfigLogins(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<Login> at(String registry) {
    // Docker Hub is stored under a name that only Jib and docker know.
    var known = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
    try {
      return DockerConfigCredentialRetriever.create(known, folder.resolve("config.json"))
          .retrieve(event -> {})
          .map(found -> new Login(found.getUsername(), found.getPassword()));
    } catch (IOException unreadable) {
      throw new IllegalStateException(
          "reading docker's config.json for " + registry + " failed; run docker login again",
          unreadable);
    }
  }
}
