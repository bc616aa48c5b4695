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
