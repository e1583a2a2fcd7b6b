import type { Priority } from '../worker/messages.ts'

const SCHED_FIFO = 1
/** Threads that this one starts are scheduled as usual. */
const SCHED_RESET_ON_FORK = 0x4000_0000
/** The low end of real time: above all ordinary work, below the kernel's own threads. */
const REALTIME_PRIORITY = 10
const PRIO_PROCESS = 0
const NICENESS = -10

/**
 * Asks Linux for the best scheduling of the calling thread: real time (needs CAP_SYS_NICE or
 * RLIMIT_RTPRIO), else a better nice value, else what it was.
 */
export async function raisePriority(): Promise<Priority> {
  if (process.platform !== 'linux') return 'none'
  try {
    const { default: koffi } = await import('koffi')
    const libc = koffi.load('libc.so.6')
    const setScheduler = libc.func('int sched_setscheduler(int, int, void *)')
    const setNiceness = libc.func('int setpriority(int, uint32_t, int)')
    // In both calls Linux takes 0 for the calling thread, not the whole process.
    const parameter = new Int32Array([REALTIME_PRIORITY])
    if (setScheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, parameter) === 0) return 'fifo'
    if (setNiceness(PRIO_PROCESS, 0, NICENESS) === 0) return 'nice'
  } catch {
    // No koffi for this machine, or another C library.
  }
  return 'none'
}
