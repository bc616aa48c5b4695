package io.pullrescue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Holds {@code public} to its meaning: some other package needs this class. */
final class UsedFromOtherPackage extends ArchCondition<JavaClass> {
  private UsedFromOtherPackage() {
    super("be used from another package");
  }

  static UsedFromOtherPackage beUsedFromAnotherPackage() {
    return new UsedFromOtherPackage();
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    // A nested type is public with the type that it is a case of, and its users are that type's.
    var nested = type.getEnclosingClass().isPresent();
    var used =
        type.getPackage().getClasses().stream()
            .filter(javaClass ->
                javaClass.equals(type) || javaClass.getName().startsWith(type.getName() + "$"))
            .flatMap(java -> java.getDirectDependenciesToSelf().stream())
            .anyMatch(dependency ->
                !dependency.getOriginClass().getPackageName().equals(type.getPackageName()));
    events.add(
        new SimpleConditionEvent(
            type, used || nested, type.getName() + " is public and used only in its own package"));
  }
}
