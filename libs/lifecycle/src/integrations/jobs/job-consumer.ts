/** What takes jobs of a queue: a worker. Each of its steps may throw or reject; it is told to the report. */
export interface JobConsumer {
  /** Takes no more jobs. Returns at once, while those that run go on. */
  stop(): void;
  /** The time is nearly up: asks the jobs that run to end by themselves. */
  interrupt(reason: Error): void;
  /** The time is up: jobs that still run go back to their queue where that can be, and are not completed from here. */
  terminate(): Promise<void>;
  /** Nothing runs any more, or the time is up: closes what takes jobs, not what adds them. */
  close?(): Promise<void>;
  /** The hooks of the module have run: closes what takes jobs where the same object adds them. */
  afterHooks?(): Promise<void>;
}
