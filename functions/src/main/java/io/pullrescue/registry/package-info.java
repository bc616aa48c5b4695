/** The OCI distribution API over HTTP: authentication, transport, network guard. */
@NullMarked
package io.pullrescue.registry;

import org.jspecify.annotations.NullMarked;
