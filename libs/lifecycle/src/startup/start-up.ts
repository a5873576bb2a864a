/** How far the start has come, told by Nest's own hooks and by the servers. */
export class StartUp {
  #isInitialising = false;
  #isBootstrapped = false;
  #isListening = false;
  #resolveBegun: () => void = () => undefined;
  #resolveSettled: () => void = () => undefined;
  /** Resolves once Nest has begun to call hooks. An application that could not be created never comes here. */
  readonly begun = new Promise<void>((resolve) => {
    this.#resolveBegun = resolve;
  });
  /** Resolves once Nest has called every bootstrap hook. */
  readonly settled = new Promise<void>((resolve) => {
    this.#resolveSettled = resolve;
  });

  /** `needsListener` says whether something has to listen before the service is ready. */
  constructor(
    private readonly needsListener: () => boolean,
    private readonly onComplete: () => void,
  ) {}

  /** Whether Nest has begun to call hooks. */
  get hasBegun(): boolean {
    return this.#isInitialising || this.#isBootstrapped;
  }

  /** Whether Nest is running `onModuleInit` or `onApplicationBootstrap` of somebody. */
  get isRunning(): boolean {
    return this.#isInitialising && !this.#isBootstrapped;
  }

  get isBootstrapped(): boolean {
    return this.#isBootstrapped;
  }

  /** Bootstrapped, and listening where it has to. */
  get isComplete(): boolean {
    return this.#isBootstrapped && (this.#isListening || !this.needsListener());
  }

  initialising(): void {
    this.#isInitialising = true;
    this.#resolveBegun();
  }

  bootstrapped(): void {
    this.#isBootstrapped = true;
    this.#resolveSettled();
    this.#check();
  }

  listening(): void {
    this.#isListening = true;
    this.#check();
  }

  #check(): void {
    if (this.isComplete) this.onComplete();
  }
}
