import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { buildSchema, getNamedType, isObjectType } from 'graphql'
import { personalData as ofAccount } from '../../subgraphs/account/inbound/graphql/resolvers.ts'
import { personalData as ofDelivery } from '../../subgraphs/delivery/inbound/graphql/resolvers.ts'
import { personalData as ofOrder } from '../../subgraphs/order/inbound/graphql/resolvers.ts'

const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'))
/** Names of fields that say who somebody is or where they live, or what is written to them, or that let others read it. */
const PERSONAL =
  /^(recipient|phone|email|address|addresses|cardMessage|ribbon|postalCode|birth.*|sender|note|.*token)$/i
/** Read by whoever has the recipient's link, at each look: who read the link is recorded, `Delivery.trackToken`. */
const BY_LINK = 'Tracking.sender'
/** Lets whoever asked for it upload a photo of their own; it reads nothing. */
const TO_UPLOAD = 'UploadTicket.token'
const personalData = [...ofOrder, ...ofDelivery, ...ofAccount]

it('no field tells personal data without a line in the audit trail', () => {
  const fields = Object.values(api.getTypeMap()).flatMap((type) =>
    isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type: type.name, field })) : [],
  )
  // What is below a recorded field is recorded with it.
  const below = new Set(
    fields
      .filter(({ type, field }) => personalData.includes(`${type}.${field.name}`))
      .map(({ field }) => getNamedType(field.type).name),
  )
  const personal = fields.filter(({ type, field }) => PERSONAL.test(field.name) && !below.has(type))
  expect(personal.map(({ type, field }) => `${type}.${field.name}`).sort()).toEqual(
    [...personalData, BY_LINK, TO_UPLOAD].sort(),
  )
})
