import type { InvalidInput, NotFound } from '../../../chassis/failures.ts'
import { readInput } from '../../../chassis/inputs.ts'
import { invalidPhoto, namedPhoto } from '../../../schema/photos/named-photo.ts'
import { type Item, showPhoto } from '../domain/item.ts'
import { changeOwn, type ItemPayload, payload } from './change-item.ts'
import { setItemPhotoInput } from './inputs.ts'
import type { Ports, Tx } from './ports.ts'

/** Sets the photo of an item on the menu; without a photoId it is removed. */
export async function setItemPhoto(
  ports: Ports,
  callerId: string,
  input: unknown,
): Promise<ItemPayload | NotFound | InvalidInput> {
  const read = readInput(setItemPhotoInput, input)
  if ('failure' in read) return read.failure
  const { itemId, photoId } = read.value
  const change = async (tx: Tx, item: Item) => {
    const shown = await usePhoto(tx, ports, callerId, item, photoId)
    return 'type' in shown ? shown : { item: shown, says: [] }
  }
  return payload(
    await ports.transact(ports.newId(), (tx) => changeOwn(tx, callerId, itemId, (item) => change(tx, item))),
  )
}

/** The item with the photo that the caller uploaded for its store; of two items that want the same photo, one gets it. */
export async function usePhoto(
  tx: Tx,
  { settings }: Ports,
  uploader: string,
  item: Item,
  photoId: string | undefined,
): Promise<Item | InvalidInput> {
  const named = namedPhoto(settings.photoKeys, photoId, { purpose: 'ITEM', subject: item.storeId, uploader })
  if ('type' in named) return named
  const { photo } = named
  if (photo !== null) {
    const use = await tx.photoUses.find(photo)
    if (use && use.itemId !== item.id) return invalidPhoto('This photo is another item’s. Upload it once more.')
    if (!use) tx.photoUses.save({ id: photo, itemId: item.id })
  }
  return showPhoto(item, photo)
}
