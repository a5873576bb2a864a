/** Whether the service is leaving: one object, made before every part that has to know. */
export class ShutdownState {
  #hasBegun = false;

  /** True from the tick of the signal on. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The service has been told to stop. */
  begin(): void {
    this.#hasBegun = true;
  }
}
