const CTRL_C = '\x03'

/** Calls `turn` when the space bar is pressed, where somebody is at the terminal. Returns what ends it. */
export function onSpaceBar(turn: () => void): () => void {
  const { stdin } = process
  if (!stdin.isTTY) return () => {}
  const hear = (keys: Buffer): void => {
    for (const key of String(keys)) {
      // A terminal that gives each key as it is pressed makes no signal of this one.
      if (key === CTRL_C) process.kill(process.pid, 'SIGINT')
      else if (key === ' ') turn()
    }
  }
  stdin.setRawMode(true)
  stdin.on('data', hear)
  return () => {
    stdin.off('data', hear)
    stdin.setRawMode(false)
    stdin.pause()
  }
}
