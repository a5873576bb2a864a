import { createHash } from 'node:crypto';
import { HOSTILE, lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';
import { htmlReport } from './html-report.js';
import { unclosed } from '../../../../test/support/unclosed.js';

const page = htmlReport({ run: lossyRollout().rehearsal(), command: 'npx nestjs-lifecycle rehearse --seed 7' });
const quiet = htmlReport({ run: quietRollout().rehearsal() });

describe('htmlReport', () => {
  it('closes every element it opens', () => {
    expect(unclosed(page)).toEqual([]);
    expect(unclosed('<p><b></p>')).not.toEqual([]);
  });

  it('keeps hostile text text', () => {
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toContain('\u0000');
    expect(page).not.toContain('\u001b');
    expect(HOSTILE).toContain('\u001b');
  });

  it('asks for nothing and runs nothing, and forbids both', () => {
    expect(page).not.toMatch(/<(link|script|iframe|object|base|form)\b|\s(src|href|style|on\w+)="|@import|url\(/i);
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`style-src &#39;sha256-${hash}&#39;`);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('has what each pod printed around its stop, as text', () => {
    const rollout = new MadeUpRollout()
      .happen(8000, { type: 'log-written', pod: 'old', stream: 'stdout', line: 'long before' })
      .happen(10_001, { type: 'log-written', pod: 'old', stream: 'stderr', line: 'flush failed </pre><b>' })
      .happen(2000, { type: 'log-written', pod: 'other', stream: 'stdout', line: 'listening' })
      .exit(12_000);
    const text = htmlReport({ run: rollout.rehearsal() });
    expect(text).toContain('<summary>old: 1 lines</summary>');
    expect(text).toContain('10 s ! flush failed &lt;/pre&gt;&lt;b&gt;');
    expect(text).not.toContain('long before');
    expect(text).toContain('<summary>other: 1 lines</summary>');
    expect(unclosed(text)).toEqual([]);
  });

  it('says the verdict in its title and its heading', () => {
    expect(page).toContain('<title>4 of 6 requests lost – rolling update rehearsal</title>');
    expect(quiet).toContain('<h1>Nothing lost in 2 requests</h1>');
  });

  it('draws a lane for each pod, with its phases', () => {
    for (const pod of ['old', 'other', 'new']) expect(page).toContain(`<title>${pod}</title>`);
    expect(page).toContain('terminating: 10 s to 12 s (2 s)');
    expect(page).toContain('the service said: closing');
  });

  it('makes each loss a mark that the keyboard reaches and a reader can hear', () => {
    expect(page).toContain(
      'aria-label="listener-closed-early: 3 requests reset on old, 801 ms after SIGTERM (ECONNRESET)"',
    );
    expect(page.match(/class="loss" tabindex="0" role="img"/g)).toHaveLength(2);
    expect(quiet).not.toContain('class="loss"');
  });

  it('gathers losses too near to tell apart, so that thousands do not become thousands of stops of the Tab key', () => {
    const many = new MadeUpRollout().exit(12_000);
    many.requests(1500, { sentAt: 10_300, pod: 'old', connect: 'refused', fate: 'reset' });
    const text = htmlReport({ run: many.rehearsal() });
    expect((text.match(/class="loss"/g) ?? []).length).toBeLessThan(10);
    expect(text).toContain('and 1,250 more');
  });

  it('shows each fault with its evidence and what to do', () => {
    expect(page).toContain('<h3>The listener closes while requests are still routed to it</h3>');
    expect(page).toContain('SHUTDOWN_LAME_DUCK=5s');
    expect(quiet).not.toContain('What went wrong');
  });

  it('says what was played and how to play it again, without the values of the environment', () => {
    const rehearsal = quietRollout().rehearsal();
    const service = { ...rehearsal.scenario.service, env: { DATABASE_URL: 'postgres://root:secret@db' } };
    const text = htmlReport({ run: { ...rehearsal, scenario: { ...rehearsal.scenario, service } } });
    expect(text).toContain('DATABASE_URL');
    expect(text).not.toContain('secret');
    expect(page).toContain('npx nestjs-lifecycle rehearse --seed 7');
  });

  it('puts two runs side by side', () => {
    const both = htmlReport({ run: quietRollout().rehearsal(), against: lossyRollout().rehearsal() });
    expect(unclosed(both)).toEqual([]);
    expect(both).toContain('<th scope="col">node plain.js</th>');
    expect(both.match(/aria-label="Timeline of every pod by phase"/g)).toHaveLength(4);
    expect(both).toContain('Nothing lost in 2 requests');
    expect(both).toContain('4 of 6 requests lost');
  });

  it('draws a rehearsal in which nothing happened at all', () => {
    const { scenario } = quietRollout().rehearsal();
    const empty = new MadeUpRollout();
    empty.events.length = 0;
    empty.records.length = 0;
    const text = htmlReport({ run: { scenario, events: [], records: [], verdict: empty.verdict() } });
    expect(unclosed(text)).toEqual([]);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('has no number that is none', () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });
});
