import { freePort } from '../../scripts/launcher/infrastructure/ports.ts'
import { connectNats, type Nats } from '../nats/connection.ts'
import { prepareServer } from './nats-server.ts'
import { until } from './until.ts'

const NAMES = ['a', 'b', 'c']

/** Three NATS servers in a cluster, each with its own data. */
export async function natsCluster() {
  const taken = new Set<number>()
  const ports: number[] = []
  for (const _ of NAMES) ports.push(await freePort(taken))
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ')
  const nodes = await Promise.all(
    NAMES.map((name, index) =>
      prepareServer(
        [],
        [
          `server_name: ${name}`,
          `cluster { name: test, listen: "127.0.0.1:${ports[index]}", no_advertise: true, routes: [${routes}] }`,
        ],
      ),
    ),
  )
  await Promise.all(nodes.map((node) => node.start()))
  const url = nodes.map((node) => node.url).join(',')
  const operator = await connectNats(url, 'operator')
  await until(() => operator.manager.streams.names().next(), 'the cluster has a leader')
  await operator.end()
  const nodeNamed = (name = '') => {
    const node = nodes[NAMES.indexOf(name)]
    if (!node) throw new Error(`There is no NATS server "${name}".`)
    return node
  }
  /** The server that leads a stream, or one of its consumers; throws while there is none. */
  const leaderOf = async ({ manager, whileConnected }: Nats, stream: string, consumer?: string) => {
    const info = await whileConnected(async () =>
      consumer === undefined ? manager.streams.info(stream) : manager.consumers.info(stream, consumer),
    )
    return nodeNamed(info.cluster?.leader)
  }
  return {
    /** The administrator's NATS_URL. */
    url,
    nodes,
    leaderOf,
    end: async () => {
      await Promise.all(nodes.map((node) => node.end()))
    },
  }
}
