import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CHAOS_NAMES, readLoadFile } from 'nestjs-lifecycle-rollout';
import { FAULT_RULES } from '../../libs/rollout/src/verdict/fault-rules.js';
import { root } from '../support/repository.js';
import { commandLineProblems, flagsOf } from './command-line.js';
import { blocksOf, codeIn, tableOf } from './markdown.js';

const text = readFileSync(resolve(root, 'apps/cli/README.md'), 'utf8');

describe('the README of the command', () => {
  it('has only commands and flags that there are', () => {
    const lines = blocksOf(text)
      .filter(({ kind }) => kind === 'sh')
      .flatMap(({ text }) => text.split('\n'))
      .map((line) => line.replace(/^.*\| (?=npx )/, ''))
      .filter((line) => line.startsWith('npx '));
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.flatMap(commandLineProblems)).toEqual([]);
  });

  it('names every flag', () => {
    const flags = [...flagsOf('rehearse'), ...flagsOf('check'), ...flagsOf('report')];
    expect(flags.length).toBeGreaterThan(40);
    expect(flags.filter((flag) => !text.includes(`\`${flag}\``))).toEqual([]);
  });

  it('tells of every fault and every chaos, and of no other', () => {
    const codes = tableOf(text, 'code').map(({ code = '' }) => codeIn(code)[0]);
    expect(new Set(codes)).toEqual(new Set(FAULT_RULES.map(({ code }) => code)));
    expect(codes).toHaveLength(FAULT_RULES.length);
    expect(tableOf(text, 'name').map(({ name = '' }) => codeIn(name)[0])).toEqual([...CHAOS_NAMES]);
  });

  it('shows a load file that can be read', () => {
    const file = blocksOf(text).find(({ kind }) => kind === 'yaml');
    const { requests, rate, clients } = readLoadFile({ file: 'load.yaml', text: file?.text ?? '' });
    expect({ rate, clients }).toEqual({ rate: 60, clients: 4 });
    expect(requests.map(({ name }) => name)).toHaveLength(5);
  });
});
