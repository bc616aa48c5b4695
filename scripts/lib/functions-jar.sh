#!/usr/bin/env bash
# functions-jar.sh [functions|cli|accp-x86_64]: prints the path of a jar of the functions; builds it first when a source is newer.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$root/functions/target
jar=$target/pull-rescue-functions.jar

if [[ ! -f $jar || -n $(find "$root/functions/src/main" "$root/functions/src/assembly" "$root/functions/pom.xml" "$root/pom.xml" "$root/.mvn" -newer "$jar") ]]; then
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
echo "$target/pull-rescue-${1:-functions}.jar"
