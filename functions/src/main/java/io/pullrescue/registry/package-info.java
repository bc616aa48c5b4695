/**
 * The OCI distribution API over HTTP: authentication, transport, network guard.
 *
 * <p>Blobs are not mounted from other repositories of the mirror. Amazon ECR mounts only where the
 * account has turned it on, and only what a manifest refers to there already; which repository that
 * is, nobody says. It could be guessed for a failure that names several images, but those are
 * copied at the same time. And a mount has to be answered before a download may begin, where now
 * both sides are opened at once: a round trip more for each blob that is not mounted.
 *
 * <p>Of Jib Core, credentials of docker's configuration are read; its transport opens a connection
 * for every request, hashes twice, and writes manifests that are not the bytes it read.
 */
@NullMarked
package io.pullrescue.registry;

import org.jspecify.annotations.NullMarked;
