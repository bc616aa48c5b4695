package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.grant;

import io.pullrescue.infra.config.CredentialReference;
import java.util.Collection;
import java.util.List;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.IGrantable;

/** Grants reading the configured credentials of registries. */
public final class CredentialPermissions {
  /** Six characters that Secrets Manager appends to the name of a secret in its ARN. */
  private static final String ARN_SUFFIX = "-??????";

  private final Stack stack;

  /** Creates the permissions for the secrets and parameters of the stack's account and region. */
  public CredentialPermissions(Stack stack) {
    this.stack = stack;
  }

  /** Grants reading credentials of registries. */
  public void grantRead(IGrantable grantee, Collection<String> references) {
    var credentials = references.stream().map(CredentialReference::new).toList();
    var secrets =
        credentials.stream()
            .filter(reference -> reference.parameterNames().isEmpty())
            .map(reference -> secretArn(reference.text()))
            .toList();
    var parameters =
        credentials.stream()
            .flatMap(reference -> reference.parameterNames().stream())
            .map(this::parameterArn)
            .distinct()
            .toList();
    grant(
        grantee,
        allow("ReadCredentials", secrets, "secretsmanager:GetSecretValue"),
        // Parameters that are encrypted with the key alias/aws/ssm need no permission for the key.
        allow("ReadParameters", parameters, "ssm:GetParameters"));
  }

  /** Grants reading the secrets that task and job definitions may name. */
  public void grantReadWorkloadSecrets(IGrantable grantee, List<String> secrets) {
    var arns = secrets.stream().map(this::secretArn).toList();
    grant(grantee, allow("ReadWorkloadSecrets", arns, "secretsmanager:GetSecretValue"));
  }

  /** Returns the ARN of this secret and no other with the same beginning. */
  private String secretArn(String nameOrArn) {
    return nameOrArn.startsWith("arn:") // A name has no colon.
        ? nameOrArn
        : Statements.arn(
            stack,
            "secretsmanager",
            "secret",
            ArnFormat.COLON_RESOURCE_NAME,
            nameOrArn + ARN_SUFFIX);
  }

  private String parameterArn(String name) {
    return Statements.arn(
        stack, "ssm", "parameter", ArnFormat.SLASH_RESOURCE_NAME, name.substring(1));
  }
}
