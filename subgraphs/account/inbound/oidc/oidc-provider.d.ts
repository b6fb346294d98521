// The part of oidc-provider 9 that is used here; the package brings no types of its own.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export type Client = {
    clientId: string
    clientSecret?: string
    scope?: string
    redirectUris: string[]
    clientAuthMethod: string
    compareClientSecret(actual: string): Promise<boolean>
    grantTypeAllowed(type: string): boolean
    redirectUriAllowed(uri: string): boolean
    postLogoutRedirectUriAllowed(uri: string): boolean
  }
  /** What a person who is about to sign in has a cookie of. */
  export type Interaction = { uid: string; params: Record<string, unknown> }
  /** What a browser has a cookie of. */
  export type Session = {
    accountId?: string
    /** When the person signed in, in seconds since 1970. */
    loginTs?: number
    authorizations?: object
    state?: { secret: string }
    grantIdFor(clientId: string): string | undefined
    /** Saves a session that was saved before. */
    persist(): Promise<void>
  }
  export type Grant = {
    accountId: string
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }
  export type Context = {
    req: IncomingMessage
    res: ServerResponse
    path: string
    /** Of a cookie that was signed, null if the signature is wrong. */
    cookies: { get(name: string): string | undefined }
    oidc: {
      route: string
      entities: { Interaction?: { uid: string } }
      params: Record<string, unknown>
      client: Client
      provider: Provider
      account?: { accountId: string }
      session?: Session
      urlFor(route: string): string
    }
    body: unknown
    type: string
    status: number
    set(header: string, value: string): void
    set(headers: Record<string, string>): void
    accepts(...types: string[]): string | false
  }
  export type Token = {
    kind: string
    accountId?: string
    clientId: string
    scope?: string
    /** The grant type; missing on tokens of client_credentials. */
    gty?: string
    jti: string
    resourceServer?: ResourceServer
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
    readonly accessTokenTTL: number
    constructor(identifier: string, info: ResourceServerInfo)
  }
  /** Koa's context, before a route of the provider has it. */
  export type ProviderContext = { cookies: object }
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
    readonly Grant: {
      new (input: { accountId: string; clientId: string }): Grant
      find(id: string): Promise<Grant | undefined>
    }
    readonly Session: { get(context: ProviderContext): Promise<Session> }
    createContext(request: IncomingMessage, response: ServerResponse): ProviderContext
    /** Throws SessionNotFound if the browser has no cookie of one at this path, or it is over. */
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    /** Records the outcome; answers the URL where the browser goes on. */
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: { login: { accountId: string; amr: string[] } },
      options: { mergeWithLastSubmission: boolean },
    ): Promise<string>
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    registerGrantType(name: string, handler: (context: Context) => Promise<void>, parameters: string[]): void
    on(event: 'interaction.started', listener: (context: Context) => void): this
    on(event: 'grant.success', listener: (context: Context) => void): this
    on(event: 'grant.error' | 'authorization.error', listener: (context: Context, error: Error) => void): this
    on(event: 'access_token.issued' | 'client_credentials.issued', listener: (token: Token) => void): this
    on(event: 'server_error', listener: (context: Context, error: Error) => void): this
  }
  export class Check {
    constructor(reason: string, description: string, check: (context: Context) => boolean)
  }
  export const interactionPolicy: {
    base(): { remove(prompt: 'consent'): void; get(prompt: 'login'): { checks: { add(check: Check): void } } }
    Check: typeof Check
  }
  export const errors: {
    SessionNotFound: new (description?: string) => Error
    InvalidRequest: new (description?: string) => Error
    UnsupportedResponseMode: new (description?: string) => Error
    InvalidTarget: new (description?: string) => Error
    InvalidGrant: new (description?: string) => Error
    CustomOIDCProviderError: new (error: string, description: string) => Error
  }
}
