import { describe } from '@jest/globals'
import { memoryPorts } from './memory-ports.ts'
import { portsSuite } from './ports-suite.ts'

describe('the ports in memory', () => {
  portsSuite(async () => memoryPorts())
})
