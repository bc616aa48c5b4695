/**
 * Copies one image byte for byte from its upstream into the mirror.
 *
 * <ol>
 *   <li>{@link io.pullrescue.replication.ImageReplicator} looks up the digest upstream and in the
 *       mirror, and tries the sources that {@code SourceResolver} finds.
 *   <li>{@code ImageCopier} reads all manifests ({@code ManifestTreeFetcher}) before anything is
 *       written, so that a copy which the rate limit or the size limits do not allow does not
 *       start.
 *   <li>{@code BlobCopier} streams the blobs that the mirror lacks, the largest first; {@code
 *       DigestVerifyingInputStream} withholds the last bytes of a blob until its digest is
 *       verified.
 *   <li>The manifests are written, children before parents and the tag last, so that the tag
 *       appears only when the image is complete. {@code ReferrerCopier} copies signatures and
 *       attestations.
 * </ol>
 */
@NullMarked
package io.pullrescue.replication;

import org.jspecify.annotations.NullMarked;
