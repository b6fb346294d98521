import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import relayCompiler from 'relay-compiler'
import type { ConcreteRequest } from 'relay-runtime'

const SCHEMA = new URL('../../schema/api.graphql', import.meta.url)

/**
 * Compiles documents as an app's build does, with the schema that everybody sees. Returns the artifacts of the operations, by
 * name; throws what relay-compiler says against the documents or the schema.
 */
export async function compileWithRelay(documents: string): Promise<Map<string, ConcreteRequest>> {
  if (!relayCompiler) throw new Error('relay-compiler has no program for this machine.')
  const folder = mkdtempSync(join(tmpdir(), 'flower-relay-'))
  try {
    const [src, artifacts] = ['src', '__generated__'].map((name) => join(folder, name)) as [string, string]
    for (const each of [src, artifacts]) mkdirSync(each)
    // A module's documents must bear its name.
    writeFileSync(join(src, 'App.js'), `graphql\`${documents}\``)
    writeFileSync(join(folder, 'schema.graphql'), readFileSync(SCHEMA))
    const config = {
      ...{ src: './src', schema: './schema.graphql', artifactDirectory: './__generated__', language: 'javascript' },
      ...{ eagerEsModules: true, customScalarTypes: {} },
    }
    writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config))
    await promisify(execFile)(relayCompiler, ['relay.config.json', '--repersist'], { cwd: folder }).catch((error) => {
      throw new Error(`${error.stdout}${error.stderr}`)
    })
    const found = readdirSync(artifacts).map(async (file): Promise<[string, ConcreteRequest][]> => {
      const text = readFileSync(join(artifacts, file), 'utf8')
      // Artifacts of fragments are for React, and import others.
      if (!text.includes('"kind": "Request"')) return []
      const module = await import(`data:text/javascript,${encodeURIComponent(text)}`)
      return [[file.replace(/\.graphql\.js$/, ''), module.default]]
    })
    return new Map((await Promise.all(found)).flat())
  } finally {
    rmSync(folder, { recursive: true })
  }
}
