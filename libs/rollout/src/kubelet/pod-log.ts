import { stripVTControlCharacters } from 'node:util';
import { type OutputLine } from '../pods/pod-process.js';
import { type KubeletWorld } from './kubelet-world.js';

/** A pod that writes more lines than this is read on, so that it never waits for us, and no longer recorded. */
const MOST_LINES = 20_000;
const LAST_LINES = 20;
const LAST_ERRORS = 10;

/** What a pod has written, as facts, and the phases it says it is in. */
export class PodLog {
  readonly #newest: string[] = [];
  readonly #newestErrors: string[] = [];
  #count = 0;
  #phase: string | undefined;
  #saysAddressInUse = false;

  constructor(
    private readonly pod: string,
    private readonly world: KubeletWorld,
  ) {}

  /**
   * The newest lines, for messages. Those of stderr come behind them where other lines have pushed them out: they mostly say why a
   * service ends, and the two streams are read apart.
   */
  get last(): readonly string[] {
    const pushedOut = this.#newestErrors.filter((line) => !this.#newest.includes(line));
    return [...this.#newest, ...pushedOut];
  }

  /** Whether a line since the last question said that a port was taken. */
  takeAddressInUse(): boolean {
    const said = this.#saysAddressInUse;
    this.#saysAddressInUse = false;
    return said;
  }

  /** Colours are left out: Nest, for one, writes them into a pipe as well. */
  write({ stream, line: written }: OutputLine): void {
    const { pod, world } = this;
    const line = stripVTControlCharacters(written);
    keep(this.#newest, line, LAST_LINES);
    if (stream === 'stderr') keep(this.#newestErrors, line, LAST_ERRORS);
    this.#saysAddressInUse ||= line.includes('EADDRINUSE');
    this.#count += 1;
    if (this.#count <= MOST_LINES) world.record({ type: 'log-written', pod, stream, line });
    if (this.#count === MOST_LINES)
      world.onNote(`${pod} wrote more than ${MOST_LINES} lines; the later ones were read and not kept.`);
    this.#enter(world.phaseOf(line));
  }

  #enter(phase: string | undefined): void {
    if (phase === undefined || phase === this.#phase) return;
    this.#phase = phase;
    this.world.record({ type: 'service-phase', pod: this.pod, phase });
  }
}

function keep(lines: string[], line: string, most: number): void {
  lines.push(line);
  if (lines.length > most) lines.shift();
}
