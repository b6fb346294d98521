/** An input, as it is stored and printed: JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
