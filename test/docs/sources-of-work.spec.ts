import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/repository.js';

const page = readFileSync(join(root, 'docs/sources-of-work.md'), 'utf8');
const source = readFileSync(join(root, 'libs/lifecycle/src/in-flight/work-source.ts'), 'utf8');

describe('the page on sources of work', () => {
  it('shows the consumer that test/e2e/user-sources.e2e-spec.ts stops in the middle of its work', () => {
    const program = readFileSync(join(root, 'test/programs/orders-consumer.ts'), 'utf8');
    const consumer = program.slice(program.indexOf('/** Pulls orders'));
    expect(consumer.length).toBeGreaterThan(1000);
    expect(page).toContain(consumer);
  });

  it('has a row for every member of the shape, and for no other', () => {
    const [, shape = ''] = /export interface WorkSource<.*?\{\n(.*?)\n\}/s.exec(source) ?? [];
    const members = [...shape.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, name = '']) => name);
    const rows = [...page.matchAll(/^\| `(\w+)(?:\(\))?`/gm)].map(([, name = '']) => name);
    expect(members.length).toBeGreaterThan(15);
    expect(rows.toSorted()).toEqual([...members, 'size', 'ended', 'active'].toSorted());
  });
});
