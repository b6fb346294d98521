import type { Definition } from './definition.ts'
import { abstractTypes } from './themes/abstract.ts'
import { corners } from './themes/corners.ts'
import { keys } from './themes/keys.ts'
import { requires } from './themes/requires.ts'
import { sharing } from './themes/sharing.ts'
import { special } from './themes/special.ts'

/** The Federation features that the router is tested on, one supergraph each. */
export const themes: Definition[] = [...keys, ...requires, ...abstractTypes, ...sharing, ...special, ...corners]
