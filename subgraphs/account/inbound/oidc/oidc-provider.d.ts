// The part of oidc-provider 9 that is used here; the package brings no types of its own.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Client = {
    clientId: string
    clientSecret?: string
    scope?: string
    compareClientSecret(actual: string): Promise<boolean>
  }
  export type Context = {
    req: IncomingMessage
    oidc: { route: string; params: Record<string, unknown>; client: Client; provider: Provider }
    body: unknown
    type: string
    status: number
    set(header: string, value: string): void
  }
  export type Token = {
    kind: string
    accountId?: string
    clientId: string
    scope?: string
    /** The grant type; missing on tokens of client_credentials. */
    gty?: string
    jti: string
    resourceServer: ResourceServer
    expiration: number
    tokenType: string
    save(): Promise<string>
  }
  export type ResourceServerInfo = {
    scope: string
    audience: string
    accessTokenTTL: number
    accessTokenFormat: 'jwt'
    jwt: { sign: { alg: string } }
  }
  export class ResourceServer {
    constructor(identifier: string, info: ResourceServerInfo)
  }
  export class Provider {
    constructor(issuer: string, configuration: object)
    proxy: boolean
    readonly Client: { prototype: Client }
    readonly AccessToken: new (input: {
      accountId: string
      client: Client
      gty: string
    }) => Token
    readonly ResourceServer: typeof ResourceServer
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    registerGrantType(name: string, handler: (context: Context) => Promise<void>, parameters: string[]): void
    on(event: 'grant.success', listener: (context: Context) => void): this
    on(event: 'grant.error' | 'authorization.error', listener: (context: Context, error: Error) => void): this
    on(event: 'access_token.issued' | 'client_credentials.issued', listener: (token: Token) => void): this
    on(event: 'server_error', listener: (context: Context, error: Error) => void): this
  }
  export const errors: {
    InvalidRequest: new (description?: string) => Error
    InvalidTarget: new (description?: string) => Error
    InvalidGrant: new (description?: string) => Error
    CustomOIDCProviderError: new (error: string, description: string) => Error
  }
}
