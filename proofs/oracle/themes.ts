import type { Definition } from './definition.ts'
import { abstractTypes } from './themes/abstract.ts'
import { keys } from './themes/keys.ts'
import { requires } from './themes/requires.ts'
import { sharing } from './themes/sharing.ts'
import { special } from './themes/special.ts'

/** Every feature of Federation that the router is tried on. */
export const themes: Definition[] = [...keys, ...requires, ...abstractTypes, ...sharing, ...special]
