// Preloaded into both servers of bench:live: what is garbage is no memory that a client costs.
process.on('SIGUSR2', () => {
  for (let n = 0; n < 3; n++) globalThis.gc?.()
})
