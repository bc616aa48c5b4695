/**
 * Implements the client side of the OCI distribution API and its model.
 *
 * <p>This package depends only on image references and text, so that it can be used without the
 * copy engine. A {@link io.pullrescue.registry.RegistryClient} opens repositories; requests pass
 * through {@code RepositoryClient}, which authenticates and retries them, to {@link
 * io.pullrescue.registry.http.HttpTransport}.
 *
 * <p>Blobs are not mounted across repositories. Amazon ECR mounts a blob only if the account has
 * enabled blob mounting, and only from a repository in which a manifest refers to it; no API
 * returns which repository that is. A mount also has to be answered before the download may start,
 * while download and upload are otherwise started in parallel, so that each blob that cannot be
 * mounted would cost one round trip.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI
 *     Distribution Specification</a>
 */
@NullMarked
package io.pullrescue.registry;

import org.jspecify.annotations.NullMarked;
