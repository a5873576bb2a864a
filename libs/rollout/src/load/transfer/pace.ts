const SHORTEST_STEP_MS = 100;

/** Bytes a second as steps: so many bytes, each so many milliseconds. */
export interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}

/** Ten steps a second, or fewer where that would be less than a byte a step. */
export function paceOf(bytesPerSecond: number): Pace {
  const everyMs = Math.max(SHORTEST_STEP_MS, 1000 / bytesPerSecond);
  return { bytes: Math.max(1, Math.round((bytesPerSecond * everyMs) / 1000)), everyMs };
}
