/** The bucket in NATS that media has to itself, in an account of its own (scripts/launcher/infrastructure/nats-users.ts). */
export const bucket = 'photos'
