/** A rule of docs/language.md that does not hold. */
export class Violation extends Error {
  readonly rule: string
  constructor(rule: string, message: string) {
    super(message)
    this.rule = rule
  }
}

/** Throws where the rule does not hold. */
export function holds(rule: string, condition: boolean, message: () => string): void {
  if (!condition) throw new Violation(rule, message())
}
