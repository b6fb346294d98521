// A thread for thread.test.ts: does what each job says.
import { parentPort } from 'node:worker_threads'
import { READY } from '../thread.ts'

parentPort?.on('message', (job: string) => {
  if (job === 'forever') for (;;);
  if (job === 'throw') throw new Error('broken')
  if (job === 'memory') for (const kept: unknown[] = []; ; ) kept.push(new Array(100_000).fill(kept.length))
  parentPort?.postMessage(`done: ${job}`)
})
parentPort?.postMessage(READY)
