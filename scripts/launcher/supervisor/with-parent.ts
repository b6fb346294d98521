// Loaded before a service's own code (`node --import`). When the supervisor ends, even by SIGKILL, the IPC channel closes, and
// the service stops as on SIGTERM. So services need no code for it.
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
