/** What browsers wait before they connect again, unless the stream has said otherwise. */
const DEFAULT_RETRY_MS = 3000;
const LONGEST_LINE = 65_536;

/** What an EventSource keeps between connections, read from the streams themselves (HTML Standard §9.2.6). */
export class EventStreamMemory {
  retryMs = DEFAULT_RETRY_MS;
  lastEventId = '';
  #pendingId = '';
  #rest = '';

  /** Bytes of a stream, in any pieces. */
  read(bytes: Buffer): void {
    // Names and digits are ASCII; an id with other letters comes back as it came.
    const lines = (this.#rest + bytes.toString('latin1')).split(/\r\n|\n|\r(?!$)/);
    this.#rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) this.#readLine(line);
  }

  /** A connection has ended: an event that was not whole is forgotten. */
  endConnection(): void {
    this.#rest = '';
    this.#pendingId = this.lastEventId;
  }

  #readLine(line: string): void {
    if (line === '') this.lastEventId = this.#pendingId;
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'retry' && /^\d{1,8}$/.test(value)) this.retryMs = Number(value);
    if (field === 'id' && !value.includes('\0')) this.#pendingId = value;
  }
}
