package io.pullrescue;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Holds the packages to their order, and libraries to the packages that may use them. */
@AnalyzeClasses(packages = "io.pullrescue", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final int MAX_TYPES_PER_PACKAGE = 25;

  /** Each package may use those before it and none after it. */
  private static final List<String> ORDER =
      List.of(
          "logging",
          "text",
          "image",
          "config",
          "aws",
          "registry.http",
          "registry.auth",
          "registry",
          "replication",
          "ecr",
          "credentials",
          "event",
          "diagnosis.reference",
          "diagnosis.log",
          "diagnosis.pattern",
          "diagnosis",
          "diagnosis.remediation",
          "replication.request",
          "event.publish",
          "report",
          "workload",
          "workload.codebuild.log",
          "workload.codebuild.buildspec",
          "workload.codebuild.parent",
          "workload.codebuild",
          "workload.ecs",
          "workload.batch",
          "lambda",
          "cli");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().assignedFrom(eachPackage()).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule packagesUseOnlyEarlierOnes = classes().should(useOnlyEarlierPackages());

  @ArchTest
  static final ArchRule workloadsDoNotKnowEachOther =
      slices().matching("io.pullrescue.workload.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule packagesStaySmall =
      classes().should(haveAtMostTypesPerPackage(MAX_TYPES_PER_PACKAGE));

  @ArchTest
  static final ArchRule registryClientUsesOnlyImageAndText =
      noClasses()
          .that()
          .resideInAPackage("io.pullrescue.registry..")
          .should()
          .dependOnClassesThat(
              ours("io.pullrescue.registry", "io.pullrescue.image", "io.pullrescue.text"));

  @ArchTest
  static final ArchRule diagnosisUsesNoAwsSdkAndNoHttp =
      noClasses()
          .that()
          .resideInAPackage("..diagnosis..")
          .and()
          .resideOutsideOfPackage("..diagnosis.remediation..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon..", "org.apache.hc..", "java.net.http..");

  /** The policy builder makes text and calls nothing. */
  @ArchTest
  static final ArchRule remediationUsesOnlyThePolicyBuilder =
      noClasses()
          .that()
          .resideInAPackage("..diagnosis.remediation..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("software.amazon.awssdk.services..", "org.apache.hc..");

  @ArchTest
  static final ArchRule awsClientsStayWithTheirFeatures =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..ecr..", "..credentials..", "..workload..", "..replication.request..", "..aws..")
          .and()
          .resideOutsideOfPackage("..event.publish..")
          .and()
          .resideOutsideOfPackages("..lambda..", "..cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("software.amazon.awssdk.services..");

  @ArchTest
  static final ArchRule lambdaStaysInLambda = only("com.amazonaws..", "io.pullrescue.lambda");

  @ArchTest
  static final ArchRule httpClientStaysInRegistry =
      only("org.apache.hc..", "io.pullrescue.registry");

  @ArchTest
  static final ArchRule jibStaysInTheCommands =
      only("com.google.cloud.tools..", "io.pullrescue.cli");

  @ArchTest
  static final ArchRule yamlStaysWithBuildspecs =
      only("org.snakeyaml..", "io.pullrescue.workload.codebuild.buildspec");

  @ArchTest
  static final ArchRule onlyTheEdgeReadsEnvironmentAndClock =
      noClasses()
          .that()
          .resideOutsideOfPackages("..lambda..", "..cli..", "..logging..")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule onlyCommandsAndLogsPrint =
      noClasses()
          .that()
          .resideOutsideOfPackages("..cli..", "..logging..")
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
          .haveModifier(JavaModifier.FINAL);

  @ArchTest
  static final ArchRule optionalIsOnlyReturned =
      noFields().should().haveRawType(Optional.class).because("a component is @Nullable instead");

  @ArchTest
  static final ArchRule staticFieldsAreFinal =
      fields()
          .that()
          .areStatic()
          .should()
          .beFinal()
          .because("a warm function serves many invocations");

  /** The tests of all packages read what is published; SLF4J finds its provider by reflection. */
  @ArchTest
  static final ArchRule publicClassesAreUsedFromOtherPackages =
      classes()
          .that()
          .arePublic()
          .and()
          .resideOutsideOfPackages("..lambda..", "..cli..", "..config..")
          .and(not(nameMatching(".*package-info|.*\\.(PublishedEvent|JsonLoggingProvider)")))
          .should(UsedFromOtherPackage.beUsedFromAnotherPackage());

  /** Mirror naming has rules for images, which infra does not need. */
  @ArchTest
  static final ArchRule configUsesOnlyJdkAndAnnotations =
      classes()
          .that()
          .resideInAPackage("..config..")
          .and(not(nameMatching(".*\\.(MirrorNaming|DenyList)")))
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.pullrescue.config..",
              "java..",
              "com.fasterxml.jackson.annotation..",
              "org.jspecify.annotations..")
          .because("infra gets this package alone");

  private static ArchRule only(String library, String place) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(place + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .as(library + " is used only in " + place);
  }

  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> ours(String... allowed) {
    return com.tngtech.archunit.base.DescribedPredicate.describe(
        "are other classes of this project",
        type ->
            type.getPackageName().startsWith("io.pullrescue")
                && List.of(allowed).stream().noneMatch(type.getPackageName()::startsWith));
  }

  private static String packageOf(JavaClass type) {
    var name = type.getPackageName();
    return name.equals("io.pullrescue") ? "" : name.substring("io.pullrescue.".length());
  }

  private static SliceAssignment eachPackage() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return type.getPackageName().startsWith("io.pullrescue.")
            ? SliceIdentifier.of(packageOf(type))
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "each package";
      }
    };
  }

  private static ArchCondition<JavaClass> useOnlyEarlierPackages() {
    return new ArchCondition<>("use only packages that stand before their own in " + ORDER) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        var own = ORDER.indexOf(packageOf(type));
        if (own < 0) {
          events.add(
              SimpleConditionEvent.violated(type, packageOf(type) + " has no place in ORDER"));
        }
        for (var dependency : type.getDirectDependenciesFromSelf()) {
          var target = dependency.getTargetClass();
          if (target.getPackageName().startsWith("io.pullrescue.")
              && ORDER.indexOf(packageOf(target)) > own) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> haveAtMostTypesPerPackage(int most) {
    return new ArchCondition<>("stand in packages of at most " + most + " types") {
      private final TreeMap<String, Integer> counts = new TreeMap<>();

      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!type.isNestedClass() && !type.getSimpleName().equals("package-info")) {
          counts.merge(type.getPackageName(), 1, Integer::sum);
        }
      }

      @Override
      public void finish(ConditionEvents events) {
        counts.forEach((name, count) -> {
          if (count > most) {
            events.add(SimpleConditionEvent.violated(name, name + " has " + count + " types"));
          }
        });
      }
    };
  }
}
