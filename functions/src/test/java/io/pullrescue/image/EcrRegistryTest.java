package io.pullrescue.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EcrRegistryTest {
  @ParameterizedTest
  @CsvSource({
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com,                    eu-west-1",
    "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com,               us-east-1",
    "123456789012.dkr-ecr.eu-west-1.on.aws,                           eu-west-1",
    "123456789012.dkr-ecr-fips.us-gov-west-1.on.aws,                  us-gov-west-1",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn,                cn-north-1",
    "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn,     cn-north-1",
    "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu,                eusc-de-east-1",
    "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov,                   us-iso-east-1",
    "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov,               us-isob-east-1",
  })
  void parsesAccountAndRegion(String host, String region) {
    assertThat(EcrRegistry.parse(host)).contains(new EcrRegistry("123456789012", region, host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker.io",
        "public.ecr.aws",
        "dkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.com",
        "123456789012.dkr.ecr.eu-west-1.example.com",
        "123456789012.dkr-ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.on.aws",
      })
  void rejectsOtherHosts(String host) {
    assertThat(EcrRegistry.parse(host)).isEmpty();
  }
}
