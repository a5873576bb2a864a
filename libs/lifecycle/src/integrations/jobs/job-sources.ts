import { type IntegrationParts } from '../integration.js';
import { JobSource } from './job-source.js';

/** The sources of one package, one for each queue. */
export class JobSources {
  readonly #sources = new Map<string, JobSource>();

  constructor(
    private readonly kind: string,
    private readonly parts: Pick<IntegrationParts, 'clock' | 'inFlight' | 'sources'>,
  ) {}

  /** That of a queue, which is there from now on. */
  of(queue: string): JobSource {
    const known = this.#sources.get(queue);
    if (known !== undefined) return known;
    const source = new JobSource(this.kind, queue, this.parts);
    this.#sources.set(queue, source);
    this.parts.sources.add(source);
    return source;
  }

  /** That of a queue, where workers of this process take its jobs. */
  find(queue: string): JobSource | undefined {
    return this.#sources.get(queue);
  }
}
