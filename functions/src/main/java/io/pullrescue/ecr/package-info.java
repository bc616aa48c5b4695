/** Manages and reads the mirror, which is kept in private repositories of Amazon ECR. */
@NullMarked
package io.pullrescue.ecr;

import org.jspecify.annotations.NullMarked;
