// Preloaded into both servers of bench:live: collects garbage on SIGUSR2, so that it is not counted as memory per client.
process.on('SIGUSR2', () => {
  for (let n = 0; n < 3; n++) globalThis.gc?.()
})
