/**
 * Of `accounts a`: whether it lets only one call to a number run at a time. Where there is a gap or a cap
 * it must, or two calls could both find the number free.
 */
export const SERIALIZES_NUMBERS =
  '(a.serializes_numbers OR a.number_gap_seconds > 0 OR a.number_cap IS NOT NULL)'
