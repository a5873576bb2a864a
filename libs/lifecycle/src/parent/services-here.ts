/** The services of this process that have been created and are not ready yet, and what waits for them. */
const starting = new Set<object>();
const waiting = new Set<() => void>();

/** One service among those of its process. */
export interface ServiceHere {
  /** Calls `tell` once all services that have been created by now are ready, or are no more. */
  readonly ready: (tell: () => void) => void;
  /** Its start has failed, or it has stopped: nothing waits for it any longer. */
  readonly gone: () => void;
}

/** A service was created: this process is not ready before it is. */
export function serviceCreated(): ServiceHere {
  const service = {};
  starting.add(service);
  const settle = (): void => {
    starting.delete(service);
    if (starting.size > 0) return;
    for (const tell of waiting) {
      waiting.delete(tell);
      tell();
    }
  };
  return {
    ready: (tell) => {
      waiting.add(tell);
      settle();
    },
    gone: settle,
  };
}
