export { ResultLoop, type ResultLoopOptions, type ResultSettings } from './result-loop.ts'
