package io.pullrescue.registry;

import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.auth.RegistryCredentials;
import io.pullrescue.registry.http.Deadline;
import org.jspecify.annotations.Nullable;

/** Opens repositories over the distribution API. Nothing is sent before something is asked. */
public interface RegistryClient {
  /** The repository of an image to be read; without a login, as a stranger. */
  SourceRepository sourceRepository(
      ImageReference image, @Nullable RegistryCredentials credentials, Deadline deadline);

  /** The repository of a copy to be written. */
  DestinationRepository destinationRepository(
      ImageReference mirrorReference, @Nullable RegistryCredentials credentials, Deadline deadline);
}
