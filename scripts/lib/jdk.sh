#!/usr/bin/env bash
# Prints the home of JDK 25, which builds and runs everything here; the default `java` of many systems is older.
set -euo pipefail

required=25
shopt -s nullglob
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
  /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
  [[ -x $home/bin/javac && -r $home/release ]] || continue
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  if [[ $version == "$required" ]]; then
    echo "$home"
    exit
  fi
done

echo "JDK $required was not found: install it (such as Temurin $required) or set JAVA_HOME to it" >&2
exit 1
