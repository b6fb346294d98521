import type { Claims } from '../../chassis/signed-context.ts'

const token = (roles: string, scopes = ''): Claims => {
  const words = (text: string) => text.split(' ').filter(Boolean)
  return { sub: 'someone', roles: words(roles), scopes: words(scopes) }
}

/** The callers, by name. */
export const identities: Record<string, Claims> = {
  none: null,
  user: token(''),
  a: token('A'),
  ax: token('A', 'x'),
  b: token('B', 'x'),
  bc: token('B C D', 'y'),
  xy: token('', 'y x'),
  z: token('', 'z'),
  reader: token('', 'phone notes levels'),
  admin: token('ADMIN'),
  keeper: token('ADMIN', 'notes'),
}

const everyone = Object.keys(identities).join(' ')
const signedIn = everyone.replace('none ', '')
const admins = 'admin keeper'

/** Every field of guarded.ts, an operation that selects it, and the identities that may read it; written by hand, rule by rule. */
export const expectations: [coordinate: string, operation: string, allowed: string][] = [
  ['Query.open', '{ open }', everyone],
  ['Query.me', '{ me { id } }', signedIn],
  ['Query.must', '{ must }', signedIn],
  ['Query.users', '{ users { id } }', everyone],
  ['Query.grid', '{ grid { id } }', everyone],
  ['Query.things', '{ things { __typename } }', everyone],
  ['Query.owned', '{ owned { __typename } }', everyone],
  ['Query.found', '{ found { __typename } }', everyone],
  // Its type is protected, and so is every field that returns it.
  ['Query.vault', '{ vault { __typename } }', admins],
  ['Query.product', '{ product { name } }', everyone],
  ['Query.media', '{ media { title } }', everyone],
  ['Query.level', '{ level }', 'reader'],
  ['Query.levels', '{ levels }', 'reader'],
  ['Query.stamp', '{ stamp }', signedIn],
  ['Query.byRole', '{ byRole }', 'a ax bc'],
  ['Query.byScope', '{ byScope }', 'xy z'],
  ['Query.byAll', '{ byAll }', 'ax'],
  ['Query.best', '{ best { title } }', everyone],
  ['Mutation.bump', 'mutation { bump }', everyone],
  ['Mutation.wipe', 'mutation { wipe }', admins],
  ['Mutation.drop', 'mutation { drop { bumps } }', signedIn],
  ['Mutation.keep', 'mutation { keep { bumps } }', everyone],
  ['Box.bumps', 'mutation { keep { bumps } }', everyone],
  ['Box.secret', 'mutation { keep { secret } }', signedIn],
  ['Owned.owner', '{ owned { owner { id } } }', everyone],
  // A field selected on the interface may belong to any implementation: to Vault, or to Note with its protected label.
  ['Thing.id', '{ things { id } }', admins],
  ['Thing.label', '{ things { label } }', 'keeper'],
  ['Thing.owner', '{ things { owner { id } } }', admins],
  ['Book.id', '{ things { ... on Book { id } } }', everyone],
  ['Book.label', '{ things { ... on Book { label } } }', everyone],
  ['Book.owner', '{ found { ... on Book { owner { id } } } }', everyone],
  ['Book.pages', '{ found { ... on Book { pages } } }', everyone],
  ['Note.id', '{ things { ... on Note { id } } }', everyone],
  ['Note.label', '{ things { ... on Note { label } } }', 'reader keeper'],
  ['Note.owner', '{ found { ... on Note { owner { id } } } }', everyone],
  ['Vault.id', '{ things { ... on Vault { id } } }', admins],
  ['Vault.label', '{ things { ... on Vault { label } } }', admins],
  ['Vault.owner', '{ found { ... on Vault { owner { id } } } }', admins],
  ['Vault.code', '{ found { ... on Vault { code } } }', admins],
  ['User.id', '{ users { id } }', everyone],
  ['User.name', '{ users { name } }', everyone],
  ['User.email', '{ users { email } }', signedIn],
  ['User.phone', '{ users { phone } }', 'reader'],
  ['User.pin', '{ grid { pin } }', admins],
  ['User.friends', '{ users { friends { id } } }', everyone],
  ['User.greeting', '{ users { greeting } }', signedIn],
  ['User.score', '{ users { score } }', 'a ax'],
  ['User.rank', '{ users { rank } }', admins],
  ['User.rival', '{ users { rival { id } } }', everyone],
  ['Product.id', '{ product { id } }', signedIn],
  ['Product.name', '{ product { name } }', everyone],
  ['Product.inStock', '{ product { inStock } }', everyone],
  ['Media.id', '{ media { id } }', everyone],
  ['Media.title', '{ media { title } }', everyone],
  ['Media.likes', '{ media { likes } }', everyone],
  // Declared on the @interfaceObject, it applies to all implementations.
  ['Media.stars', '{ best { stars } }', signedIn],
  ['Film.id', '{ media { ... on Film { id } } }', everyone],
  ['Film.title', '{ media { ... on Film { title } } }', everyone],
  ['Film.minutes', '{ media { ... on Film { minutes } } }', everyone],
  ['Film.likes', '{ media { ... on Film { likes } } }', everyone],
  ['Film.stars', '{ media { ... on Film { stars } } }', signedIn],
  ['Series.id', '{ media { ... on Series { id } } }', everyone],
  ['Series.title', '{ media { ... on Series { title } } }', everyone],
  ['Series.seasons', '{ media { ... on Series { seasons } } }', signedIn],
  ['Series.likes', '{ media { ... on Series { likes } } }', everyone],
  ['Series.stars', '{ media { ... on Series { stars } } }', signedIn],
]

/** Whether the table allows this identity; fields without a row (introspection, __typename) are public. */
export function isAllowed(coordinate: string, identity: string): boolean {
  const row = expectations.find(([name]) => name === coordinate)
  return row?.[2].split(' ').includes(identity) ?? true
}
