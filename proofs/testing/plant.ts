// Loaded before a program (`node --import`): puts a mistake into one of its sources, for a test that must find it.
import { registerHooks } from 'node:module'

/** PLANT is JSON: in the file whose path ends so, this text becomes that one. */
const { file, from, to } = JSON.parse(process.env.PLANT ?? '{}') as { file: string; from: string; to: string }

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(file)) return loaded
    const source = String(loaded.source)
    // A plant that does not take would make the test that looks for it say nothing.
    if (!source.includes(from)) throw new Error(`${file} has no such text any more: ${from}`)
    return { ...loaded, source: source.replace(from, to) }
  },
})
