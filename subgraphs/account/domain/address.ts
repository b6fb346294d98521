/** A place where somebody often has flowers brought, as they keep it for themselves; personal data of two people. */
export type Address = {
  /** Their app's own name for it. */
  key: string
  /** What they call it: "Mum". */
  label: string
  /** The recipient. */
  name: string
  phone: string
  address: string
  postalCode: string | null
}

/** The addresses that one person may keep. */
export const MOST_ADDRESSES = 20
