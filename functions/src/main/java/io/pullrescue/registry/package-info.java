/**
 * Implements the client side of the OCI distribution API and its model.
 *
 * <p>Depends on references and text only, so that it can be used without the copy engine.
 *
 * <p>Blobs are not mounted across repositories. Amazon ECR mounts a blob only where the account has
 * turned blob mounting on, and only from a repository in which a manifest refers to it; no API
 * tells which repository that is. A mount also has to be answered before the download may begin,
 * whereas download and upload are otherwise opened in parallel: it would cost one round trip for
 * each blob that cannot be mounted.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
 *     Distribution Specification</a>
 */
@NullMarked
package io.pullrescue.registry;

import org.jspecify.annotations.NullMarked;
