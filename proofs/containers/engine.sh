# A Docker engine of our own, for scripts/compose-trial.sh, which sources this: in a network namespace, so that the machine's network
# and its firewall stay as they are, and with all its files below $work. Needs root, and Debian's packages.

# Debian's packages; docker-compose 2 is in the next release only, and is unpacked beside.
install_engine() {
  local packages=(docker.io iptables iproute2 slirp4netns mmdebstrap ca-certificates)
  # The package would start an engine in the machine's own network.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
    own_policy=yes
  fi
  dpkg -s "${packages[@]}" >/dev/null 2>&1 ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null; } ||
    return 1
  # Before a client of another version that the machine may have.
  export PATH=/usr/bin:/usr/sbin:$PATH DOCKER_BUILDKIT=1
  export COMPOSE=$work/compose/usr/libexec/docker/cli-plugins/docker-compose
  unpack_newer docker-compose "$work/compose" && [ -x "$COMPOSE" ]
}

# The addresses of the machine's Debian mirror, whatever its name is.
mirror() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sort -u | head -1; }

# Unpacks a package of Debian 13 into a folder, from the machine's mirror, without installing it.
unpack_newer() { # package, folder
  local apt=$work/apt
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$2"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) trixie main" >"$apt/sources.list"
  local options=(-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$apt/lists"
    -o "Dir::Cache::Archives=$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root)
  (cd "$apt" && apt-get "${options[@]}" -qq update && apt-get "${options[@]}" -qq download "$1") &&
    dpkg -x "$apt/$1"_*.deb "$2"
}

# Starts the engine; its containers reach the world through slirp4netns, without a route of the machine's. Both get no Ctrl-C of the
# terminal (setsid), so that stop_engine finds an engine that can remove its containers.
start_engine() {
  namespace=flower-$$
  ip netns add "$namespace" && ip netns exec "$namespace" ip link set lo up || return 1
  setsid slirp4netns --configure --mtu=1400 --netns-type=path "/run/netns/$namespace" tap0 >"$work/slirp.log" 2>&1 &
  slirp=$!
  export DOCKER_HOST=unix://$work/docker.sock
  # nsenter, since `ip netns exec` hides the cgroups.
  setsid nsenter "--net=/run/netns/$namespace" /usr/sbin/dockerd --data-root "$work/data" --exec-root "$work/exec" \
    --pidfile "$work/dockerd.pid" -H "$DOCKER_HOST" --default-ulimit nofile=20000:20000 >"$work/dockerd.log" 2>&1 &
  dockerd=$!
  within 60 docker info
}

# Runs a command in the engine's network, where its published ports are.
inside() { nsenter "--net=/run/netns/$namespace" "$@"; }

# Ends all that was started, whatever state it is in, and removes all that was made.
stop_engine() {
  if [ -n "${dockerd:-}" ] && kill -0 "$dockerd" 2>/dev/null; then
    docker ps -aq | xargs -r docker rm -fv >/dev/null 2>&1
    kill "$dockerd"
    wait "$dockerd" 2>/dev/null
  fi
  if [ -n "${slirp:-}" ]; then
    kill "$slirp" 2>/dev/null
    wait "$slirp" 2>/dev/null
  fi
  if [ -n "${namespace:-}" ]; then ip netns del "$namespace" 2>/dev/null; fi
  awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null
  rm -rf "$work"
  if [ -n "${own_policy:-}" ]; then rm -f /usr/sbin/policy-rc.d; fi
}
