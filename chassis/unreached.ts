/** Failures of connecting: the request was never sent. A connection cut later may have carried it. */
const UNREACHED = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']

/** Whether a request that failed with this error surely had no effect. */
export const wasUnreached = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && UNREACHED.includes(String(error.code))
