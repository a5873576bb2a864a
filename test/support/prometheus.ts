import { setTimeout as sleep } from 'node:timers/promises';
import { fixedPorts } from './fixed-ports.js';
import { ProxyProcess } from './proxy-process.js';

const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** A real Prometheus that scrapes these ports twice a second. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly process: ProxyProcess,
  ) {}

  static async start(targets: readonly number[]): Promise<Prometheus> {
    const [port = 0] = await fixedPorts(1);
    const listed = targets.map((target) => `'127.0.0.1:${target}'`).join(', ');
    const process = new ProxyProcess({
      command: 'prometheus',
      configuration: () =>
        ['global: { scrape_interval: 500ms }', 'scrape_configs:', '  - job_name: orders', '    static_configs:']
          .concat(`      - targets: [${listed}]`)
          .join('\n'),
      args: (file, folder) => [
        `--config.file=${file}`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
    });
    return new Prometheus(`http://127.0.0.1:${port}`, process);
  }

  /** What an expression comes to; `undefined` without a value. */
  async query(expression: string): Promise<number | undefined> {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    // As its documentation has it: https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
    const { data } = (await answer.json()) as {
      readonly data: { readonly result: { readonly value: [number, string] }[] };
    };
    const [first] = data.result;
    return first === undefined ? undefined : Number(first.value[1]);
  }

  /** Waits until an expression comes to this. */
  async until(expression: string, expected: number): Promise<void> {
    const givenUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = await this.query(expression).catch(() => undefined);
      if (found === expected) return;
      if (this.process.hasExited || performance.now() > givenUpAt) {
        throw new Error(`${expression} was to be ${expected}, and was ${found}\n${this.process.log.text}`);
      }
      await sleep(POLL_MS);
    }
  }
}
