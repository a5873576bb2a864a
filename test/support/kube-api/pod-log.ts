import { type ServerResponse } from 'node:http';

/** What a container has printed. */
export class PodLog {
  readonly #lines: string[] = [];
  readonly #followers = new Set<ServerResponse>();
  #isOver = false;

  /** A line without its end; the API puts the time in front of it. */
  add(line: string): void {
    const whole = `${new Date().toISOString()} ${line}\n`;
    this.#lines.push(whole);
    for (const response of this.#followers) response.write(whole);
  }

  text(): string {
    return this.#lines.join('');
  }

  follow(response: ServerResponse): void {
    response.write(this.text());
    if (this.#isOver) return void response.end();
    this.#followers.add(response);
    response.once('close', () => this.#followers.delete(response));
  }

  /** The container has ended. */
  end(): void {
    this.#isOver = true;
    for (const response of this.#followers) response.end();
  }
}
