package io.pullrescue.registry;

import io.pullrescue.image.Digest;
import io.pullrescue.image.Platform;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reference from a manifest to a blob or to another manifest.
 *
 * <p>The addresses ({@code urls}) of a descriptor are ignored: they are under control of the
 * image's author, and nothing is fetched from an address that an image names.
 *
 * @param size in bytes
 * @param platform what a child of an index runs on; null if the index does not say
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI content
 *     descriptors</a>
 */
public record Descriptor(String mediaType, Digest digest, long size, @Nullable Platform platform) {
  /** Layers that registries do not store, such as Windows base layers from Microsoft. */
  private static final Set<String> FOREIGN =
      Set.of(
          "application/vnd.docker.image.rootfs.foreign.diff.tar",
          "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
          "application/vnd.oci.image.layer.nondistributable.v1.tar",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
          "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");

  /** Returns whether registries need not store this layer, in which case it is not copied. */
  public boolean isForeign() {
    return FOREIGN.contains(mediaType);
  }
}
