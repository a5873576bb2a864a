import { HelperProgram } from '../support/helper-program.js';
import { type Node } from '../support/node-versions.js';
import { Service } from '../support/service.js';
import { interleaved } from '../support/statistics.js';
import { type Variant } from '../variants.js';
import { type Load, type LoadResult } from './load-generator.js';

/** How much is measured. */
export interface ServingSize {
  /** Each starts all services anew: two processes of the same program are never equally fast. */
  readonly generations: number;
  /** Of one generation. */
  readonly rounds: number;
  readonly requests: number;
}

/** One of the services that are measured side by side; the same variant may be there twice. */
export interface Contender {
  readonly label: string;
  readonly variant: Variant;
}

/** What each round said, in order. */
export interface ServingFigures {
  readonly cpuMicros: number[];
  readonly perSecond: number[];
}

const CONNECTIONS = 32;
const ROUND_MS = 60_000;
const SERVER_CPU = 0;
const CLIENT_CPU = 1;

/** Serves the same load with each contender, interleaved, and returns the figures of each by its label. */
export async function measureServing(
  contenders: readonly Contender[],
  node: Node,
  size: ServingSize,
): Promise<Map<string, ServingFigures>> {
  const figures = new Map<string, ServingFigures>(
    contenders.map(({ label }) => [label, { cpuMicros: [], perSecond: [] }]),
  );
  const generator = await HelperProgram.start<Load, LoadResult>('serving/load-program.js', { cpu: CLIENT_CPU });
  try {
    for (let generation = 0; generation < size.generations; generation += 1) {
      await measureGeneration({ contenders: interleaved(contenders, generation), node, size, generator, figures });
    }
  } finally {
    generator.stop();
  }
  return figures;
}

interface Generation {
  readonly contenders: readonly Contender[];
  readonly node: Node;
  readonly size: ServingSize;
  readonly generator: HelperProgram<Load, LoadResult>;
  readonly figures: Map<string, ServingFigures>;
}

async function measureGeneration({ contenders, node, size, generator, figures }: Generation): Promise<void> {
  const services: { readonly label: string; readonly service: Service }[] = [];
  try {
    for (const { label, variant } of contenders) {
      const service = await Service.start({ variant, node, cpu: SERVER_CPU });
      services.push({ label, service });
      await measureRound(service, generator, size.requests);
    }
    for (let round = 0; round < size.rounds; round += 1) {
      for (const { label, service } of interleaved(services, round)) {
        const { cpuMicros, perSecond } = await measureRound(service, generator, size.requests);
        figures.get(label)?.cpuMicros.push(cpuMicros);
        figures.get(label)?.perSecond.push(perSecond);
      }
    }
  } finally {
    await Promise.all(services.map(({ service }) => service.kill()));
  }
}

async function measureRound(
  service: Service,
  generator: HelperProgram<Load, LoadResult>,
  requests: number,
): Promise<{ readonly cpuMicros: number; readonly perSecond: number }> {
  const before = await service.usage();
  const { elapsedMs } = await generator.do({ port: service.port, connections: CONNECTIONS, requests }, ROUND_MS);
  const after = await service.usage();
  const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return { cpuMicros: cpu / requests, perSecond: (requests * 1000) / elapsedMs };
}
