/**
 * Alerting rules that need seconds for what takes minutes otherwise, so that every alert can be seen to fire: nothing has to last,
 * rates look back 15 or 60 seconds, and an age of a minute or more counts from 5 seconds on.
 */
export const hurried = (rules: string): string =>
  rules
    .replaceAll(/for: \d+m$/gm, 'for: 1s')
    .replaceAll('[5m]', '[15s]')
    .replaceAll('[15m]', '[60s]')
    .replaceAll(/(_seconds\)?) > (?:60|120)$/gm, '$1 > 5')
