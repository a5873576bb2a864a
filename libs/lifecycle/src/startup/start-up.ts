/** How far the start has come, as reported by Nest's own hooks and by the servers. */
export class StartUp {
  #isInitialising = false;
  #isBootstrapped = false;
  #isListening = false;
  #hasFailed = false;
  #needsListener = false;
  #resolveSettled: () => void = () => undefined;
  /** Resolves once Nest has called every bootstrap hook, or one of them has failed. */
  readonly settled = new Promise<void>((resolve) => {
    this.#resolveSettled = resolve;
  });

  constructor(private readonly onComplete: () => void) {}

  /** Whether something has to listen before the service is ready. */
  get needsListener(): boolean {
    return this.#needsListener;
  }

  /** There is a server: the service is not ready before one listens. */
  expectListener(): void {
    this.#needsListener = true;
  }

  /** Whether Nest has begun to call hooks. */
  get hasBegun(): boolean {
    return this.#isInitialising || this.#isBootstrapped;
  }

  /** Whether a hook has failed, which ended the start. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Whether Nest has run its hooks, or one of them has failed. */
  get hasSettled(): boolean {
    return this.#isBootstrapped || this.#hasFailed;
  }

  /** Bootstrapped, and listening where it has to. */
  get isComplete(): boolean {
    return this.#isBootstrapped && (this.#isListening || !this.#needsListener);
  }

  initialising(): void {
    this.#isInitialising = true;
  }

  bootstrapped(): void {
    this.#isBootstrapped = true;
    this.#resolveSettled();
    this.#check();
  }

  /** A hook has failed: Nest does not call the others. */
  failed(): void {
    this.#hasFailed = true;
    this.#resolveSettled();
  }

  listening(): void {
    this.#isListening = true;
    this.#check();
  }

  #check(): void {
    if (this.isComplete) this.onComplete();
  }
}
