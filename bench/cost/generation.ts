import { HelperProgram } from '../support/helper-program.js';
import { type Node } from '../support/node-versions.js';
import { interleaved } from '../support/statistics.js';
import { type Variant } from '../variants.js';
import { type Contender, type Ports, type Question } from './contenders.js';
import { type Slice } from './kept-connections.js';

/** How much is measured, of each contender. */
export interface CostSize {
  /** Each is a new process. Every second one creates the applications in the other order. */
  readonly generations: number;
  /** Of one generation: each compares with plain Nest once. */
  readonly rounds: number;
}

/** What one process is started for. */
interface GenerationOptions {
  /** What is compared with plain Nest in it. */
  readonly contender: Contender;
  readonly platform: Variant['platform'];
  readonly node: Node;
  readonly rounds: number;
  readonly number: number;
}

/** What one process has shown. */
export interface GenerationFigures {
  /** The CPU time of a request over that of plain Nest's, round by round. */
  readonly ratios: readonly number[];
  /** The CPU time of a request to plain Nest, in microseconds. */
  readonly plainMicros: readonly number[];
}

type Server = HelperProgram<Question, Ports | NodeJS.CpuUsage>;
type Client = HelperProgram<Slice, number>;

const SLICE_MS = 150;
/**
 * Until the code is compiled by what it does, in slices that take turns. Node's compiler has the core of the service, and
 * gets its turn late where others need that core too: then a time would be over too soon.
 */
const WARM_UP_ANSWERS = 30_000;
const WARM_UP_MS = 700;
const LONGEST_MS = 60_000;
const [SERVER_CPU, CLIENT_CPU] = [0, 1];

/**
 * Compares the contenders in one process, by slices in the order A B B A and B A A B, where A is plain Nest. What drifts
 * meanwhile hits both alike.
 */
export async function measureGeneration(options: GenerationOptions): Promise<GenerationFigures> {
  const { contender, platform, node, number } = options;
  const order = interleaved(['plain', contender], number).join(';');
  const server: Server = await HelperProgram.start('cost/one-process.js', {
    nodePath: node.path,
    cpu: SERVER_CPU,
    env: { PLATFORM: platform, CONTENDERS: order },
  });
  const client: Client = await HelperProgram.start('cost/slice-program.js', { cpu: CLIENT_CPU });
  try {
    return await new Rounds(server, client, (await server.do({ ask: 'ports' }, LONGEST_MS)) as Ports).measure(options);
  } finally {
    server.stop();
    client.stop();
  }
}

interface Spent {
  readonly micros: number;
  readonly answers: number;
}

class Rounds {
  constructor(
    private readonly server: Server,
    private readonly client: Client,
    private readonly ports: Ports,
  ) {}

  async measure({ contender, rounds }: GenerationOptions): Promise<GenerationFigures> {
    await this.#warmUp(contender);
    const ratios: number[] = [];
    const plainMicros: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [plain, other] = await this.#compare(contender, round);
      ratios.push(other / plain);
      plainMicros.push(plain);
    }
    return { ratios, plainMicros };
  }

  async #warmUp(contender: Contender): Promise<void> {
    let fewest = 0;
    for (let time = 0; fewest < WARM_UP_ANSWERS; time += 1) {
      const answers: number[] = [];
      for (const turn of interleaved<Contender>(['plain', contender], time)) {
        answers.push((await this.#slice(turn, WARM_UP_MS)).answers);
      }
      fewest += Math.min(...answers);
    }
  }

  /** The CPU time of a request to plain Nest, and to the other: A B B A, or B A A B. */
  async #compare(contender: Contender, round: number): Promise<[number, number]> {
    const [first, second]: readonly Contender[] = interleaved(['plain', contender], round);
    if (first === undefined || second === undefined) throw new Error('two are compared');
    const spent = new Map<Contender, Spent[]>([
      [first, []],
      [second, []],
    ]);
    for (const turn of [first, second, second, first]) spent.get(turn)?.push(await this.#slice(turn, SLICE_MS));
    return [perRequest(spent.get('plain')), perRequest(spent.get(contender))];
  }

  async #slice(contender: Contender, ms: number): Promise<Spent> {
    const port = this.ports[contender];
    if (port === undefined) throw new Error(`the process has no ${contender}`);
    const before = await this.#usage();
    const answers = await this.client.do({ port, ms }, LONGEST_MS);
    const after = await this.#usage();
    return { micros: after.user + after.system - before.user - before.system, answers };
  }

  async #usage(): Promise<NodeJS.CpuUsage> {
    return (await this.server.do({ ask: 'usage' }, LONGEST_MS)) as NodeJS.CpuUsage;
  }
}

function perRequest(slices: readonly Spent[] = []): number {
  const sum = (what: keyof Spent): number => slices.reduce((total, slice) => total + slice[what], 0);
  return sum('micros') / sum('answers');
}
