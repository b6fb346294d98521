import { describe } from '@jest/globals'
import { mediaBehaviour } from './testing/behaviour.ts'
import { memoryPhotos, memoryPictures } from './testing/memory.ts'

describe('media, in memory', () => {
  mediaBehaviour(async () => ({ photos: memoryPhotos(), pictures: memoryPictures(), close: async () => {} }))
})
