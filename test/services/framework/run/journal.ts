/** What an application did, in order: handlers, hooks and background work write a line each. */
export class Journal {
  readonly lines: string[] = [];
  /** Told of every line as it comes. */
  onLine: (line: string) => void = () => undefined;
  readonly #waiting = new Set<() => void>();

  note(line: string): void {
    this.lines.push(line);
    this.onLine(line);
    for (const look of this.#waiting) look();
  }

  /** Resolves once a line has been written so many times; exchanges are bounded, so a line that never comes is named. */
  until(line: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.lines.filter((other) => other === line).length < times) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
