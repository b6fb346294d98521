/** The first handed socket; 0 to 2 are the standard streams. */
const FIRST_FD = 3

/**
 * The descriptor of a socket that whoever started this process has bound for it, by the socket's name; undefined if there is none,
 * and the process binds its own. By the protocol of systemd's socket activation (sd_listen_fds(3)): LISTEN_FDS, LISTEN_FDNAMES.
 * Such a socket outlives the process, so that while it is replaced no client is refused.
 */
export function handedSocket(name: string, environment: NodeJS.ProcessEnv = process.env): number | undefined {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES = '' } = environment
  if (LISTEN_PID && LISTEN_PID !== String(process.pid)) return undefined // They were meant for our parent.
  const index = LISTEN_FDNAMES.split(':').indexOf(name)
  return index >= 0 && index < Number(LISTEN_FDS) ? FIRST_FD + index : undefined
}
