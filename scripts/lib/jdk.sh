#!/usr/bin/env bash
# Prints the home of the newest JDK from 21 on; the default `java` of many systems is older.
set -euo pipefail

least=21
best='' best_version=0
shopt -s nullglob
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
  /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
  [[ -x $home/bin/javac && -r $home/release ]] || continue
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  if ((${version:-0} >= least && version > best_version)); then
    best=$home best_version=$version
  fi
done

if [[ -z $best ]]; then
  echo "no JDK $least or newer was found: install one (such as Temurin 25) or set JAVA_HOME" >&2
  exit 1
fi
echo "$best"
