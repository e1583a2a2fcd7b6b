export { CallLoop, type CallLoopOptions } from './call-loop.ts'
export { CancelWatch, type CancelWatchOptions } from './cancel-watch.ts'
export { StatisticsKeeper, type StatisticsKeeperOptions } from './statistics-keeper.ts'
export { Sweeper, type SweeperOptions } from './sweeper.ts'
