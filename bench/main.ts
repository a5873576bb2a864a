import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cost } from './cost/cost.js';
import { growth } from './growth/growth.js';
import { losing } from './losing/losing.js';
import { serving } from './serving/serving.js';
import { stopping } from './stopping/stopping.js';
import { describeMachine } from './support/machine.js';
import { findNodes, type Node, thisNode } from './support/node-versions.js';
import { type Part, type PartResult } from './support/part.js';
import { type Variant } from './variants.js';

const PARTS: readonly Part[] = [cost, serving, losing, stopping, growth];
const PLATFORMS = ['express', 'fastify'] as const satisfies readonly Variant['platform'][];
type Platform = (typeof PLATFORMS)[number];
/** The major of a Node to measure on: `node-24`. */
const NODE = /^node-(\d+)$/;
const bench = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the parts that are named, or all of them, and writes what they found. */
export async function run(words: readonly string[]): Promise<void> {
  const { parts, platforms, majors, isQuick, isPartial } = chosen(words);
  const folder = join(bench, 'results', ...(isQuick || isPartial ? ['quick'] : []));
  mkdirSync(folder, { recursive: true });
  for (const part of parts) {
    const nodes = majors.length > 0 ? findNodes(majors) : isQuick ? [thisNode()] : findNodes(part.majors);
    const startedAt = performance.now();
    const result = await part.measure({ nodes, platforms, isQuick, say: (line) => console.log(line) });
    write({ folder, part, nodes, isPartial: isQuick || isPartial }, result);
    console.log(`\n${result.markdown}\n\n${part.name} took ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
  }
  if (!isQuick && !isPartial) formatted(folder);
  // Sockets of clients may still be open.
  process.exit();
}

/** What the words of the command ask for. */
interface Chosen {
  readonly parts: readonly Part[];
  readonly platforms: readonly Platform[];
  /** The majors of Node that are named. */
  readonly majors: readonly number[];
  readonly isQuick: boolean;
  /** Whether not all platforms and Nodes are measured. */
  readonly isPartial: boolean;
}

function chosen(words: readonly string[]): Chosen {
  const names = PARTS.map(({ name }) => name);
  const unknown = words.filter((word) => !['quick', ...names, ...PLATFORMS].includes(word) && !NODE.test(word));
  if (unknown.length > 0) {
    const known = ['quick', ...names, ...PLATFORMS, 'node-24'].join(', ');
    throw new Error(`nothing is called ${unknown.join(' or ')}: ${known}`);
  }
  const parts = PARTS.filter(({ name }) => words.includes(name));
  const platforms = PLATFORMS.filter((platform) => words.includes(platform));
  const majors = words.flatMap((word) => NODE.exec(word)?.[1] ?? []).map(Number);
  return {
    parts: parts.length > 0 ? parts : PARTS,
    platforms: platforms.length > 0 ? platforms : PLATFORMS,
    majors,
    isQuick: words.includes('quick'),
    isPartial: platforms.length + majors.length > 0,
  };
}

interface Place {
  readonly folder: string;
  readonly part: Part;
  readonly nodes: readonly Node[];
  /** Whether it is less than what is published. */
  readonly isPartial: boolean;
}

function write({ folder, part, nodes, isPartial }: Place, { markdown, charts }: PartResult): void {
  const date = new Date().toISOString().slice(0, 10);
  const how = isPartial
    ? 'A quick run, or one of some Nodes and platforms only.'
    : 'What it means and how it is measured: [bench/README.md](../README.md).';
  const head = `# ${part.title}\n\n${how}\n\n- Measured: ${date}\n${describeMachine(nodes)}`;
  writeFileSync(join(folder, `${part.name}.md`), `${head}\n\n${markdown}\n`);
  for (const [name, svg] of Object.entries(charts)) writeFileSync(join(folder, `${name}.svg`), svg);
}

/** As the repository's other documents are. */
function formatted(folder: string): void {
  const program = join(bench, '..', 'node_modules', '.bin', 'oxfmt');
  execFileSync(program, [folder], { cwd: join(bench, '..'), stdio: 'ignore', shell: process.platform === 'win32' });
}
