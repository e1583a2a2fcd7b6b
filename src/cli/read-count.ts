/** An id, a version, how many: a whole number from 1 on. */
export function readCount(text: string): number {
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value >= 1 && value < 2 ** 31) return value
  throw new Error('It may be a whole number from 1 on.')
}
