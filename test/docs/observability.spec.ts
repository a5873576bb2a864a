import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/repository.js';

const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');
const events = join(root, 'libs/lifecycle/src/events');

describe('the page on what can be seen', () => {
  it('has a row for every type of event, and for no other', () => {
    const sources = ['lifecycle-event.ts', 'source-events.ts', 'ending-events.ts'];
    const code = sources.map((name) => readFileSync(join(events, name), 'utf8')).join('\n');
    const types = [...code.matchAll(/^ {2}readonly type: '([a-z-]+)';$/gm)].map(([, type = '']) => type);
    const [, table = ''] = page.split('| type ');
    const rows = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, type = '']) => type);
    expect(types.length).toBeGreaterThan(30);
    expect(rows.toSorted()).toEqual(types.toSorted());
  });
});
