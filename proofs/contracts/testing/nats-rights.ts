import { globSync } from 'node:fs'
import { published } from '../../../schema/events/facts.ts'
import { CONTEXTS } from '../../../scripts/contexts.mjs'
import { hearsByContext } from './contexts.ts'

const SAMPLES = new URL('../../../schema/live/samples/', import.meta.url)
const heard = await hearsByContext()

// Who may do what, by other tables than those that the permissions are made from.
const SAY = Object.keys(published)
const HEAR = CONTEXTS.filter((name) => heard[name]?.length)
export const SHOW = globSync('*.json', { cwd: SAMPLES }).map((file) => file.replace('.json', ''))
/** The programs that have an account with a bucket, and nothing else (bucket-rights.int.test.ts). */
export const WITH_BUCKET = ['media']

export const EVERYBODY = [...new Set([...SAY, ...HEAR, ...SHOW, 'router', 'streams'])].sort()

/** The consumers beside those that are called as their context. */
const LATER: [consumer: string, context: string][] = [
  ['order-people', 'order'],
  ['payment-refunds', 'payment'],
  ['store-refunds', 'store'],
  ['my-page-refunds', 'my-page'],
]

/** A subject, and the users who may publish or subscribe to it. */
export type Row = [subject: string, allowed: readonly string[]]
const only = (name: string, among: readonly string[]) => among.filter((each) => each === name)
const nobody: string[] = []

const STREAM = ['PURGE', 'MSG.DELETE', 'SNAPSHOT', 'RESTORE', 'LEADER.STEPDOWN', 'PEER.REMOVE']
const CONSUMER = ['DELETE', 'PAUSE', 'UNPIN', 'LEADER.STEPDOWN']
const API = ['INFO', 'ACCOUNT.PURGE.$G', 'STREAM.LIST', 'STREAM.NAMES', 'STREAM.CREATE.OTHER', 'STREAM.INFO.OTHER']

const ofStream = (stream: string, read: string[]): Row[] => [
  [`$JS.API.STREAM.CREATE.${stream}`, ['streams']],
  [`$JS.API.STREAM.UPDATE.${stream}`, ['streams']],
  [`$JS.API.STREAM.INFO.${stream}`, [...read, 'streams']],
  [`$JS.API.STREAM.MSG.GET.${stream}`, read],
  ...STREAM.map((request): Row => [`$JS.API.STREAM.${request}.${stream}`, nobody]),
  [`$JS.API.CONSUMER.LIST.${stream}`, nobody],
  [`$JS.API.CONSUMER.NAMES.${stream}`, nobody],
  [`$JS.API.CONSUMER.CREATE.${stream}.other`, nobody],
  [`$JS.API.CONSUMER.DURABLE.CREATE.${stream}.other`, nobody],
]

/** Of each name: what is its own, and what is nobody's. */
const ofName = (name: string): Row[] => [
  [`facts.${name}.Fact.key`, only(name, SAY)],
  [`live.${name}.audience.id`, only(name, SHOW)],
  [`snapshot.${name}`, SHOW.includes(name) ? ['router'] : nobody],
  [`_INBOX.${name}.request.1`, nobody],
  ...['INFO', 'DURABLE.CREATE', 'MSG.NEXT'].map(
    (request): Row => [`$JS.API.CONSUMER.${request}.FACTS.${name}`, only(name, HEAR)],
  ),
  [`$JS.ACK.FACTS.${name}.1.2.3.4.5`, only(name, HEAR)],
  [`$JS.API.CONSUMER.CREATE.FACTS.${name}.facts.payment.Paid.*`, nobody],
  ...['FACTS', 'LIVE'].flatMap((stream) =>
    CONSUMER.map((request): Row => [`$JS.API.CONSUMER.${request}.${stream}.${name}`, nobody]),
  ),
]

/** What the context of a later consumer may do with it. */
const ofConsumer = ([consumer, context]: [string, string]): Row[] => [
  ...['INFO', 'DURABLE.CREATE', 'MSG.NEXT'].map(
    (request): Row => [`$JS.API.CONSUMER.${request}.FACTS.${consumer}`, [context]],
  ),
  ...CONSUMER.map((request): Row => [`$JS.API.CONSUMER.${request}.FACTS.${consumer}`, nobody]),
  [`$JS.ACK.FACTS.${consumer}.1.2.3.4.5`, [context]],
]

export const PUBLISH: Row[] = [
  ...ofStream('FACTS', SAY),
  ['$JS.API.STREAM.DELETE.FACTS', nobody],
  ['$JS.API.CONSUMER.CREATE.FACTS', nobody],
  ['$JS.API.DIRECT.GET.FACTS', nobody],
  ...ofStream('LIVE', [...SHOW, 'router']),
  ['$JS.API.STREAM.DELETE.LIVE', ['streams']],
  ['renew.LIVE', SHOW],
  ['renew.FACTS', nobody],
  ['$JS.API.CONSUMER.CREATE.LIVE', ['router']],
  ['$JS.API.DIRECT.GET.LIVE', ['router']],
  ['$JS.FC.LIVE.consumer.1', ['router']],
  ...API.map((request): Row => [`$JS.API.${request}`, nobody]),
  ...[...EVERYBODY, 'account', 'nobody'].flatMap(ofName),
  ...LATER.flatMap(ofConsumer),
  ...['facts', 'live', 'anything', '$SYS.REQ.SERVER.PING', '$JS.EVENT.ADVISORY.API'].map((one): Row => [one, nobody]),
]

export const SUBSCRIBE: Row[] = [
  ['renew.LIVE', ['streams']],
  ['renew.>', nobody],
  ...['>', '*', '_INBOX.>', '_INBOX.*.>', 'facts.>', 'live.>', 'snapshot.>', '$JS.>', '$JS.API.>', '$SYS.>'].map(
    (subject): Row => [subject, nobody],
  ),
  ...[...EVERYBODY, 'account', 'nobody'].flatMap((name): Row[] => [
    [`_INBOX.${name}.>`, only(name, EVERYBODY)],
    [`_INBOX.${name}`, nobody],
    [`snapshot.${name}`, only(name, SHOW)],
    [`facts.${name}.>`, nobody],
    [`live.${name}.>`, nobody],
    [`$JS.ACK.FACTS.${name}.>`, nobody],
  ]),
]
