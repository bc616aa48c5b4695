/** Holds what all AWS SDK clients share: error texts and copies of model fields. */
@NullMarked
package io.pullrescue.aws;

import org.jspecify.annotations.NullMarked;
