import type { Client, Provider } from 'oidc-provider'
import { appMetadata } from './storage.ts'

/** The app of whoever develops one: any address of their own machine is its redirect URI. Registered in development only. */
export const DEVELOPMENT_APP = 'development'

export const developmentApp = appMetadata({
  id: DEVELOPMENT_APP,
  name: 'Apps in development',
  redirectUris: ['http://localhost/', 'http://127.0.0.1/'],
})

/** Whether it is an address of the person's own machine, at whatever port. */
function isOwnMachine(uri: string): boolean {
  const url = URL.parse(uri)
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname)
  return isLocal && !url.username && !url.password && !uri.includes('#')
}

/** Has the provider take any port and path of the own machine for the app of development, and nothing but what is registered for others. */
export function allowOwnMachine(provider: Provider): void {
  const { prototype } = provider.Client
  const { redirectUriAllowed, postLogoutRedirectUriAllowed } = prototype
  prototype.redirectUriAllowed = function (this: Client, uri: string) {
    return this.clientId === DEVELOPMENT_APP ? isOwnMachine(uri) : redirectUriAllowed.call(this, uri)
  }
  prototype.postLogoutRedirectUriAllowed = function (this: Client, uri: string) {
    return this.clientId === DEVELOPMENT_APP ? isOwnMachine(uri) : postLogoutRedirectUriAllowed.call(this, uri)
  }
}

/** Whether pages of this origin may ask for tokens as the app: those that its redirect URIs are of. */
export const isOriginOf = (client: Client, origin: string): boolean =>
  client.clientAuthMethod === 'none' &&
  (client.clientId === DEVELOPMENT_APP
    ? isOwnMachine(`${origin}/`)
    : client.redirectUris.some((uri) => URL.parse(uri)?.origin === origin))
