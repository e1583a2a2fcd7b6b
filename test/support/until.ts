/** Resolves when `holds` does; asked every 25 ms, for what tells nobody of its changes. */
export async function until(holds: () => Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const deadline = performance.now() + deadlineMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Did not come true in ${deadlineMs} ms.`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
