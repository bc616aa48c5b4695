#!/usr/bin/env bash
# Prints the path of the functions' jar; builds it first when a source is newer.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
jar=$root/functions/target/pull-rescue-functions.jar

if [[ ! -f $jar || -n $(find "$root/functions/src/main" "$root/functions/pom.xml" "$root/pom.xml" -newer "$jar") ]]; then
  command -v mvn >/dev/null || { echo "mvn is missing: install Maven, which builds the functions" >&2; exit 1; }
  JAVA_HOME=$("$root/scripts/lib/jdk.sh") && export JAVA_HOME
  echo "building the functions (1 to 2 minutes, only after a change)" >&2
  # scripts/test runs the tests; only the jar is needed here. Maven colours its output and warns about its own libraries
  # even when it is quiet, so that its output is only shown when it fails.
  if ! output=$(mvn -q -B -Dstyle.color=never -f "$root/pom.xml" -pl functions package \
    -DskipTests -Djacoco.skip=true -Dspotless.check.skip=true 2>&1); then
    printf '%s\n' "$output" >&2
    echo "the functions could not be built; see above" >&2
    exit 1
  fi
  [[ -f $jar ]] || { echo "the build did not write $jar" >&2; exit 1; }
  touch "$jar"
fi
echo "$jar"
