import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { changedSamples } from './samples.ts'

const PAID = 'schema/events/samples/Paid.v1.json'
const RECEIVED = 'schema/events/samples/Received.v1.json'

/** Run by a git hook, git would work on that hook's repository instead of the one it is called in. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))

let folder: string
let root: string

const git = (...args: string[]) => {
  const settings = ['user.name=test', 'user.email=test@example.com', 'commit.gpgSign=false', 'init.defaultBranch=main']
  const asTest = settings.flatMap((setting) => ['-c', setting])
  execFileSync('git', [...asTest, ...args], { cwd: root, env, stdio: 'pipe' })
}
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const commit = (path: string, text: string) => {
  write(path, text)
  git('add', '--all')
  git('commit', '--message', `${path} becomes ${text}`)
}
const told = (path: string, what: string) => [expect.stringMatching(new RegExp(`^${path} ${what}: .* > ${path}$`))]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'samples-'))
  root = join(folder, 'project')
  mkdirSync(root)
  git('init')
  commit(PAID, 'as first said')
  commit('README.md', 'one')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a committed sample', () => {
  it('passes unchanged, whatever else changes', () => {
    commit('README.md', 'two')
    commit(RECEIVED, 'a second one')
    write('schema/events/samples/Decorated.v1.json', 'not committed yet')
    expect(changedSamples(root)).toEqual([])
  })

  it('fails when changed in the work tree', () => {
    write(PAID, 'changed')
    expect(changedSamples(root)).toEqual(told(PAID, 'was changed'))
  })

  it('fails when changed by a commit, and passes when restored', () => {
    commit(PAID, 'changed')
    commit(PAID, 'changed again')
    expect(changedSamples(root)).toEqual(told(PAID, 'was changed'))
    commit(PAID, 'as first said')
    expect(changedSamples(root)).toEqual([])
  })

  it('fails when deleted from the work tree', () => {
    rmSync(join(root, PAID))
    expect(changedSamples(root)).toEqual(told(PAID, 'is gone'))
  })

  it('fails when deleted or renamed by a commit', () => {
    git('mv', PAID, RECEIVED)
    git('commit', '--message', 'renamed')
    expect(changedSamples(root)).toEqual(told(PAID, 'is gone'))
    write(RECEIVED, 'changed')
    expect(changedSamples(root)).toEqual([...told(PAID, 'is gone'), ...told(RECEIVED, 'was changed')])
  })

  it('fails when deleted and added again with other content', () => {
    git('rm', PAID)
    commit('README.md', 'two')
    commit(PAID, 'said anew')
    expect(changedSamples(root)).toEqual(told(PAID, 'was changed'))
  })

  it.each(['branch', 'merge'])('fails when changed after it came by a %s', (way) => {
    git('checkout', '-b', 'branch')
    commit(way === 'branch' ? RECEIVED : 'other.md', 'as first said')
    git('checkout', 'main')
    commit('README.md', 'two')
    git('merge', '--no-commit', 'branch')
    commit(RECEIVED, 'as first said')
    expect(changedSamples(root)).toEqual([])
    write(RECEIVED, 'changed')
    expect(changedSamples(root)).toEqual(told(RECEIVED, 'was changed'))
  })
})

describe('a shallow clone', () => {
  beforeEach(() => {
    git('clone', '--depth=1', `file://${root}`, '../shallow')
    root = join(folder, 'shallow')
  })

  it('passes unchanged', () => {
    expect(changedSamples(root)).toEqual([])
  })

  it('fails when changed since its oldest commit', () => {
    commit(PAID, 'changed')
    expect(changedSamples(root)).toEqual(told(PAID, 'was changed'))
  })
})

it('does not pass without git', () => {
  root = join(folder, 'elsewhere')
  mkdirSync(root)
  expect(() => changedSamples(root)).toThrow('not a git repository')
})
