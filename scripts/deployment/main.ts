// npm run deployment: makes the files by which others run the programs. With --check it only says whether they are up to date.
import { globSync } from 'node:fs'
import { commandLine } from '../command-line.ts'
import { writeIfChanged } from '../files.ts'
import { programAlerts } from './alerts.ts'
import { composeFile } from './compose-file.ts'
import { manifests } from './kubernetes/manifests.ts'

const ROOT = new URL('../../', import.meta.url)

const { options } = commandLine('deployment')
const files: { [path: string]: string } = {
  'docker-compose.yml': await composeFile(),
  'deploy/monitoring/programs.yml': programAlerts(),
  ...(await manifests()),
}
const changed = Object.entries(files).flatMap(([path, content]) =>
  writeIfChanged(new URL(path, ROOT), content, options) ? [path] : [],
)
// Those of a program that is gone.
const left = globSync('deploy/kubernetes/base/programs/*.yaml', { cwd: ROOT }).filter((path) => !(path in files))
for (const path of changed) console.log(options.check ? `${path} is not up to date` : `wrote ${path}`)
for (const path of left) console.log(`${path} is of no program: delete it`)
if (left.length || (options.check && changed.length)) process.exitCode = 1
