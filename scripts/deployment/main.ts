// npm run deployment: makes the files by which others run the programs. With --check it only says whether they are up to date.
import { commandLine } from '../command-line.ts'
import { writeIfChanged } from '../files.ts'
import { composeFile } from './compose-file.ts'

const ROOT = new URL('../../', import.meta.url)

const { options } = commandLine('deployment')
const files = { 'docker-compose.yml': await composeFile() }
const changed = Object.entries(files).flatMap(([path, content]) =>
  writeIfChanged(new URL(path, ROOT), content, options) ? [path] : [],
)
for (const path of changed) console.log(options.check ? `${path} is not up to date` : `wrote ${path}`)
if (options.check && changed.length) process.exitCode = 1
