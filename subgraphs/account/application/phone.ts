import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/mobile'

/** The countries whose mobile phones are sent codes, by ISO 3166. Elsewhere messages are dear, and swindlers earn by them. */
export type Countries = readonly CountryCode[]

export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code)

/** A mobile number as people type it, in E.164; null if it is none, or of another country. Korean unless it begins with +. */
export function mobileNumber(typed: string, countries: Countries): string | null {
  if (typed.length > 40) return null
  const number = parsePhoneNumberFromString(typed.normalize('NFKC'), { defaultCountry: 'KR', extract: false })
  return number?.isValid() && !number.ext && number.country && countries.includes(number.country) ? number.number : null
}

/** As it is dialled at home, for people to read: 010-1234-5678. */
export const nationalNumber = (phone: string): string => parsePhoneNumberFromString(phone)?.formatNational() ?? phone

/** What a user signs in with who has this phone. */
export const signInOf = (phone: string): string => `tel:${phone}`

/** The phone in it; null if it is a demo user's name. */
export const phoneIn = (signIn: string): string | null => (signIn.startsWith('tel:') ? signIn.slice(4) : null)
