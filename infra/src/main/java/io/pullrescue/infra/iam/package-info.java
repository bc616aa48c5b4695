/** Grants the permissions that the functions need, each as narrow as its API allows. */
@NullMarked
package io.pullrescue.infra.iam;

import org.jspecify.annotations.NullMarked;
