package io.pullrescue;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** The order of the stages, and what may be known where. */
@AnalyzeClasses(packages = "io.pullrescue", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] STAGES = {
    "image", "event", "failure", "diagnosis", "replication", "retry", "report"
  };

  @ArchTest static final ArchRule eachStageKnowsOnlyEarlierStages = stagesInOrder();

  @ArchTest
  static final ArchRule theAwsSdkStaysInAws =
      only(
          "software.amazon.awssdk..",
          "..aws..",
          "..lambda.Wiring",
          "..lambda.CopyWiring",
          "..lambda.WorkloadWiring");

  @ArchTest static final ArchRule lambdaStaysInLambda = only("com.amazonaws..", "..lambda..");

  @ArchTest
  static final ArchRule theHttpClientStaysInRegistry = only("org.apache.hc..", "..registry..");

  @ArchTest
  static final ArchRule jibStaysWithNamesAndRegistries =
      only("com.google.cloud.tools..", "..image..", "..registry..");

  @ArchTest static final ArchRule yamlStaysInRetry = only("org.snakeyaml..", "..retry..");

  @ArchTest
  static final ArchRule awsDoesNotKnowTheOtherEdges =
      noClasses()
          .that()
          .resideInAPackage("..aws..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.pullrescue.registry..", "io.pullrescue.lambda..", "io.pullrescue.command..");

  @ArchTest
  static final ArchRule registriesDoNotKnowAws =
      noClasses()
          .that()
          .resideInAPackage("..registry..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.pullrescue.aws..", "io.pullrescue.lambda..", "io.pullrescue.command..");

  @ArchTest
  static final ArchRule onlyTheEdgeReadsTheEnvironmentAndTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackages("..lambda..", "..command..")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule nothingIsPrintedButByCommands =
      noClasses()
          .that()
          .resideOutsideOfPackage("..command..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule classesAreFinal =
      classes()
          .that()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .and(not(nameMatching(".*\\$[0-9]+|.*package-info")))
          .should()
          .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);

  @ArchTest
  static final ArchRule optionalIsForAnswers =
      noFields().should().haveRawType(Optional.class).because("a component is @Nullable instead");

  @ArchTest
  static final ArchRule fieldsDoNotChange =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .because("a warm function serves many invocations");

  @ArchTest
  static final ArchRule publicMeansUsedElsewhere =
      classes()
          .that()
          .arePublic()
          .and()
          .resideOutsideOfPackages("..lambda..", "..command..", "..config..")
          .and(not(nameMatching(".*package-info")))
          .should(UsedElsewhere.beUsedFromAnotherPackage());

  @ArchTest
  static final ArchRule configDependsOnTheJdkAndJacksonAnnotationsOnly =
      classes()
          .that()
          .resideInAPackage("..config..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.pullrescue.config..",
              "java..",
              "com.fasterxml.jackson.annotation..",
              "org.jspecify.annotations..")
          .because("infra gets this package alone");

  private static ArchRule stagesInOrder() {
    var architecture = Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (var stage : STAGES) {
      architecture = architecture.layer(stage).definedBy("io.pullrescue." + stage + "..");
    }
    for (int i = 0; i < STAGES.length; i++) {
      var later = java.util.Arrays.copyOfRange(STAGES, i + 1, STAGES.length);
      architecture =
          later.length == 0
              ? architecture.whereLayer(STAGES[i]).mayNotBeAccessedByAnyLayer()
              : architecture.whereLayer(STAGES[i]).mayOnlyBeAccessedByLayers(later);
    }
    return architecture;
  }

  private static ArchRule only(String library, String... places) {
    DescribedPredicate<JavaClass> elsewhere = not(in(places));
    return noClasses()
        .that(elsewhere)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library)
        .as(library + " is known only in " + String.join(", ", places));
  }

  /** Places are packages, or one class by the end of its name. */
  private static DescribedPredicate<JavaClass> in(String... places) {
    DescribedPredicate<JavaClass> any = DescribedPredicate.alwaysFalse();
    for (var place : places) {
      any =
          place.endsWith("..")
              ? any.or(resideInAnyPackage(place))
              : any.or(nameMatching(".*" + place.replace("..", "\\.") + "(\\$.*)?"));
    }
    return any.as("classes in " + String.join(", ", places));
  }
}
