import { type Timeline } from '../../events/rollout-event.js';
import { type ApiClient } from '../api/api-client.js';
import { linesOf } from '../api/json-lines.js';
import { paths } from '../api/resources.js';
import { toError } from '../api/refusal.js';

/** More than this of one pod says no more. */
const MOST_LINES = 2000;

/** A pod with a log. */
export interface LoggedPod {
  readonly name: string;
  readonly container: string;
  readonly isNew: boolean;
}

/** Reads what pods print from now on. A log that cannot be read is a sentence in `problems`; a rehearsal goes on without. */
export class LogFollower {
  readonly #followed = new Set<string>();
  readonly problems: string[] = [];

  constructor(
    private readonly client: ApiClient,
    private readonly namespace: string,
    private readonly timeline: Timeline,
    private readonly phaseOf: (line: string) => string | undefined,
  ) {}

  /** Follows it once, until it ends or `signal` fires: a new pod's from its beginning, an old one's from now. */
  follow(pod: LoggedPod, signal: AbortSignal): void {
    if (this.#followed.has(pod.name)) return;
    this.#followed.add(pod.name);
    this.#read(pod, signal).catch((error: unknown) => {
      if (!signal.aborted)
        this.problems.push(`The log of ${pod.name} was not read to its end: ${toError(error).message}`);
    });
  }

  async #read({ name: pod, container, isNew }: LoggedPod, signal: AbortSignal): Promise<void> {
    const query = { container, follow: 'true', ...(!isNew && { tailLines: '0' }) };
    const path = paths.podLog(this.namespace, pod);
    const { body } = await this.client.open({ method: 'GET', path, query, what: `get the log of ${pod}` }, signal);
    let count = 0;
    for await (const line of linesOf(body)) {
      count += 1;
      if (count > MOST_LINES) return void body.destroy();
      this.timeline.record({ type: 'log-written', pod, stream: 'stdout', line });
      const phase = this.phaseOf(line);
      if (phase !== undefined) this.timeline.record({ type: 'service-phase', pod, phase });
    }
  }
}
