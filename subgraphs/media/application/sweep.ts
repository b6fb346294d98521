import type { Ports } from './ports.ts'

const AT_ONCE = 100

/**
 * Removes the photos whose time has come: pictures before rows, so that what is left after a crash is found again. Returns how many were
 * due, at most 100.
 */
export async function removeDue({ photos, pictures, now }: Ports): Promise<number> {
  const due = await photos.dueAt(now(), AT_ONCE)
  for (const photo of due) {
    if (!(await photos.retire(photo))) continue
    await pictures.remove(photo.id)
    await photos.remove(photo.id)
  }
  return due.length
}

/**
 * A job that removes pictures without a row. Only a process that was stopped for longer than its upload's row was kept can leave some. A
 * row is written before its pictures, so what has none now had none when the list was made.
 */
export async function removeStray({ photos, pictures }: Ports): Promise<number> {
  const ids = await pictures.ids()
  let removed = 0
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE)
    const known = new Set((await photos.byIds(some)).map(({ id }) => id))
    const strays = some.filter((id) => !known.has(id))
    for (const id of strays) await pictures.remove(id)
    removed += strays.length
  }
  return removed
}
