import { freePort, tryPort } from '../../scripts/launcher/infrastructure/ports.ts'

/** The first of so many free ports in a row, for METRICS_PORT. */
export async function freeRun(count: number): Promise<number> {
  for (;;) {
    const first = await freePort()
    const others = Array.from({ length: count - 1 }, (_, index) => tryPort(first + 1 + index))
    if ((await Promise.all(others)).every((outcome) => outcome === 'free')) return first
  }
}
