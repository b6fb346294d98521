// Loaded before a service's own code (`node --import`): where the supervisor is gone, even by SIGKILL, the channel to it
// closes, and the service stops as on SIGTERM. So services themselves need not know who runs them.
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
