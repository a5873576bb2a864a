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

const PARTS: readonly Part[] = [cost, serving, losing, stopping, growth];
const bench = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the parts that are named, or all of them, and writes what they found. */
export async function run(words: readonly string[]): Promise<void> {
  const parts = chosen(words);
  const isQuick = words.includes('quick');
  const folder = join(bench, 'results', ...(isQuick ? ['quick'] : []));
  mkdirSync(folder, { recursive: true });
  for (const part of parts) {
    const nodes = isQuick ? [thisNode()] : findNodes(part.majors);
    const startedAt = performance.now();
    const result = await part.measure({ nodes, isQuick, say: (line) => console.log(line) });
    write({ folder, part, nodes, isQuick }, result);
    console.log(`\n${result.markdown}\n\n${part.name} took ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
  }
  if (!isQuick) formatted(folder);
  // Sockets of clients may still be open.
  process.exit();
}

function chosen(words: readonly string[]): readonly Part[] {
  const unknown = words.filter((word) => word !== 'quick' && !PARTS.some(({ name }) => name === word));
  const names = PARTS.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(' or ')}: quick, ${names}`);
  const named = PARTS.filter(({ name }) => words.includes(name));
  return named.length > 0 ? named : PARTS;
}

interface Place {
  readonly folder: string;
  readonly part: Part;
  readonly nodes: readonly Node[];
  readonly isQuick: boolean;
}

function write({ folder, part, nodes, isQuick }: Place, { markdown, charts }: PartResult): void {
  const date = new Date().toISOString().slice(0, 10);
  const how = isQuick
    ? 'A quick run, with few rounds.'
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
