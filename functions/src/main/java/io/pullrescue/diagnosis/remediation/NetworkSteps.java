package io.pullrescue.diagnosis.remediation;

import io.pullrescue.diagnosis.remediation.Remediation.Step;
import java.util.List;

/** What lets a network reach a registry. */
final class NetworkSteps {
  private NetworkSteps() {}

  static List<Step> toEcr(EcrRepository repository) {
    return List.of(
        new Step(
            "Give the subnet a route to the Internet (a NAT gateway, or a public address and an"
                + " Internet gateway), or, without Internet, the VPC endpoints that a pull needs:"
                + " ecr.api and ecr.dkr, and s3, where the layers are.",
            createEndpointCommand(repository.region(), "Interface", "ecr.api")
                + "\n"
                + createEndpointCommand(repository.region(), "Interface", "ecr.dkr")
                + "\n"
                + createEndpointCommand(repository.region(), "Gateway", "s3")),
        securityGroupStep());
  }

  static List<Step> toInternet(String registry) {
    return List.of(
        new Step(
            "Give the subnet a route to the Internet (a NAT gateway, or a public address and an"
                + " Internet gateway), or pull from a copy in Amazon ECR: "
                + registry
                + " has no VPC endpoint.",
            null),
        securityGroupStep());
  }

  private static Step securityGroupStep() {
    return new Step(
        "Let the security group out on port 443; that of the endpoints must let it in on 443. The"
            + " VPC needs DNS resolution and DNS hostnames for private endpoint names.",
        null);
  }

  private static String createEndpointCommand(String region, String type, String service) {
    var attachment =
        type.equals("Gateway")
            ? "--route-table-ids rtb-ID"
            : "--subnet-ids subnet-ID --security-group-ids sg-ID --private-dns-enabled";
    return "aws ec2 create-vpc-endpoint --region %s --vpc-id vpc-ID --vpc-endpoint-type %s %s --service-name com.amazonaws.%s.%s"
        .formatted(region, type, attachment, region, service);
  }
}
