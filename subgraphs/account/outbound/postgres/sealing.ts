import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** One secret, an own 256-bit key for each purpose. */
const keyFor = (secret: string, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))

/** The key that private signing keys are sealed with, from KEY_SECRET. */
export const sealingKey = (secret: string): Buffer => keyFor(secret, 'signing keys')

/** The key that the issuer's cookies are signed with, from KEY_SECRET. */
export const cookieKey = (secret: string): string => keyFor(secret, 'cookies').toString('base64url')

/** The key of what codes are kept as, and limits are counted by, from KEY_SECRET. */
export const codeKey = (secret: string): Buffer => keyFor(secret, 'sign-in codes')

/** The key that the forms of our pages are marked with, from KEY_SECRET. */
export const formKey = (secret: string): Buffer => keyFor(secret, 'forms')

/** Encrypts by AES-256-GCM; only the same key opens it, and only whole: `iv.tag.text`, each base64url. */
export function seal(key: Buffer, text: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url')).join('.')
}

/** The text that `seal` was given; throws where the key is another or the sealed text was changed. */
export function unseal(key: Buffer, sealed: string): string {
  const [iv, tag, text] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'))
  if (!iv || !tag || !text) throw new Error('This is not a sealed text.')
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAuthTag(tag)
  return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
}
