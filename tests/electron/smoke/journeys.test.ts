import { threeJourneys } from '../../journeys/harness/three-journeys.ts'
import { openElectron } from './electron-front.ts'

threeJourneys(openElectron)
