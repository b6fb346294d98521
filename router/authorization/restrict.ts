import { type DocumentNode, getOperationAST, TypeInfo, visit, visitWithTypeInfo } from 'graphql'
import { leastRecentlyUsed } from '../../chassis/least-recently-used.ts'
import { fragmentsOf } from '../selections.ts'
import type { Supergraph } from '../supergraph/load.ts'
import { type RestrictedOperation, removeRefused } from './remove-refused.ts'
import type { Rights } from './rights.ts'

/** The part of an operation that a caller with these rights may run; null: all of it. The document must be valid. */
export type Restrict = (
  document: DocumentNode,
  operationName: string | null,
  rights: Rights,
) => RestrictedOperation | null

/** Callers of one document have few different rights. Beyond this number, variants are computed again. */
const MAX_VARIANTS = 32

/**
 * Makes a function that restricts operations. Results are kept as long as the parsed document. A document without
 * guarded fields costs one look-up.
 */
export function createRestrict({ clientSchema, requirements }: Supergraph): Restrict {
  const byDocument = new WeakMap<DocumentNode, Known>()

  return (document, operationName, rights) => {
    if (requirements.byCoordinate.size === 0) return null
    const known = byDocument.get(document) ?? {
      guarded: guardedIn(document),
      variants: leastRecentlyUsed(MAX_VARIANTS),
    }
    byDocument.set(document, known)
    if (known.guarded.every(rights.allows)) return null

    const key = `${rights.key}\n${operationName ?? ''}`
    const variant = known.variants.get(key)
    if (variant) return variant.restricted
    const operation = getOperationAST(document, operationName)
    const reduced = operation && removeRefused(clientSchema, operation, fragmentsOf(document), rights)
    // The refused field may be in another operation of the document.
    const restricted = reduced?.refused.size ? reduced : null
    known.variants.set(key, { restricted })
    return restricted
  }

  function guardedIn(document: DocumentNode): string[] {
    const found = new Set<string>()
    const types = new TypeInfo(clientSchema)
    const collectGuarded = {
      Field: ({ name }: { name: { value: string } }) => {
        const coordinate = `${types.getParentType()?.name}.${name.value}`
        if (requirements.byCoordinate.has(coordinate)) found.add(coordinate)
      },
    }
    visit(document, visitWithTypeInfo(types, collectGuarded))
    return [...found]
  }
}

type Known = {
  guarded: string[]
  variants: ReturnType<typeof leastRecentlyUsed<{ restricted: RestrictedOperation | null }>>
}
