import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Every page of the tree, from the root. */
const PAGES = globSync('**/*.md', { cwd: ROOT, exclude: (name) => name === 'node_modules' || name.startsWith('.data') })

/** Every source file of the tree. */
const FILES = globSync('**/*.{ts,mjs}', {
  cwd: ROOT,
  exclude: (name) => name === 'node_modules' || name.startsWith('.data'),
})

const withoutCode = (text: string) => text.replaceAll(/^(```|~~~)[\s\S]*?^\1$/gm, '')

/** The anchors of a page's headings, as GitHub creates them: the second one of the same text ends in -1. */
function anchorsIn(text: string): string[] {
  const counts = new Map<string, number>()
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-')
    const before = counts.get(anchor) ?? 0
    counts.set(anchor, before + 1)
    return before ? `${anchor}-${before}` : anchor
  })
}

/** The problem of a link in the page `page` with this text; null for a valid link, or one to another site. */
function problemOf(target: string, page: string, text: string): string | null {
  if (/^[a-z]+:/.test(target)) return null
  const [path = '', anchor] = decodeURIComponent(target).split('#')
  const file = join(ROOT, dirname(page), path)
  if (path && !existsSync(file)) return `${target}: there is no such file`
  if (anchor === undefined) return null
  if (path && statSync(file).isDirectory()) return `${target}: a folder has no headings`
  const anchors = anchorsIn(path ? readFileSync(file, 'utf8') : text)
  return anchors.includes(anchor) ? null : `${target}: there is no such heading`
}

function brokenLinksIn(page: string, text: string): string[] {
  const targets = [...withoutCode(text).matchAll(/\]\(\s*([^)\s]+)/g)].map(([, target = '']) => target)
  return targets.flatMap((target) => problemOf(target, page, text) ?? [])
}

/**
 * The names of files (paths or their last parts) in backticks or after `node` that no file of the tree has. Endings such as
 * .test.ts are not names.
 */
function missingFilesIn(text: string): string[] {
  const quoted = text.matchAll(/`([\w./-]+\.(?:ts|mjs))`/g)
  const run = text.matchAll(/\bnode ([\w./-]+\.(?:ts|mjs))\b/g)
  const names = [...quoted, ...run].map(([, name = '']) => name)
  return names.filter(
    (name) =>
      !/^\.[a-z]|NAME/.test(name) &&
      !FILES.some((file) => file === name || file.endsWith(`/${name.replace(/^(\.{1,2}\/)+/, '')}`)),
  )
}

describe('the pages', () => {
  it.each(PAGES.filter((page) => !page.startsWith('docs/decisions/') && page !== 'CHANGELOG.md'))(
    '%s names files that exist',
    (page) => {
      expect(missingFilesIn(readFileSync(join(ROOT, page), 'utf8'))).toEqual([])
    },
  )

  it.each(PAGES)('%s links to files and headings that exist', (page) => {
    expect(brokenLinksIn(page, readFileSync(join(ROOT, page), 'utf8'))).toEqual([])
  })

  it('README.md has at most 200 lines', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(200)
  })
})

describe('the check of links', () => {
  it.each([
    ['[a](nowhere.md)', 'nowhere.md: there is no such file'],
    ['[a](README.md#nothing)', 'README.md#nothing: there is no such heading'],
    ['## A\n[a](#b)', '#b: there is no such heading'],
    ['```\n## A\n```\n[a](#a)', '#a: there is no such heading'],
    ['[a](docs#a)', 'docs#a: a folder has no headings'],
  ])('reports %j as broken', (text, problem) => {
    expect(brokenLinksIn('PLANTED.md', text)).toEqual([problem])
  })

  it.each([
    '[a](docs)',
    '[a](LICENSE)',
    '## `npm`, then: 상품\n[a](#npm-then-상품)',
    '## A\n## A\n[a](#a-1)',
    '```\n[a](b.md)\n```',
  ])('accepts %j', (text) => {
    expect(brokenLinksIn('PLANTED.md', text)).toEqual([])
  })
})
