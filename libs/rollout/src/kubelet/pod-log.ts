import { stripVTControlCharacters } from 'node:util';
import { type OutputLine } from '../pods/pod-process.js';
import { type KubeletWorld } from './kubelet-world.js';

/** A pod that writes more lines than this is read on, so that it never waits for us, and no longer recorded. */
const MOST_LINES = 20_000;
const LAST_LINES = 20;

/** What a pod has written, as facts, and the phases it says it is in. */
export class PodLog {
  /** The newest lines, for messages. */
  readonly last: string[] = [];
  #count = 0;
  #phase: string | undefined;
  #saysAddressInUse = false;

  constructor(
    private readonly pod: string,
    private readonly world: KubeletWorld,
  ) {}

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
    this.last.push(line);
    if (this.last.length > LAST_LINES) this.last.shift();
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
