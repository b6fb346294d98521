/** An error that the user can correct: commands print its message without a stack trace. */
export class UserError extends Error {}
