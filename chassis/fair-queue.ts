/** Items that wait, by client. The clients take turns, however many items each has; a client's own come in their order. */
export type FairQueue<Item> = {
  add(client: string, item: Item): void
  /** Removes and returns the item whose turn it is: the first one of the next client that `isReady`. */
  next(isReady?: (client: string) => boolean): Item | undefined
  /** Removes an item before its turn. */
  remove(client: string, item: Item): void
  size(): number
  sizeOf(client: string): number
}

/** A client without waiting items takes no memory. */
export function createFairQueue<Item>(): FairQueue<Item> {
  // Maps keep the order of insertion: the client whose turn is next comes first.
  const waiting = new Map<string, Item[]>()
  let size = 0

  const takeAt = (client: string, items: Item[], index: number): Item | undefined => {
    const [item] = items.splice(index, 1)
    if (items.length === 0) waiting.delete(client)
    size--
    return item
  }

  return {
    size: () => size,
    sizeOf: (client) => waiting.get(client)?.length ?? 0,
    add: (client, item) => {
      const items = waiting.get(client)
      if (items) items.push(item)
      else waiting.set(client, [item])
      size++
    },
    next: (isReady = () => true) => {
      for (const [client, items] of waiting) {
        if (!isReady(client)) continue
        waiting.delete(client)
        waiting.set(client, items)
        return takeAt(client, items, 0)
      }
      return undefined
    },
    remove: (client, item) => {
      const items = waiting.get(client) ?? []
      const index = items.indexOf(item)
      if (index >= 0) takeAt(client, items, index)
    },
  }
}
