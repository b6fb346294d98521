/** A map that forgets the entry not used for longest once it has more than `limit`. */
export function leastRecentlyUsed<Value>(limit: number) {
  // A Map keeps the order of insertion: what is used is inserted anew, so the oldest comes first.
  const entries = new Map<string, Value>()
  const set = (key: string, value: Value) => {
    entries.delete(key)
    entries.set(key, value)
    if (entries.size <= limit) return
    const [oldest] = entries.keys()
    if (oldest !== undefined) entries.delete(oldest)
  }
  const get = (key: string) => {
    const value = entries.get(key)
    if (value !== undefined) set(key, value)
    return value
  }
  const remove = (key: string) => entries.delete(key)
  return { get, set, remove, size: () => entries.size }
}
