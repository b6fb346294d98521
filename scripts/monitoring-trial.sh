#!/bin/sh
# Tries deploy/monitoring on a running system: checks the rules and their tests, causes every fault that an alert is about, waits
# until it fires, and asks every query of the dashboard. Takes five minutes. Needs Debian (12 or newer), apt with its lists, and
# installs nothing: Prometheus is unpacked into a temporary folder.
set -eu
cd "$(dirname "$0")/.."

folder=$(mktemp -d /tmp/flower-monitoring-XXXXXX)
trap 'rm -rf "$folder"' EXIT INT TERM
if ! command -v promtool >/dev/null || ! command -v prometheus >/dev/null; then
  (cd "$folder" && chmod 755 . && apt-get download prometheus && dpkg -x prometheus_*.deb .)
  PATH=$folder/usr/bin:$PATH
fi

promtool check rules deploy/monitoring/alerts.yml deploy/monitoring/programs.yml
promtool test rules deploy/monitoring/alerts.test.yml
node scripts/bootstrap.mjs node proofs/monitoring/trial.ts
