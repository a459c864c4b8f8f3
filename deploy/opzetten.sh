#!/bin/sh
# Sets up what a make target needs, and nothing twice: `opzetten.sh python` the private uv and .venv from uv.lock,
# `opzetten.sh kafka` Kafka's jars from deploy/kafka/pom.xml. What is complete costs no network and next to no time.
# PYTHON names another Python; with HUB_KAFKA_BOOTSTRAP (an existing broker) neither Java nor Maven is needed.
set -eu

UV_VERSIE=0.13.9
MAVEN_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies
MIN_VRIJ_MB=2048

cd "$(dirname "$0")/.."
unset VIRTUAL_ENV # the environment of the caller is not ours

stop() {
    printf 'opzetten: %s\n' "$*" >&2
    exit 1
}

genoeg_schijf() {
    vrij=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$vrij" -ge "$MIN_VRIJ_MB" ] || stop "only $vrij MB free on this disk, setting up takes $MIN_VRIJ_MB MB: make room and run it again."
}

nieuw_genoeg() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

heeft_uv() {
    [ "$(.uv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$UV_VERSIE" ]
}

# Only uv itself is set up with venv; what comes after is uv's work.
heeft_venv() {
    heeft_uv || "$1" -c 'import ensurepip, venv' 2>/dev/null
}

vind_python() {
    if [ -n "${PYTHON:-}" ]; then
        nieuw_genoeg "$PYTHON" || stop "PYTHON=$PYTHON is not a Python 3.11 or newer: name another one."
        heeft_venv "$PYTHON" || stop "PYTHON=$PYTHON has no venv: install it (Debian: apt-get install python3-venv)."
        printf '%s\n' "$PYTHON"
        return
    fi
    # The system's own first: distributions build theirs with profile-guided optimisation. A Python built by hand, as pyenv does, mostly
    # goes without, and then the hub does a quarter less in the same time.
    zonder_venv=
    for kandidaat in /usr/bin/python3 python3 python3.11 python3.12 python3.13 python3.14; do
        nieuw_genoeg "$kandidaat" || continue
        if heeft_venv "$kandidaat"; then
            printf '%s\n' "$kandidaat"
            return
        fi
        zonder_venv=${zonder_venv:-$kandidaat}
    done
    [ -z "$zonder_venv" ] || stop "$zonder_venv has no venv: install it (Debian: apt-get install python3-venv)."
    stop "no Python 3.11 or newer found: install one (Debian: apt-get install python3 python3-venv), or name it: make setup PYTHON=/path/to/python3."
}

installeer_python() {
    merk="$(cat uv.lock pyproject.toml deploy/opzetten.sh | cksum) $(pwd) ${PYTHON:-}"
    if [ -x .venv/bin/python ] && [ -x .venv/bin/hub ] && [ "$(cat .venv/.opgezet 2>/dev/null)" = "$merk" ]; then
        return
    fi
    python=$(vind_python)
    genoeg_schijf
    if ! heeft_uv; then
        echo "Setting up uv $UV_VERSIE (once) ..."
        rm -rf .uv
        "$python" -m venv .uv
        .uv/bin/pip install --quiet --disable-pip-version-check "uv==$UV_VERSIE" || stop "pip cannot install uv $UV_VERSIE: see its message above; is the network reachable?"
    fi
    echo "Setting up the Python packages of uv.lock (once) ..."
    UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never \
        .uv/bin/uv sync --quiet --locked --compile-bytecode --python "$(command -v "$python")" ||
        stop "uv cannot install what uv.lock names: see its message above; is the network reachable?"
    echo "Compiling the matching (once) ..."
    .venv/bin/python -m hub.opwarmen || stop "the matching cannot be compiled: see its message above."
    printf '%s\n' "$merk" >.venv/.opgezet
}

# Compiled here, because not every environment lets Python keep what it compiles (PYTHONDONTWRITEBYTECODE): a worker would then
# compile a thousand files at each start, for four of its seven seconds. What has not changed is passed over.
zet_python_op() {
    installeer_python
    .venv/bin/python -m compileall -q hub connectors demo deploy proef || stop "our own code cannot be compiled: see its message above."
}

zet_kafka_op() {
    [ -z "${HUB_KAFKA_BOOTSTRAP:-}" ] || return 0
    merk=$(cksum <deploy/kafka/pom.xml)
    if [ "$(cat .kafka/libs/.opgezet 2>/dev/null)" = "$merk" ]; then
        return
    fi
    anders="or name a running broker in HUB_KAFKA_BOOTSTRAP"
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    versie=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || versie=
    [ "${versie:-0}" -ge 17 ] || stop "Kafka needs Java 17 or newer: install it (Debian: apt-get install openjdk-17-jre-headless), $anders."
    command -v mvn >/dev/null || stop "Kafka is fetched with Maven: install it (Debian: apt-get install maven), $anders."
    genoeg_schijf
    echo "Fetching Kafka with Maven (once) ..."
    mkdir -p .kafka
    nieuw=$(mktemp -d .kafka/libs.XXXXXX)
    trap 'rm -rf "$nieuw"' EXIT
    trap 'exit 130' INT TERM
    if ! mvn -q -B -f deploy/kafka/pom.xml "$MAVEN_PLUGIN" \
        -DincludeScope=runtime -DoutputDirectory="$(pwd)/$nieuw" >"$nieuw/maven.log" 2>&1; then
        cat "$nieuw/maven.log" >&2
        stop "Maven cannot fetch Kafka: see its message above; is the network reachable?"
    fi
    rm "$nieuw/maven.log"
    set -- "$nieuw"/kafka_2.13-*.jar
    [ -f "$1" ] || stop "Maven fetched no Kafka: look at deploy/kafka/pom.xml."
    printf '%s\n' "$merk" >"$nieuw/.opgezet"
    chmod 755 "$nieuw"
    rm -rf .kafka/libs .kafka/kafka-* # the class archives belong to the jars that go
    mv "$nieuw" .kafka/libs
}

for deel in "$@"; do
    case $deel in
    python) zet_python_op ;;
    kafka) zet_kafka_op ;;
    *) stop "unknown part '$deel': python or kafka." ;;
    esac
done
