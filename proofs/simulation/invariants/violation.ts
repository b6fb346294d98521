/** A violated rule of docs/language.md. */
export class Violation extends Error {
  readonly rule: string
  constructor(rule: string, message: string) {
    super(message)
    this.rule = rule
  }
}

/** Throws a Violation unless the rule holds. */
export function assertRule(rule: string, condition: boolean, message: () => string): void {
  if (!condition) throw new Violation(rule, message())
}
