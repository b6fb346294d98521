// Loaded before a service's own code (`node --import`). When the supervisor ends, even by SIGKILL, or stops everything, the IPC channel
// closes, and the service stops without waiting for clients that would go on elsewhere. So services need no code for it.
if (process.channel) {
  process.on('disconnect', () => {
    // SIGTERM ends one that is still starting, even if SIGINT is ignored, as below a shell's background job.
    process.kill(process.pid, 'SIGTERM')
    process.kill(process.pid, 'SIGINT')
  })
  process.channel.unref()
}
