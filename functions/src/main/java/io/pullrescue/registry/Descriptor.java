package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.image.Platform;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of something it refers to.
 *
 * <p>The addresses ({@code urls}) that a descriptor may carry are not even read: they are the image
 * author's, and nothing is fetched from where an image says.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI content
 *     descriptors</a>
 */
public record Descriptor(String mediaType, Digest digest, long size, @Nullable Platform platform) {
  /** Layers that registries do not hold: Windows base layers, to be had from Microsoft alone. */
  private static final Set<String> FOREIGN =
      Set.of(
          "application/vnd.docker.image.rootfs.foreign.diff.tar",
          "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
          "application/vnd.oci.image.layer.nondistributable.v1.tar",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");

  /** Whether a registry is allowed not to have it, so that it is not copied either. */
  public boolean isForeign() {
    return FOREIGN.contains(mediaType);
  }
}
