package io.pullrescue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Holds {@code public} to its meaning: some other package needs this class. */
final class UsedElsewhere extends ArchCondition<JavaClass> {
  private UsedElsewhere() {
    super("be used from another package");
  }

  static UsedElsewhere beUsedFromAnotherPackage() {
    return new UsedElsewhere();
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    // A nested type is public with the type that it is a case of, and its users are that type's.
    var nested = type.getEnclosingClass().isPresent();
    var used =
        type.getPackage().getClasses().stream()
            .filter(it -> it.equals(type) || it.getName().startsWith(type.getName() + "$"))
            .flatMap(it -> it.getDirectDependenciesToSelf().stream())
            .anyMatch(it -> !it.getOriginClass().getPackageName().equals(type.getPackageName()));
    events.add(
        new SimpleConditionEvent(
            type, used || nested, type.getName() + " is public and used only in its own package"));
  }
}
