/** What the framework around the service does to stop it, once every hook has run: Nest calls hooks of its own. */
export interface HostSteps {
  /** The steps that run right now, and for how long they have run. */
  readonly running: readonly { readonly name: string; readonly durationMs: number }[];
  /** The names of what is being waited for. */
  readonly waitingFor: readonly string[];
  /** The last step has been taken, or the process ends before it. */
  leave(): void;
}

/** Those of a service without a framework: there are none. */
export const NO_HOST_STEPS: HostSteps = { running: [], waitingFor: [], leave: () => undefined };
