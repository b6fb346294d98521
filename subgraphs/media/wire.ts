import type { Ports } from './application/ports.ts'
import { requestUpload } from './application/request-upload.ts'
import { ticketIn } from './application/signed.ts'
import { removeDue, removeStray } from './application/sweep.ts'
import { takeUpload } from './application/take-upload.ts'
import { pictureAt, urlOf } from './application/view-photo.ts'

/** Wires the media context to its ports: real ones in main.ts, in-memory ones in tests. */
export function wire(ports: Ports) {
  const { settings, now } = ports
  return {
    commands: { requestUpload: requestUpload.bind(null, ports) },
    uploads: {
      /** The ticket of a token that is good now. */
      ticketIn: (token: string) => ticketIn(settings.mediaSecret, token, now()),
      take: takeUpload.bind(null, ports),
    },
    shows: { urlOf: urlOf.bind(null, ports), picture: pictureAt.bind(null, ports) },
    removeDue: () => removeDue(ports),
    removeStray: () => removeStray(ports),
  }
}

export type MediaContext = ReturnType<typeof wire>
