package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.remediation.Remediation.Step;
import java.util.List;

/** Describes how to give a network access to a registry. */
final class NetworkSteps {
  private static final String INTERNET_ROUTE =
      "Give the subnet a route to the Internet (a NAT gateway, or an Internet gateway and public IP"
          + " addresses)";

  private NetworkSteps() {}

  static List<Step> toEcr(EcrRepository repository) {
    return List.of(
        new Step(
            INTERNET_ROUTE
                + ". Without Internet access, create the VPC endpoints that a pull needs: ecr.api,"
                + " ecr.dkr, and s3 for the layers.",
            String.join(
                "\n",
                createInterfaceEndpoint(repository.region(), "ecr.api"),
                createInterfaceEndpoint(repository.region(), "ecr.dkr"),
                createS3Endpoint(repository.region()))),
        securityGroupStep());
  }

  static List<Step> toInternet(String registry) {
    return List.of(
        new Step(
            INTERNET_ROUTE
                + ", or pull a mirrored image from Amazon ECR: %s has no VPC endpoint."
                    .formatted(registry),
            null),
        securityGroupStep());
  }

  /** Returns the steps for a task whose error names neither an image nor a registry. */
  static List<Step> ofTask() {
    return List.of(
        new Step(
            "In a public subnet, assign a public IP address to the task"
                + " (`assignPublicIp=ENABLED`). In a private subnet, use a NAT gateway, or VPC"
                + " endpoints for ecr.api, ecr.dkr, and s3 for the layers.",
            null),
        securityGroupStep(),
        new Step(
            "Let AWS check routes, endpoints and permissions within an hour after the task stopped.",
            "aws ssm start-automation-execution --document-name"
                + " AWSSupport-TroubleshootECSTaskFailedToStart --parameters"
                + " ClusterName=CLUSTER,TaskId=TASK"));
  }

  /** Returns the steps for a registry whose certificate the client does not trust. */
  static List<Step> certificate(String registry) {
    return List.of(
        new Step(
            "%s answered, but with a certificate that the client does not trust. Let the registry"
                    .formatted(registry)
                + " send its complete chain, or give the client the authority: Docker reads"
                + " /etc/docker/certs.d/%1$s/ca.crt, containerd /etc/containerd/certs.d/%1$s/hosts.toml."
                    .formatted(registry),
            null));
  }

  /** Returns the steps for a registry on the host that pulled. */
  static List<Step> localhost() {
    return List.of(
        new Step(
            "localhost is the host that pulled, and no registry listens there. Start the registry, or"
                + " name the one that has the image.",
            null));
  }

  private static Step securityGroupStep() {
    return new Step(
        "Allow outbound traffic on port 443 in the security group of the workload, and inbound"
            + " traffic on port 443 in that of the VPC endpoints. For private endpoint names,"
            + " enable DNS resolution and DNS hostnames in the VPC.",
        null);
  }

  private static String createInterfaceEndpoint(String region, String service) {
    // These names begin with the reversed DNS suffix, such as cn.com.amazonaws in China.
    var labels = List.of(AwsPartition.ofRegion(region).dnsSuffix().split("\\.", -1));
    return createEndpoint(
        region,
        "Interface",
        "--subnet-ids subnet-ID --security-group-ids sg-ID --private-dns-enabled",
        String.join(".", labels.reversed()) + "." + region + "." + service);
  }

  private static String createS3Endpoint(String region) {
    return createEndpoint(
        region, "Gateway", "--route-table-ids rtb-ID", "com.amazonaws." + region + ".s3");
  }

  private static String createEndpoint(
      String region, String type, String attachment, String serviceName) {
    return "aws ec2 create-vpc-endpoint --region %s --vpc-id vpc-ID --vpc-endpoint-type %s %s --service-name %s"
        .formatted(region, type, attachment, serviceName);
  }
}
