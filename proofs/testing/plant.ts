// Loaded before a program (`node --import`). It plants a mistake in one of the program's sources, which a test must find.
import { registerHooks } from 'node:module'

/** PLANT is JSON: in the file whose path ends with `file`, `from` is replaced by `to`. */
const { file, from, to } = JSON.parse(process.env.PLANT ?? '{}') as { file: string; from: string; to: string }

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(file)) return loaded
    const source = String(loaded.source)
    // A plant without effect would make its test meaningless.
    if (!source.includes(from)) throw new Error(`${file} no longer contains: ${from}`)
    return { ...loaded, source: source.replace(from, to) }
  },
})
