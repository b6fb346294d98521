import { GraphQLError } from 'graphql'
import { code } from '../../errors.ts'
import type { Unfetched } from '../compile/unfetched.ts'
import { isObject, own } from '../selection/json.ts'
import { type Answered, asCalled } from './losses.ts'

/** Tells of each place where such an object was met, by the client's names. */
export function tellUnfetched(unfetched: readonly Unfetched[], { sites, names, told }: Answered): void {
  for (const { path, name } of unfetched) {
    for (const site of sites.at(path)) {
      if (!isObject(site.value) || own(site.value, name) !== undefined || !sites.fieldsAt(site).has(name)) continue
      const called = asCalled([...site.path, name], names)
      if (told.isTold(called)) continue
      if (!told.tell(called, () => new GraphQLError(NO_WAY, { path: called, extensions: { code: code.notPlanned } })))
        return
    }
  }
}

const NO_WAY = 'This field is valid, but no way was found to fetch it.'
