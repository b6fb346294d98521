/** A number in [0, 1) that depends on the text only. */
export function chance(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  // FNV alone gives similar texts similar values.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

export type Random = {
  /** True with this probability. */
  maybe: (probability: number) => boolean
  /** An integer from 0 to below the limit. */
  below: (limit: number) => number
  /** A member of the list, which must not be empty. */
  pick: <Item>(items: readonly Item[]) => Item
}

/** A random source that is the same for the same seed. */
export function seeded(seed: string): Random {
  let calls = 0
  const next = () => chance(`${seed}#${calls++}`)
  const below = (limit: number) => Math.floor(next() * limit)
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)]
    if (item === undefined) throw new Error('Nothing to pick from.')
    return item
  }
  return { maybe: (probability) => next() < probability, below, pick }
}
