import type { WsClient, WsOperation } from './ws-client.ts'

/** Queries and mutations of one connection that are being answered, or whose answers it has not taken. */
const AT_ONCE = 4

/**
 * Waits for an operation's turn to be answered; `giveBack` ends that, when the answer has been taken. While a client does
 * not take what it was sent nothing more is made for it. An operation that ends while it waits gets no turn.
 */
export function turn(client: WsClient, operation: WsOperation): Promise<void> | undefined {
  if (hasRoom(client)) {
    client.answers += 1
    return undefined
  }
  return new Promise((resolve) => {
    operation.begin = resolve
  })
}

export function giveBack(client: WsClient): void {
  client.answers -= 1
  letIn(client)
}

/** Begins what waits, in its order, as far as there is room. */
export function letIn(client: WsClient): void {
  for (const operation of client.operations?.values() ?? []) {
    if (!hasRoom(client)) return
    const { begin } = operation
    if (!begin) continue
    operation.begin = null
    client.answers += 1
    begin()
  }
}

const hasRoom = ({ answers, stalledFor }: WsClient) => answers < AT_ONCE && stalledFor === null
