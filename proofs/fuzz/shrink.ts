import type { Json } from './json.ts'

const MAX_ATTEMPTS = 300

/** The smallest input found that still `fails`, within a limited number of attempts. */
export async function shrink(input: Json, fails: (input: Json) => Promise<boolean>): Promise<Json> {
  let smallest = input
  let attempts = 0
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false
    for (const candidate of smaller(smallest)) {
      if (++attempts > MAX_ATTEMPTS) return smallest
      if (!(await fails(candidate))) continue
      smallest = candidate
      isSmaller = true
      break
    }
  }
  return smallest
}

/** The value without one of its parts, the largest parts first. */
function* smaller(value: Json): Generator<Json> {
  if (typeof value === 'string') yield* smallerTexts(value)
  else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) yield value.toSpliced(index, 1)
    for (const [index, member] of value.entries()) for (const part of smaller(member)) yield value.with(index, part)
  } else if (value !== null && typeof value === 'object') {
    for (const [key, member] of Object.entries(value)) {
      const { [key]: _, ...rest } = value
      yield rest
      for (const part of smaller(member)) yield { ...value, [key]: part }
    }
  }
}

function* smallerTexts(text: string): Generator<string> {
  for (let size = text.length >> 1; size > 0; size >>= 1) {
    for (let from = 0; from < text.length; from += size) yield text.slice(0, from) + text.slice(from + size)
  }
}
