/** Something the person at the terminal can mend: told in one line, without a stack trace. */
export class UserError extends Error {}
