import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../support/repository.js';
import { type Block, blocksOf } from './markdown.js';

/** README.md. */
export const readme = readFileSync(resolve(root, 'README.md'), 'utf8');

const blocks = blocksOf(readme);

/** Its fenced blocks, of one kind or all. Throws when there is none, so that no check can pass for want of anything to look at. */
export function readmeBlocks(kind?: string): Block[] {
  const found = blocks.filter((block) => kind === undefined || block.kind === kind);
  if (found.length === 0) throw new Error(`README.md has no \`\`\`${kind} block`);
  return found;
}

/** The only block of a kind in a section. */
export function readmeBlock(kind: string, section: string): Block {
  const found = readmeBlocks(kind).filter((block) => block.section === section);
  const [block] = found;
  if (block === undefined || found.length > 1)
    throw new Error(`expected one \`\`\`${kind} block in "${section}", found ${found.length}`);
  return block;
}

/** Its second-level headings that have code to be run, in the words of the README. */
export const SECTIONS = {
  start: 'Sixty-second start',
  kubernetes: 'Kubernetes',
  time: 'Time',
  options: 'Options',
  connections: 'Connections',
  hooks: 'Hooks',
  health: 'Health',
  report: 'The report',
  testing: 'Testing your service',
} as const;
