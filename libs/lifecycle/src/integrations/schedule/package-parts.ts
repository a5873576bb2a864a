/** By these the `SchedulerRegistry` is known: every job of the package is in it. */
export const REGISTRY = ['addCronJob', 'addInterval', 'addTimeout', 'getCronJobs', 'getIntervals', 'getTimeouts'];

/** By these the explorer is known, which makes jobs of decorated methods. */
export const EXPLORER = ['lookupSchedulers', 'wrapFunctionInTryCatchBlocks'];
