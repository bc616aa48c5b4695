/** Finds registry credentials in AWS Secrets Manager, Parameter Store and Amazon ECR. */
@NullMarked
package io.pullrescue.credentials;

import org.jspecify.annotations.NullMarked;
