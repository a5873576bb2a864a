import { styleText } from 'node:util';
import { type RolloutEvent } from '../events/rollout-event.js';
import { shortened, time } from '../verdict/wording.js';
import { type PodPhase } from '../verdict/verdict.js';
import { eventText } from './event-line.js';
import { grouped } from './headline.js';
import { singleLine } from './plain-text.js';
import { padded } from './wrapped-text.js';

/** Where the live view is shown. */
export interface LiveViewOptions {
  /** Redraw one frame in place; otherwise a line for each event worth one. */
  readonly isTerminal: boolean;
  readonly columns?: number;
  readonly colours?: boolean;
}

/** How the load is doing. */
export interface LoadProgress {
  readonly at: number;
  readonly sent: number;
  readonly inFlight: number;
  readonly lost: number;
}

interface PodState {
  phase: PodPhase;
  text: string;
}

const SIGNS = { starting: '◌', ready: '●', 'not-ready': '◍', 'pre-stop': '◐', terminating: '◑', exited: '○' } as const;
const COLOURS = {
  starting: 'gray',
  ready: 'green',
  'not-ready': 'yellow',
  'pre-stop': 'magenta',
  terminating: 'yellow',
  exited: 'gray',
} as const;
/** A probe does not bring a pod back from these. */
const STOPPING: ReadonlySet<PodPhase> = new Set(['pre-stop', 'terminating', 'exited']);

const PHASE_AFTER: { readonly [Type in RolloutEvent['type']]?: PodPhase } = {
  'pod-created': 'starting',
  'pod-ready': 'ready',
  'pod-not-ready': 'not-ready',
  'pre-stop-started': 'pre-stop',
  'signal-sent': 'terminating',
  'container-exited': 'exited',
  'container-restarted': 'starting',
};

/** Turns events into text to write: `read` gives the line of an event, `frame` the picture of the moment. Either may be empty. */
export class LiveView {
  readonly #pods = new Map<string, PodState>();
  #title = 'starting';
  #drawn = 0;

  constructor(private readonly options: LiveViewOptions) {}

  /** What to write for this event: a line, or nothing on a terminal, where the next frame shows it. */
  read(event: RolloutEvent): string {
    const text = eventText(event);
    if (text === undefined) return '';
    const pod = 'pod' in event ? event.pod : undefined;
    if (pod === undefined) this.#title = text;
    else this.#remember(pod, event, text);
    if (this.options.isTerminal) return '';
    return `${time(event.at).padStart(8)}  ${pod === undefined ? '' : `${singleLine(pod)}  `}${text}\n`;
  }

  /** The moment as a frame over the one before; nothing where there is no terminal. */
  frame({ at, sent, inFlight, lost }: LoadProgress): string {
    if (!this.options.isTerminal) return '';
    const counts = `${lost > 0 ? grouped(lost) : 'nothing'} lost, ${grouped(sent)} sent, ${grouped(inFlight)} in flight`;
    const lines = [
      this.#fit(`${time(at).padStart(7)}  ${this.#title}`),
      ...[...this.#pods].map(([pod, state]) => this.#podLine(pod, state)),
      `${' '.repeat(9)}${this.#paint(lost > 0 ? 'red' : 'green', this.#fit(counts, 9))}`,
    ];
    const frame = `${this.#rewind()}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`;
    this.#drawn = lines.length;
    return frame;
  }

  /** Takes the last frame away, so that the verdict stands alone. */
  end(): string {
    const text = this.#drawn === 0 ? '' : `${this.#rewind()}\u001b[0J`;
    this.#drawn = 0;
    return text;
  }

  #remember(pod: string, { type }: RolloutEvent, text: string): void {
    const before = this.#pods.get(pod)?.phase ?? 'starting';
    const after = PHASE_AFTER[type] ?? before;
    const isStopping = STOPPING.has(before) && (after === 'ready' || after === 'not-ready');
    this.#pods.set(pod, { phase: isStopping ? before : after, text });
  }

  #podLine(pod: string, { phase, text }: PodState): string {
    const line = this.#fit(`${SIGNS[phase]} ${padded(singleLine(pod), 26)}${text}`, 9);
    return `${' '.repeat(9)}${this.#paint(COLOURS[phase], line.slice(0, 1))}${line.slice(1)}`;
  }

  /** A line that wraps would make the next frame begin too low. */
  #fit(line: string, indent = 0): string {
    const width = Math.max(20, (this.options.columns ?? 80) - indent - 1);
    return shortened(line, width);
  }

  #rewind(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r`;
  }

  #paint(colour: Parameters<typeof styleText>[0], text: string): string {
    return this.options.colours === true ? styleText(colour, text, { validateStream: false }) : text;
  }
}
