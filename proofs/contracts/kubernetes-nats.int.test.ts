import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { natsProgram } from '../../scripts/launcher/infrastructure/nats-program.ts'
import { environmentIn, type Overlay, objectOf, overlayOf } from './testing/kubernetes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flower-nats-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What the server says of the configuration that its container has. */
async function verdict(overlay: Overlay, replace = (text: string) => text): Promise<string> {
  const [container] = overlay.pods.find(({ name }) => name === 'nats')?.containers ?? []
  if (!container) throw new Error('There is no NATS.')
  const config = overlay.objects.find(({ metadata }) => metadata.name.startsWith('nats-config'))
  const volume = { name: 'config', configMap: { name: config?.metadata.name } }
  expect(objectOf(overlay, 'StatefulSet', 'nats').spec).toMatchObject({
    template: { spec: { volumes: expect.arrayContaining([volume]) } },
  })
  for (const [file, text] of Object.entries(config?.data as { [file: string]: string })) // A ConfigMap's data are texts.
    writeFileSync(join(folder, file), replace(text))
  const { all } = environmentIn(overlay, container)
  const program = await natsProgram(process.env)
  const { stderr } = spawnSync(program, ['-t', '--config', join(folder, 'nats.conf')], { env: all, encoding: 'utf8' })
  return stderr
}

it('NATS takes the configuration of the manifests with its container’s variables, and no misspelt one', async () => {
  const overlay = await overlayOf('development')
  expect(await verdict(overlay)).toMatch(/is valid/)
  expect(await verdict(overlay, (text) => text.replace('no_advertise', 'no_advertising'))).toMatch(/no_advertising/)
  expect(await verdict(overlay, (text) => text.replace('$ROUTE_2', '$ROUTE_3'))).toMatch(/ROUTE_3/)
})
